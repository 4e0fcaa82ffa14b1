// A client of the ensemble that the command line names.
import type { ClientOptions } from '../../engines/coordination/client/client-types.ts';
import { UsageError } from './args.ts';
import type { Parsed } from './coordination-args.ts';

/** Options with a value that every command with a connect string takes. */
export const CLIENT_VALUES = ['auth', 'timeout'] as const;

/** How long a command waits for a server, ms. */
const PATIENCE_MS = 15_000;

/** Throws UsageError for options that make no sense. */
export function clientOptions(connectString: string, args: Parsed, usage: string): ClientOptions {
  const timeout = args.value('timeout');
  const auth = args.value('auth');
  const split = auth?.indexOf(':') ?? 0;
  if ((timeout !== null && !/^\d{1,8}$/.test(timeout)) || (auth !== null && split <= 0)) throw new UsageError({ kind: 'usage', option: usage });
  return {
    connectString, readOnly: args.has('read-only'), patienceMs: PATIENCE_MS, sessionTimeoutMs: timeout === null ? 30_000 : Number(timeout),
    ...(auth === null ? {} : { auth: [{ scheme: auth.slice(0, split), auth: Buffer.from(auth.slice(split + 1)) }] }),
  };
}
