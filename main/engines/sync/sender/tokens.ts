// Tokens on the wire (token.c): plain, or literals deflated by zlibx. Matched blocks never enter zlibx's window.
import { constants, deflateRawSync } from 'node:zlib';
import type { WireWriter } from '../wire/writer.ts';

export interface TokenWriter {
  /** New bytes; used up before it returns. */
  literal(bytes: Buffer): void;
  block(index: number): void;
  /** The end of this file's tokens. */
  end(): void;
}

const LITERAL_MAX = 32 * 1024;
const SYNC_TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
const FLAG = { DEFLATED: 0x40, TOKEN_LONG: 0x20, TOKENRUN_LONG: 0x21, TOKEN_REL: 0x80, TOKENRUN_REL: 0xc0, END: 0x00 } as const;
const DEFLATED_MAX = 16_383;
const RUN_MAX = 65_535;

export function plainTokens(to: WireWriter): TokenWriter {
  return {
    literal: (bytes) => {
      for (let at = 0; at < bytes.length; at += LITERAL_MAX) {
        const piece = bytes.subarray(at, at + LITERAL_MAX);
        to.int(piece.length);
        to.bytes(piece);
      }
    },
    block: (index) => { to.int(-(index + 1)); },
    end: () => { to.int(0); },
  };
}

/** One for each file: each literal piece is deflated by itself, which any inflater reads as one stream. */
export function zlibxTokens(to: WireWriter): TokenWriter {
  let owedTail = false;
  let runStart = -1;
  let runEnd = -1;
  let lastEnd = 0;

  const deflated = (bytes: Buffer): void => {
    for (let at = 0; at < bytes.length; at += DEFLATED_MAX) {
      const piece = bytes.subarray(at, at + DEFLATED_MAX);
      to.byte(FLAG.DEFLATED | (piece.length >> 8));
      to.byte(piece.length);
      to.bytes(piece);
    }
  };
  const flushRun = (): void => {
    if (runStart < 0) return;
    const relative = runStart - lastEnd;
    const more = runEnd - runStart - 1;
    if (relative >= 0 && relative <= 63) {
      to.byte((more > 0 ? FLAG.TOKENRUN_REL : FLAG.TOKEN_REL) | relative);
    } else {
      to.byte(more > 0 ? FLAG.TOKENRUN_LONG : FLAG.TOKEN_LONG);
      to.int(runStart);
    }
    if (more > 0) to.short(more);
    lastEnd = runEnd - 1;
    runStart = -1;
  };
  return {
    literal: (bytes) => {
      flushRun();
      const packed = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
      const body = packed.subarray(0, packed.length - SYNC_TAIL.length);
      deflated(owedTail ? Buffer.concat([SYNC_TAIL, body]) : body);
      owedTail = true;
    },
    block: (index) => {
      owedTail = false;
      if (runStart >= 0 && index === runEnd && runEnd - runStart <= RUN_MAX) { runEnd += 1; return; }
      flushRun();
      runStart = index;
      runEnd = index + 1;
    },
    end: () => {
      owedTail = false;
      flushRun();
      to.byte(FLAG.END);
    },
  };
}
