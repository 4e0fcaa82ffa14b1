// Packets in and out of one socket between a leader and a learner. What is sent in one turn of the event loop leaves in one write.
//   int type | long zxid | int length, data | int count, (scheme, id) x count
import type { Id } from '../jute/records.ts';
import { JuteWriter } from '../jute/writer.ts';
import { JuteReader } from '../jute/reader.ts';
import type { ByteStream } from '../election/byte-stream.ts';

const TWO_32 = 0x1_0000_0000;
/** No data of a packet is longer: jute.maxbuffer of the most generous ensemble, and the paths of a session with very many ephemerals. */
const MOST_DATA = 256 * 1024 * 1024;
const MOST_AUTH = 1024;
const WRITE_NOW = 256 * 1024;
const NO_ONE: readonly Id[] = [];

export interface Packet {
  readonly type: number;
  readonly zxid: number;
  /** A view of the socket's bytes: copy what is kept long. */
  readonly data: Buffer | null;
  readonly authinfo: readonly Id[];
}

/** Writes one packet. */
export function writePacket(writer: JuteWriter, type: number, zxid: number, data: Uint8Array | null, authinfo: readonly Id[] | null = null): void {
  writer.int(type);
  writer.long(zxid);
  writer.buffer(data);
  if (authinfo === null || authinfo.length === 0) return writer.int(-1);
  writer.int(authinfo.length);
  for (const { scheme, id } of authinfo) { writer.ustring(scheme); writer.ustring(id); }
}

export class PacketChannel {
  readonly stream: ByteStream;
  readonly #writer = new JuteWriter(4096);
  #scheduled = false;
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.#writeOut();
  };

  constructor(stream: ByteStream) {
    this.stream = stream;
  }

  /** Leaves with everything else of this turn. */
  send(type: number, zxid: number, data: Uint8Array | null = null, authinfo: readonly Id[] | null = null): void {
    writePacket(this.#writer, type, zxid, data, authinfo);
    this.#schedule();
  }

  /** Packets already written elsewhere, after what was sent. */
  sendWritten(packets: Uint8Array): void {
    this.#writer.raw(packets);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#writer.length > WRITE_NOW) this.#writeOut();
    if (this.#scheduled || this.#writer.length === 0) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  #writeOut(): void {
    if (this.#writer.length === 0) return;
    const bytes = this.#writer.take();
    if (this.stream.socket.writable) this.stream.socket.write(bytes);
  }

  /** Sends what waits now, and settles when the socket takes more. Rejects when it is closed. */
  async drained(): Promise<void> {
    this.#writeOut();
    const { socket } = this.stream;
    if (!socket.writable) throw this.stream.ended ?? new Error('the connection was closed');
    if (!socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => { socket.off('drain', done).off('close', done); resolve(); };
      socket.on('drain', done).on('close', done);
    });
    if (!socket.writable) throw this.stream.ended ?? new Error('the connection was closed');
  }

  /** Bytes that the other side has not taken yet. */
  get backlog(): number { return this.#writer.length + this.stream.socket.writableLength; }

  /** The next packet if it is here whole. Throws an Error in words when it cannot be one. */
  take(): Packet | null {
    const { stream } = this;
    const { bytes, at } = stream;
    const end = bytes.length;
    if (end - at < 20) return null;
    const length = bytes.readInt32BE(at + 12);
    if (length < -1 || length > MOST_DATA) throw new Error(`a packet with ${length} bytes of data`);
    const dataAt = at + 16;
    const authAt = length > 0 ? dataAt + length : dataAt;
    if (end < authAt + 4) return null;
    const count = bytes.readInt32BE(authAt);
    let authinfo = NO_ONE;
    let next = authAt + 4;
    if (count > 0) {
      if (count > MOST_AUTH) throw new Error(`a packet with ${count} identities`);
      next = skipStrings(bytes, next, count * 2);
      if (next < 0) return null;
      const reader = new JuteReader(bytes, authAt + 4, next);
      const ids: Id[] = [];
      for (let left = count; left > 0; left--) ids.push({ scheme: reader.ustring() ?? '', id: reader.ustring() ?? '' });
      authinfo = ids;
    }
    const packet = { type: bytes.readInt32BE(at), zxid: bytes.readInt32BE(at + 4) * TWO_32 + bytes.readUInt32BE(at + 8), data: length < 0 ? null : bytes.subarray(dataAt, authAt), authinfo };
    stream.skip(next - at);
    return packet;
  }

  /** The next packet once it is here. Rejects with why the stream ended before, or in words what came instead. */
  async read(): Promise<Packet> {
    for (;;) {
      const packet = this.take();
      if (packet) return packet;
      await this.stream.more(this.stream.buffered);
    }
  }
}

/** Where the strings end, or -1 when they are not here whole. */
function skipStrings(bytes: Buffer, at: number, count: number): number {
  let next = at;
  for (let left = count; left > 0; left--) {
    if (next + 4 > bytes.length) return -1;
    const length = bytes.readInt32BE(next);
    if (length > MOST_DATA) throw new Error(`an identity of ${length} bytes`);
    next += 4 + Math.max(length, 0);
  }
  return next <= bytes.length ? next : -1;
}
