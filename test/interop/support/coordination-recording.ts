// A session of three clients, recorded: the same bytes each time, made by a generator of numbers with a fixed seed.
import { CREATE, OP } from '../../../main/engines/coordination/op-codes.ts';
import { JuteReader } from '../../../main/engines/coordination/jute/reader.ts';
import * as jute from '../../../main/engines/coordination/jute/records.ts';
import { JuteWriter } from '../../../main/engines/coordination/jute/writer.ts';
import { acl, body, OPEN } from './coordination-teller.ts';

export interface Recorded {
  /** Which of the three clients. */
  readonly client: number;
  readonly xid: number;
  readonly type: number;
  /** Header and record, without the frame's length. */
  readonly payload: Buffer;
}

/** `count` requests; of these about half write, and a quarter fails. */
export function recording(count: number, seed = 20260718): Recorded[] {
  let state = seed;
  const random = (below: number): number => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * below); };
  const one = <T>(...choices: readonly T[]): T => choices[random(choices.length)] as T;
  const path = (): string => `/${one('a', 'b', 'c')}${one('', '/x', '/y', '/x/z')}`;
  const data = (): Buffer => Buffer.alloc(one(0, 1, 10, 100, 1000), random(256));
  const version = (): number => one(-1, -1, 0, 1, 2);
  const list = (): typeof OPEN => one(OPEN, OPEN, OPEN, [acl(31, 'world', 'anyone'), acl(1, 'ip', '127.0.0.1')], [acl(31, 'nosuch', 'x')]);
  const part = (): readonly [number, Buffer] => one<() => readonly [number, Buffer]>(
    () => [OP.create, body.create(path(), data())], () => [OP.setData, body.setData(path(), data(), version())], () => [OP.delete, body.version(path(), version())], () => [OP.check, body.version(path(), version())],
    () => [OP.create2, body.create(`${path()}-`, data(), CREATE.persistentSequential)],
  )();
  const request = (): readonly [number, Buffer] => one<() => readonly [number, Buffer]>(
    () => [OP.create, body.create(path(), data(), one(0, 0, 1, 2, 3), list())], () => [OP.create2, body.create(path(), data(), one(0, 1, 2, 3, 4), list())], () => [OP.createContainer, body.create(path(), data(), 4)],
    () => [OP.createTTL, body.createTTL(path(), 3_600_000, one(5, 6))], () => [OP.setData, body.setData(path(), data(), version())], () => [OP.setData, body.setData(path(), data())], () => [OP.delete, body.version(path(), version())],
    () => [OP.delete, body.version(path())], () => [OP.exists, body.watch(path(), random(3) === 0)], () => [OP.getData, body.watch(path(), random(3) === 0)], () => [OP.getChildren, body.watch(path(), random(3) === 0)],
    () => [OP.getChildren2, body.watch(path())], () => [OP.getACL, body.path(path())], () => [OP.setACL, body.setACL(path(), list(), version())], () => [OP.sync, body.path(path())], () => [OP.getAllChildrenNumber, body.path(path())],
    () => [OP.getEphemerals, body.path(path())], () => [OP.multi, body.multi(Array.from({ length: 1 + random(4) }, part))], () => [OP.multi, body.multi(Array.from({ length: 1 + random(2) }, part))],
    () => [OP.multiRead, body.multi([[OP.getData, body.watch(path())], [OP.getChildren, body.watch(path())]])], () => [OP.addWatch, body.addWatch(path(), random(2))], () => [OP.removeWatches, body.typed(path(), 1 + random(5))], () => [OP.whoAmI, Buffer.alloc(0)],
  )();
  return Array.from({ length: count }, (_, at) => {
    const [type, record] = request();
    const head = Buffer.alloc(8);
    head.writeInt32BE(at + 1);
    head.writeInt32BE(type, 4);
    return { client: random(3), xid: at + 1, type, payload: Buffer.concat([head, record]) };
  });
}

type AnyRecord = { read(reader: JuteReader): unknown; write(writer: JuteWriter, value: never): void };
const REPLIES: Readonly<Record<number, AnyRecord>> = {
  [OP.create2]: jute.Create2Response, [OP.createContainer]: jute.Create2Response, [OP.createTTL]: jute.Create2Response, [OP.exists]: jute.StatResponse, [OP.getData]: jute.GetDataResponse, [OP.setData]: jute.StatResponse,
  [OP.getACL]: jute.GetACLResponse, [OP.setACL]: jute.StatResponse, [OP.getChildren]: jute.GetChildrenResponse, [OP.getChildren2]: jute.GetChildren2Response, [OP.getEphemerals]: jute.GetEphemeralsResponse,
};

function mask(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value;
  for (const [name, item] of Object.entries(value)) {
    if (name === 'ctime' || name === 'mtime') Object.assign(value, { [name]: 0 });
    else if (name === 'ephemeralOwner' && item !== 0n) Object.assign(value, { [name]: 1n });
    // their order is that of the server's hash table
    else if (name === 'children' || name === 'ephemerals') Object.assign(value, { [name]: [...(item as string[])].sort() });
    else mask(item);
  }
  return value;
}

function through(record: AnyRecord, reader: JuteReader, writer: JuteWriter): void {
  record.write(writer, mask(record.read(reader)) as never);
}

/** A whole reply frame with times, session ids and the order of names taken out; every other byte as it came. */
export function maskReply(type: number, frame: Buffer): Buffer {
  const writer = new JuteWriter();
  writer.raw(frame.subarray(0, 16));
  const reader = new JuteReader(frame, 16);
  const record = REPLIES[type];
  if (type === OP.multi || type === OP.multiRead) {
    for (;;) {
      const header = jute.MultiHeader.read(reader);
      jute.MultiHeader.write(writer, header);
      if (header.done) break;
      const inner = REPLIES[header.type];
      if (inner) through(inner, reader, writer);
      else if (header.type === OP.create) through(jute.PathResponse, reader, writer);
      else if (header.type === OP.error) writer.int(reader.int());
    }
  } else if (record && reader.left > 0) through(record, reader, writer);
  writer.raw(reader.rest());
  return writer.take();
}
