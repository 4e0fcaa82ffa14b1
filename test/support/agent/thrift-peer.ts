// Messages of Thrift as npm's thrift writes and reads them, for a test of our own codec: a call is told as a tree of typed values.
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';

export type Tree =
  | { readonly i32: number } | { readonly i64: number } | { readonly string: string } | { readonly binary: Buffer } | { readonly bool: boolean } | { readonly double: number }
  | { readonly list: readonly Tree[] } | { readonly map: readonly (readonly [Tree, Tree])[] } | { readonly struct: Readonly<Record<number, Tree>> };

interface Protocol {
  writeMessageBegin(name: string, kind: number, serial: number): void;
  writeMessageEnd(): void;
  writeStructBegin(name: string): void;
  writeStructEnd(): void;
  writeFieldBegin(name: string, type: number, id: number): void;
  writeFieldEnd(): void;
  writeFieldStop(): void;
  writeMapBegin(key: number, value: number, size: number): void;
  writeMapEnd(): void;
  writeListBegin(type: number, size: number): void;
  writeListEnd(): void;
  writeBool(value: boolean): void;
  writeI32(value: number): void;
  writeI64(value: number): void;
  writeDouble(value: number): void;
  writeString(value: string): void;
  writeBinary(value: Buffer): void;
  flush(): void;
  readMessageBegin(): { readonly fname: string; readonly mtype: number; readonly rseqid: number };
  readStructBegin(): void;
  readFieldBegin(): { readonly ftype: number; readonly fid: number };
  readFieldEnd(): void;
  readI32(): number;
  readString(): string;
  skip(type: number): void;
}
type Transport = new (buffer: Buffer | null, written: (bytes: Buffer) => void) => object;
type ProtocolClass = new (transport: object) => Protocol;
const thrift = createRequire(import.meta.url)('thrift') as { readonly TFramedTransport: Transport; readonly TBufferedTransport: Transport; readonly TCompactProtocol: ProtocolClass; readonly TBinaryProtocol: ProtocolClass };

export interface ThriftWire { readonly encoding: 'compact' | 'binary'; readonly framed: boolean }

const typeOf = (tree: Tree): number =>
  'bool' in tree ? 2 : 'double' in tree ? 4 : 'i32' in tree ? 8 : 'i64' in tree ? 10 : 'string' in tree || 'binary' in tree ? 11 : 'struct' in tree ? 12 : 'map' in tree ? 13 : 15;

function write(protocol: Protocol, tree: Tree): void {
  if ('i32' in tree) protocol.writeI32(tree.i32);
  else if ('bool' in tree) protocol.writeBool(tree.bool);
  else if ('double' in tree) protocol.writeDouble(tree.double);
  else if ('i64' in tree) protocol.writeI64(tree.i64);
  else if ('string' in tree) protocol.writeString(tree.string);
  else if ('binary' in tree) protocol.writeBinary(tree.binary);
  else if ('list' in tree) {
    protocol.writeListBegin(typeOf(tree.list[0] ?? { i32: 0 }), tree.list.length);
    for (const item of tree.list) write(protocol, item);
    protocol.writeListEnd();
  } else if ('map' in tree) {
    const [first] = tree.map;
    protocol.writeMapBegin(typeOf(first?.[0] ?? { string: '' }), typeOf(first?.[1] ?? { string: '' }), tree.map.length);
    for (const [key, value] of tree.map) { write(protocol, key); write(protocol, value); }
    protocol.writeMapEnd();
  } else {
    protocol.writeStructBegin('');
    for (const [id, value] of Object.entries(tree.struct)) {
      protocol.writeFieldBegin('', typeOf(value), Number(id));
      write(protocol, value);
      protocol.writeFieldEnd();
    }
    protocol.writeFieldStop();
    protocol.writeStructEnd();
  }
}

const protocolOf = ({ encoding }: ThriftWire, transport: object): Protocol => new (encoding === 'compact' ? thrift.TCompactProtocol : thrift.TBinaryProtocol)(transport);

export function thriftMessage(wire: ThriftWire, name: string, kind: number, serial: number, args: Readonly<Record<number, Tree>>): Buffer {
  const parts: Buffer[] = [];
  const protocol = protocolOf(wire, new (wire.framed ? thrift.TFramedTransport : thrift.TBufferedTransport)(null, (bytes) => { parts.push(bytes); }));
  protocol.writeMessageBegin(name, kind, serial);
  write(protocol, { struct: args });
  protocol.writeMessageEnd();
  protocol.flush();
  return Buffer.concat(parts);
}

export interface ThriftAnswer { readonly name: string; readonly kind: number; readonly serial: number; readonly result: number | string | null }

/** Of a frame without its length. */
export function readAnswer(wire: ThriftWire, frame: Buffer): ThriftAnswer {
  const protocol = protocolOf(wire, new thrift.TFramedTransport(frame, () => {}));
  const { fname, mtype, rseqid } = protocol.readMessageBegin();
  protocol.readStructBegin();
  let result: number | string | null = null;
  for (let field = protocol.readFieldBegin(); field.ftype !== 0; field = protocol.readFieldBegin()) {
    if (field.ftype === 8 && field.fid === 0) result = protocol.readI32();
    else if (field.ftype === 11) result = protocol.readString();
    else protocol.skip(field.ftype);
    protocol.readFieldEnd();
  }
  return { name: fname, kind: mtype, serial: rseqid, result };
}

/** Sends bytes and resolves with the frames that come back, once there are `count`. */
export function exchange(port: number, bytes: readonly Buffer[], count: number): Promise<{ readonly frames: readonly Buffer[]; readonly socket: Socket }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => { for (const part of bytes) socket.write(part); });
    let got: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      const frames: Buffer[] = [];
      for (let at = 0; got.length - at >= 4 && got.length - at - 4 >= got.readInt32BE(at); at += 4 + got.readInt32BE(at)) frames.push(got.subarray(at + 4, at + 4 + got.readInt32BE(at)));
      if (frames.length >= count) resolve({ frames, socket });
    });
    socket.on('error', reject);
    socket.on('close', () => { reject(new Error('the connection was closed')); });
  });
}
