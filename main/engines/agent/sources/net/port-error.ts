// Why a port cannot be had, in words.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../../lib/errno.ts';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it', EACCES: 'this account may not use it', EADDRNOTAVAIL: 'this machine does not have that address', ENOTFOUND: 'that name is not known',
};

export function portError(component: string, address: string, port: number, error: unknown): SluiceError {
  const code = codeOf(error);
  return SluiceError.of('AGENT_PORT', { component, address, port, reason: REASONS[code] ?? code }, error);
}
