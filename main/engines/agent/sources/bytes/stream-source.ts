// Random reading over something that is read from a position on: as long as reads follow one another, one stream serves them.
import type { ByteSource } from '../../deserializers/deserializer.ts';

/** Bytes from `position` to what is the end now. */
export type OpenStream = (position: number, signal: AbortSignal) => AsyncIterable<Buffer>;

export class StreamSource implements ByteSource {
  private readonly open: OpenStream;
  private stream: AsyncIterator<Buffer> | null = null;
  private stop = new AbortController();
  private at = 0;
  private rest: Buffer = Buffer.alloc(0);

  constructor(open: OpenStream) {
    this.open = open;
  }

  async read(position: number, most: number): Promise<Buffer> {
    if (this.stream === null || position !== this.at) await this.reopen(position);
    while (this.rest.length === 0) {
      const next = await (this.stream as AsyncIterator<Buffer>).next().catch(async (error: unknown) => {
        await this.close();
        throw error;
      });
      if (next.done === true) {
        await this.close(); // asked again, it sees whether there is more
        return Buffer.alloc(0);
      }
      this.rest = next.value;
    }
    const bytes = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(bytes.length);
    this.at += bytes.length;
    return bytes;
  }

  async close(): Promise<void> {
    const { stream } = this;
    this.stream = null;
    this.rest = Buffer.alloc(0);
    this.stop.abort();
    await stream?.return?.().catch(() => {});
  }

  private async reopen(position: number): Promise<void> {
    await this.close();
    this.stop = new AbortController();
    this.stream = this.open(position, this.stop.signal)[Symbol.asyncIterator]();
    this.at = position;
  }
}
