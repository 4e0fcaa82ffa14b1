// Writes the answer to a four-letter word and ends the connection; long answers go in pieces, at the pace of whoever reads, between other work.
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { answerWord } from './four-letter-words.ts';
import type { NodeView } from './node-view.ts';

const PIECE = 32 * 1024;
/** The loop is given back after so long, ms. */
const SLICE_MS = 4;

/** Settles when all is handed over, or the reader is gone. Never throws for a reader that leaves. */
export async function sendWord(out: Writable, word: string, view: NodeView, argument?: Buffer): Promise<void> {
  let pending = '';
  let began = performance.now();
  for await (const piece of answerWord(word, view, argument)) {
    if (out.destroyed) return;
    pending += piece;
    if (pending.length < PIECE && performance.now() - began < SLICE_MS) continue;
    const room = out.write(pending);
    pending = '';
    await (room ? setImmediate() : drained(out));
    began = performance.now();
  }
  if (!out.destroyed) out.end(pending);
}

function drained(out: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => { out.off('drain', done); out.off('close', done); resolve(); };
    out.on('drain', done);
    out.on('close', done);
  });
}
