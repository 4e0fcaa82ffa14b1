// What went wrong between us and a far side, in words.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { BadLayer } from './layers.ts';

const LEAST_TIMEOUT = 1000;
const DEFAULT_TIMEOUT = 20_000;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there', ENOTFOUND: 'that name is not known', EAI_AGAIN: 'no name server answers', EHOSTUNREACH: 'no way leads there', ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'no answer in time', ECONNRESET: 'it broke the connection off', EPIPE: 'it broke the connection off',
};

/** Less than a second means the default, as in Flume's clients. */
export const timeoutOf = (ms: number): number => (ms < LEAST_TIMEOUT ? DEFAULT_TIMEOUT : ms);

export function rpcReason(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

/** AGENT_TLS, AGENT_COMPRESSION or AGENT_CONNECT. */
export function connectError(component: string, target: string, error: unknown): SluiceError {
  if (error instanceof BadLayer) return SluiceError.of(error.fault === 'tls' ? 'AGENT_TLS' : 'AGENT_COMPRESSION', { component, peer: target, reason: error.message }, error);
  return SluiceError.of('AGENT_CONNECT', { component, target, reason: rpcReason(error) }, error);
}
