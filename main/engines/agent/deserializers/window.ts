// A piece of a file in memory that moves forward through it.
import type { ByteSource } from './deserializer.ts';

const CHUNK = 256 * 1024;

export class Window {
  private readonly source: ByteSource;
  /** Of `bytes[0]` in the file. */
  private start: number;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  constructor(source: ByteSource, position: number) {
    this.source = source;
    this.start = position;
  }

  /** In the file, of the first byte of `rest`. */
  get position(): number { return this.start + this.at; }

  /** What is in memory from the position on; borrowed for good: it is never written over. */
  get rest(): Buffer { return this.bytes.subarray(this.at); }

  skip(count: number): void { this.at += count; }

  /** Reads on behind what is in memory. False at the end of the file as it is now. */
  async more(): Promise<boolean> {
    const rest = this.rest;
    const next = await this.source.read(this.position + rest.length, Math.max(CHUNK, rest.length)); // doubles, so that what is joined stays little
    if (next.length === 0) return false;
    this.start = this.position;
    this.at = 0;
    this.bytes = rest.length === 0 ? next : Buffer.concat([rest, next]);
    return true;
  }

  /** Whether `count` bytes are in memory, read where they were not. */
  async has(count: number): Promise<boolean> {
    while (this.bytes.length - this.at < count) if (!(await this.more())) return false;
    return true;
  }
}
