// The codecs of Hadoop that can be written here, and their streams: what is compressed at a time can be read by itself.
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { snappyCompress } from '../../codecs/snappy.ts';

export interface Codec {
  readonly className: string;
  readonly extension: string;
  compress(bytes: Buffer): Promise<Buffer>;
}

/** Of SnappyCodec (BlockCompressorStream): blocks of at most so many bytes. */
const SNAPPY_BLOCK = 128 * 1024;

const PACKAGE = 'org.apache.hadoop.io.compress';
const zip = promisify(gzip) as (bytes: Buffer) => Promise<Buffer>;
const zlib = promisify(deflate) as (bytes: Buffer) => Promise<Buffer>;

const CODECS: readonly (Codec & { readonly names: readonly string[] })[] = [
  { names: ['gzip'], className: `${PACKAGE}.GzipCodec`, extension: '.gz', compress: (bytes) => zip(bytes) },
  { names: ['snappy'], className: `${PACKAGE}.SnappyCodec`, extension: '.snappy', compress: (bytes) => Promise.resolve(hadoopSnappy(bytes)) },
  { names: ['default', 'deflate'], className: `${PACKAGE}.DefaultCodec`, extension: '.deflate', compress: (bytes) => zlib(bytes) },
];

/** By its short name or its class, with or without "Codec", in any case. Throws AGENT_KEY. */
export function codecOf(component: string, name: string): Codec {
  const short = name.slice(name.lastIndexOf('.') + 1).toLowerCase().replace(/codec$/, '');
  const codec = CODECS.find(({ names }) => names.includes(short));
  if (codec) return codec;
  const reason = ['bzip2', 'lzo', 'lzop', 'lz4', 'zstandard'].includes(short) ? `${short} cannot be written here` : 'it is no codec';
  throw SluiceError.of('AGENT_KEY', { component, key: 'hdfs.codeC', value: name, reason: `${reason}; gzip, snappy and deflate are` });
}

/** u32 bytes, then for each piece u32 bytes and raw snappy. */
function hadoopSnappy(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += SNAPPY_BLOCK) {
    const block = bytes.subarray(at, at + SNAPPY_BLOCK);
    const packed = snappyCompress(block);
    const head = Buffer.allocUnsafe(8);
    head.writeUInt32BE(block.length, 0);
    head.writeUInt32BE(packed.length, 4);
    parts.push(head, packed);
  }
  return Buffer.concat(parts);
}
