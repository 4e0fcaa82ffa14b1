// A ZIP of one file, written and read as a stream (PKWARE APPNOTE 4.3: sizes in a data descriptor after the data, deflate).
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

const LOCAL = 0x0403_4b50;
const DESCRIPTOR = 0x0807_4b50;
const CENTRAL = 0x0201_4b50;
const END = 0x0605_4b50;
const FLAGS = 0x0808; // sizes follow the data; the name is UTF-8
const DEFLATE = 8;
const STORED = 0;
const MOST = 0xffff_fffe;
/** 1980-01-01: the archive says itself when it was made. */
const DOS_DATE = 0x0021;

/** The file `name` with `chunks` in it. Fails in words beyond 4 GiB. */
export async function* zipOne(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const bytes = Buffer.from(name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(LOCAL, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(FLAGS, 6);
  local.writeUInt16LE(DEFLATE, 8);
  local.writeUInt16LE(DOS_DATE, 12);
  local.writeUInt16LE(bytes.length, 26);
  yield Buffer.concat([local, bytes]);
  let crc = 0;
  let size = 0;
  let packed = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
    for await (const chunk of chunks) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
  };
  const source = Readable.from(counted(), { objectMode: false });
  const deflate = createDeflateRaw();
  source.on('error', (error) => deflate.destroy(error));
  for await (const chunk of source.pipe(deflate) as AsyncIterable<Buffer>) {
    packed += chunk.length;
    yield chunk;
  }
  if (size > MOST || packed > MOST) throw SluiceError.of('COORD_ARCHIVE', { file: name, reason: 'it is larger than 4 GiB; export as JSON, or a smaller subtree' });
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc, 0);
  sizes.writeUInt32LE(packed, 4);
  sizes.writeUInt32LE(size, 8);
  const descriptor = Buffer.alloc(4);
  descriptor.writeUInt32LE(DESCRIPTOR, 0);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(CENTRAL, 0);
  central.writeUInt16LE(20, 4);
  local.copy(central, 6, 4, 14);
  sizes.copy(central, 16);
  central.writeUInt16LE(bytes.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + bytes.length, 12);
  end.writeUInt32LE(30 + bytes.length + packed + 16, 16);
  yield Buffer.concat([descriptor, sizes, central, bytes, end]);
}

/** What the ZIP holds under `name`, checked by its CRC at the end. COORD_ARCHIVE when it is no such ZIP, or damaged. */
export async function* unzipOne(file: string, name: string): AsyncGenerator<Buffer, void, undefined> {
  const bad = (reason: string): SluiceError => SluiceError.of('COORD_ARCHIVE', { file, reason });
  const handle = await open(file, 'r');
  try {
    const { size } = await stat(file);
    const entry = await findEntry((at, length) => read(handle, at, length), size, name, bad);
    const local = await read(handle, entry.at, 30);
    if (local.length < 30 || local.readUInt32LE(0) !== LOCAL) throw bad('the ZIP has no file where its directory says');
    const start = entry.at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    if (entry.packed === 0) return;
    const packed = handle.createReadStream({ start, end: start + entry.packed - 1, autoClose: false });
    const inflate = entry.method === DEFLATE ? createInflateRaw() : null;
    if (inflate) packed.on('error', (error) => inflate.destroy(error));
    let crc = 0;
    let unpacked = 0;
    try {
      for await (const chunk of (inflate ? packed.pipe(inflate) : packed) as AsyncIterable<Buffer>) {
        crc = crc32(chunk, crc);
        unpacked += chunk.length;
        if (unpacked > entry.size) throw bad('it holds more than its directory says');
        yield chunk;
      }
    } catch (error) {
      throw error instanceof SluiceError ? error : bad(error instanceof Error ? error.message : String(error));
    }
    if (unpacked !== entry.size || crc !== entry.crc) throw bad('its checksum is wrong: the ZIP is damaged');
  } finally {
    await handle.close();
  }
}

async function findEntry(bytesAt: (at: number, length: number) => Promise<Buffer>, size: number, name: string, bad: (reason: string) => SluiceError): Promise<{ readonly at: number; readonly packed: number; readonly size: number; readonly crc: number; readonly method: number }> {
  const tail = await bytesAt(Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > tail.length) throw bad('this is no ZIP, or its end is missing');
  const directory = await bytesAt(tail.readUInt32LE(end + 16), Math.min(tail.readUInt32LE(end + 12), 16 * 1024 * 1024));
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === CENTRAL;) {
    const length = directory.readUInt16LE(at + 28);
    if (directory.toString('utf8', at + 46, at + 46 + length) === name) {
      const method = directory.readUInt16LE(at + 10);
      if (method !== DEFLATE && method !== STORED) throw bad(`${name} is packed by method ${method}, deflate is understood`);
      return { method, crc: directory.readUInt32LE(at + 16), packed: directory.readUInt32LE(at + 20), size: directory.readUInt32LE(at + 24), at: directory.readUInt32LE(at + 42) };
    }
    at += 46 + length + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw bad(`there is no ${name} in the ZIP`);
}

async function read(handle: Awaited<ReturnType<typeof open>>, at: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, length));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
  return buffer.subarray(0, bytesRead);
}
