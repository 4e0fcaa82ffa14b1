// What a client's failure is called on the screens: ZooKeeper's answers and the client's own, as operational errors.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { KeeperError, keeperErrorName } from '../keeper-errors.ts';

/** Anything that is not ZooKeeper's answer is passed on as it is. */
export function inWords(thrown: unknown, hosts: string, path: string): unknown {
  if (!(thrown instanceof KeeperError)) return thrown;
  if (thrown.is('ConnectionLoss')) return SluiceError.of('COORD_CONNECT', { hosts, reason: 'ConnectionLoss' }, thrown);
  if (thrown.is('SessionExpired')) return SluiceError.of('COORD_SESSION_LOST', { hosts }, thrown);
  if (thrown.is('AuthFailed')) return SluiceError.of('COORD_AUTH', { hosts, scheme: 'AuthFailed' }, thrown);
  return SluiceError.of('COORD_KEEPER', { error: keeperErrorName(thrown.code), path: thrown.path ?? path }, thrown);
}

export function isKeeper(thrown: unknown, name: Parameters<KeeperError['is']>[0]): boolean {
  return thrown instanceof KeeperError && thrown.is(name);
}

export const hexId = (id: bigint): string => `0x${BigInt.asUintN(64, id).toString(16)}`;
