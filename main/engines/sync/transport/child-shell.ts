// Starts programs on this machine with exact argument bytes.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { checkCancelled } from '../../../lib/async.ts';
import { startChild } from './child-process.ts';
import { argvAsStrings, quoteArgvAsText, type Argv } from './quote.ts';
import type { RemoteProcess, RemoteShell } from './remote-process.ts';

export class ChildShell implements RemoteShell {
  private readonly env: Readonly<Record<string, string | undefined>>;

  /** @param env variables to add; undefined removes one. */
  constructor(env: Readonly<Record<string, string | undefined>> = {}) { this.env = env; }

  async exec(argv: Argv, signal?: AbortSignal): Promise<RemoteProcess> {
    checkCancelled(signal);
    const words = argvAsStrings(argv);
    // Node passes arguments as UTF-8 only; other bytes are made by a shell that then becomes the program.
    const [file, ...args] = words ?? ['/bin/sh', '-c', `exec ${quoteArgvAsText(argv)}`];
    if (file === undefined) throw SluiceError.of('SSH_BAD_TARGET', { text: '', reason: 'no command' });
    return startChild(file, args, { env: this.env }, signal);
  }
}
