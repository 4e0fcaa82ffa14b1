// Writes replies straight into a connection's output. Those of reads are written from the znode, without a record in between.
import type { JuteWriter } from '../jute/writer.ts';
import { Stat } from '../jute/records.ts';
import { OP } from '../op-codes.ts';
import type { Tree, TxnResult } from '../parts.ts';
import type { ZNode } from '../tree/znode.ts';

/** A reply of a header alone. */
export function writeHeader(writer: JuteWriter, xid: number, zxid: number, err: number): void {
  writer.int(16);
  writer.int(xid);
  writer.long(zxid);
  writer.int(err);
}

/** Begins a reply with a record; `writer.endFrame` of what it answers ends it. */
export function beginReply(writer: JuteWriter, xid: number, zxid: number): number {
  const begin = writer.beginFrame();
  writer.int(xid);
  writer.long(zxid);
  writer.int(0);
  return begin;
}

/** A znode's data, straight from where the tree keeps it. */
export function writeData(writer: JuteWriter, node: ZNode): void {
  const { dataLength } = node;
  if (dataLength === 0) writer.buffer(node.data);
  else writer.filled(dataLength, node);
}

/** The 68 bytes of a znode's Stat. */
export function writeStat(writer: JuteWriter, tree: Tree, node: ZNode): void {
  if (node.ephemeralOwner !== 0n) return Stat.write(writer, tree.stat(node));
  const children = node.children === null ? 0 : node.children.size;
  writer.long(node.czxid);
  writer.long(node.mzxid);
  writer.long(node.ctime);
  writer.long(node.mtime);
  writer.int(node.version);
  writer.int((node.cversion * 2 - children) | 0);
  writer.int(node.aversion);
  writer.long(0);
  writer.int(node.dataLength);
  writer.int(children);
  writer.long(node.pzxid);
}

/** What the reply to a write carries after its header, by the request's type; nothing when the write failed. */
export function writeOutcome(writer: JuteWriter, type: number, result: TxnResult, tree: Tree): void {
  switch (type) {
    case OP.create:
      writer.ustring(result.path);
      return;
    case OP.create2: case OP.createTTL: case OP.createContainer:
      writer.ustring(result.path);
      if (result.stat) Stat.write(writer, result.stat);
      return;
    case OP.setData: case OP.setACL: case OP.check:
      if (result.stat) Stat.write(writer, result.stat);
      return;
    case OP.reconfig:
      writer.buffer(tree.get(result.path ?? '')?.data ?? null);
      if (result.stat) Stat.write(writer, result.stat);
      return;
    case OP.multi:
      writeMulti(writer, result);
      return;
    default:
  }
}

/** A MultiHeader and an outcome for each part, and the end (MultiResponse). Whatever creates with a Stat answers as create2. */
function writeMulti(writer: JuteWriter, result: TxnResult): void {
  for (const part of result.parts ?? []) writePart(writer, part);
  multiHeader(writer, -1, true, -1);
}

function writePart(writer: JuteWriter, { type, path, stat, err }: TxnResult & { readonly type: number }): void {
  switch (type) {
    case OP.error:
      multiHeader(writer, OP.error, false, err);
      writer.int(err);
      return;
    case OP.create:
      multiHeader(writer, OP.create, false, 0);
      writer.ustring(path);
      return;
    case OP.create2: case OP.createTTL: case OP.createContainer:
      multiHeader(writer, OP.create2, false, 0);
      writer.ustring(path);
      if (stat) Stat.write(writer, stat);
      return;
    default:
      multiHeader(writer, type, false, 0);
      if (stat && type === OP.setData) Stat.write(writer, stat);
  }
}

export function multiHeader(writer: JuteWriter, type: number, done: boolean, err: number): void {
  writer.int(type);
  writer.boolean(done);
  writer.int(err);
}
