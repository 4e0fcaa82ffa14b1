// Looking again and again whether something changed; trouble is told once until it is over.
import { createHash } from 'node:crypto';
import { SluiceError, toErrorInfo } from '../../../../../preload/contract/sluice-error.ts';
import { delay } from '../../../../lib/async.ts';
import type { ConfigFile } from '../text/read-files.ts';
import type { Trouble } from './provider.ts';

/** `look` answers whether it changed since it was read. */
export async function* poll(everyMs: number, look: (signal: AbortSignal) => Promise<boolean>, trouble: Trouble, signal: AbortSignal): AsyncGenerator<void> {
  let troubled = false;
  while (await waited(everyMs, signal)) {
    try {
      const changed = await look(signal);
      troubled = false;
      if (changed) yield;
    } catch (error) {
      if (signal.aborted) return;
      if (!troubled) trouble(error instanceof SluiceError ? error : SluiceError.from(toErrorInfo(error)));
      troubled = true;
    }
  }
}

async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  return delay(ms, signal).then(() => true, () => false);
}

/** Tells one content from another. */
export function digestOf(files: readonly ConfigFile[]): string {
  const hash = createHash('sha256');
  for (const { name, bytes } of files) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  return hash.digest('hex');
}
