// A reader over fixed bytes that arrive in pieces, and a writer whose bytes can be looked at.
import { PassThrough, Readable, Writable } from 'node:stream';
import { WireReader } from '../../../../../../main/engines/sync/wire/reader.ts';
import { WireWriter } from '../../../../../../main/engines/sync/wire/writer.ts';

export interface Seen { readonly tag: number; readonly body: string }

/** Pieces of `step` bytes; the stream then ends. */
export function readerOf(bytes: Uint8Array, step = bytes.length || 1): { reader: WireReader; seen: Seen[] } {
  const seen: Seen[] = [];
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(Buffer.from(bytes.subarray(at, at + step)));
  const source = pieces.length === 0 ? new PassThrough().end() : Readable.from(pieces, { objectMode: false });
  return { reader: new WireReader(source, { onMessage: (tag, body) => { seen.push({ tag, body: body.toString('hex') }); } }), seen };
}

export function writerTo(): { writer: WireWriter; bytes: () => Buffer } {
  const chunks: Buffer[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => { chunks.push(chunk); done(); } });
  const writer = new WireWriter(sink);
  return { writer, bytes: () => { writer.flush(); return Buffer.concat(chunks); } };
}

export const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

export function frame(tag: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt32LE((((tag + 7) << 24) | body.length) >>> 0);
  return Buffer.concat([head, body]);
}
