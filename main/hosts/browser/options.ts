// The words after dist/main/browser.cjs.
import { parseArgs } from 'node:util';

export interface BrowserOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Null: the account's own. */
  readonly data: string | null;
  readonly renderer: string | null;
  readonly noWindow: boolean;
}

export const USAGE = 'usage: browser.cjs [--port N] [--data DIR] [--renderer DIR] [--no-window]';

/** @throws Error with a sentence that names the word at fault */
export function parseOptions(args: readonly string[]): BrowserOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { port: { type: 'string' }, data: { type: 'string' }, renderer: { type: 'string' }, 'no-window': { type: 'boolean' } },
  });
  const port = values.port === undefined ? 0 : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port is a number from 1 to 65535, not ${values.port ?? ''}`);
  return { port, data: values.data ?? null, renderer: values.renderer ?? null, noWindow: values['no-window'] ?? false };
}
