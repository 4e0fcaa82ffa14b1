// The first message on a connection of the election port: who dials, and where it listens (QuorumCnxManager.InitialMessage).
//   long protocol (-65536 one address, -65535 several) | long sid | int length | "host:port|host:port"
import { JuteWriter } from '../jute/writer.ts';

export const HELLO_ONE = -65_536;
export const HELLO_MANY = -65_535;
const MOST_ADDRESS = 2048;

export interface ElectionAddress {
  readonly host: string;
  readonly port: number;
}

export interface Hello {
  readonly sid: number;
  readonly addresses: readonly ElectionAddress[];
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Several addresses need the second protocol, which servers before 3.6 do not know. */
export function encodeHello({ sid, addresses }: Hello): Buffer {
  const writer = new JuteWriter();
  writer.long(addresses.length > 1 ? HELLO_MANY : HELLO_ONE);
  writer.long(sid);
  writer.buffer(Buffer.from(addresses.map((at) => `${bracketed(at.host)}:${at.port}`).join('|')));
  return writer.take();
}

/** The hello and how many bytes it took; null when more must come. Throws an Error in words when it is none. */
export function decodeHello(bytes: Buffer): { readonly hello: Hello; readonly size: number } | null {
  if (bytes.length < 8) return null;
  const protocol = long(bytes, 0);
  if (protocol >= 0) return { hello: { sid: protocol, addresses: [] }, size: 8 };
  if (protocol !== HELLO_ONE && protocol !== HELLO_MANY) throw new Error(`unknown election protocol ${protocol}`);
  if (bytes.length < 20) return null;
  const length = bytes.readInt32BE(16);
  if (length <= 0 || length > MOST_ADDRESS) throw new Error(`an address of ${length} bytes`);
  if (bytes.length < 20 + length) return null;
  return { hello: { sid: long(bytes, 8), addresses: bytes.toString('utf8', 20, 20 + length).split('|').map(parse) }, size: 20 + length };
}

function long(bytes: Buffer, at: number): number {
  return Number(bytes.readBigInt64BE(at));
}

function parse(text: string): ElectionAddress {
  const at = text.lastIndexOf(':');
  const port = /^\d{1,5}$/.test(text.slice(at + 1)) ? Number(text.slice(at + 1)) : 0;
  if (at <= 0 || port < 1 || port > 65_535) throw new Error(`"${text}" is no address`);
  return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port };
}
