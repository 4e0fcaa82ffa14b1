// Reads one file's tokens (token.c recv_token): plain, or zlibx. Every count is bounded; blocks must exist.
import { constants, createInflateRaw, type InflateRaw } from 'node:zlib';
import { violation, type WireReader } from '../wire/reader.ts';

/** New bytes (borrowed), a run of blocks of the basis, or the end. */
export type ReceivedToken = { readonly literal: Buffer } | { readonly block: number; readonly run: number } | null;

export interface TokenReader {
  next(): Promise<ReceivedToken>;
  close(): void;
}

const LITERAL_LIMIT = 128 * 1024 * 1024;

export function plainTokenReader(from: WireReader, blocks: number): TokenReader {
  let left = 0;
  return {
    close: () => {},
    next: async () => {
      if (left === 0) {
        const token = from.available >= 4 ? from.int() : await from.atomically(() => from.int());
        if (token === 0) return null;
        if (token < 0) {
          const block = -(token + 1);
          if (block >= blocks) throw violation(`block ${block} of ${blocks}`);
          return { block, run: 1 };
        }
        if (token > LITERAL_LIMIT) throw violation(`${token} literal bytes in one token`);
        left = token;
      }
      if (from.available === 0 && !(await from.waitForData())) throw violation('connection unexpectedly closed');
      const literal = from.some(left);
      left -= literal.length;
      return { literal };
    },
  };
}

const SYNC_TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);

export function zlibxTokenReader(from: WireReader, blocks: number): TokenReader {
  let inflater: InflateRaw | null = null;
  let failure: Error | null = null;
  let owedTail = false;
  let lastBlock = 0;
  const ready: Buffer[] = [];

  const inflate = async (bytes: Buffer): Promise<void> => {
    if (!inflater) {
      inflater = createInflateRaw({ flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH });
      inflater.on('error', (error: Error) => { failure = error; });
      inflater.on('data', (piece: Buffer) => { ready.push(piece); });
    }
    const stream = inflater;
    await new Promise<void>((resolve) => { stream.once('error', () => { resolve(); }); stream.write(Buffer.from(bytes), () => { resolve(); }); });
    stream.removeAllListeners('error').on('error', (error: Error) => { failure = error; });
    if (failure) throw violation(`compressed data: ${(failure as Error).message}`);
  };
  const block = (index: number, run: number): ReceivedToken => {
    if (index < 0 || index + run > blocks) throw violation(`blocks ${index} to ${index + run - 1} of ${blocks}`);
    lastBlock = index + run - 1;
    return { block: index, run };
  };
  return {
    close: () => { inflater?.close(); },
    next: async () => {
      for (;;) {
        const piece = ready.shift();
        if (piece) return { literal: piece };
        const flag = await from.atomically(() => from.byte());
        if ((flag & 0xc0) === 0x40) {
          const low = await from.atomically(() => from.byte());
          const length = ((flag & 0x3f) << 8) | low;
          await inflate(await from.atomically(() => from.bytes(length)));
          owedTail = true;
          continue;
        }
        if (owedTail) {
          owedTail = false;
          await inflate(SYNC_TAIL);
          const late = ready.splice(0);
          if (late.length > 0) throw violation('compressed data that ends between two tokens');
        }
        if (flag === 0) return null;
        if (flag & 0x80) {
          const index = lastBlock + (flag & 0x3f);
          return block(index, flag & 0x40 ? 1 + (await from.atomically(() => from.short())) : 1);
        }
        if (flag === 0x20 || flag === 0x21) {
          const index = await from.atomically(() => from.int());
          return block(index, flag === 0x21 ? 1 + (await from.atomically(() => from.short())) : 1);
        }
        throw violation(`compressed token flag ${flag}`);
      }
    },
  };
}
