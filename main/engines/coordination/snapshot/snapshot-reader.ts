// Reads sessions, ACLs and tree, from a file or from a leader's SNAP, into a tree of its own.
import type { ACL } from '../jute/records.ts';
import { JuteError } from '../jute/reader.ts';
import { DataTree, type TreeOptions } from '../tree/data-tree.ts';
import { ZNode } from '../tree/znode.ts';
import type { Cursor } from './cursor.ts';
import { END_PATH, NODE_TAIL } from './snapshot-format.ts';

export interface LoadedState {
  readonly tree: DataTree;
  readonly sessions: Map<bigint, number>;
}

/** Longer paths, values, ACL lists and tables of sessions than these are taken for damage before they are allocated. */
const MAX_PATH = 1_048_576;
const MAX_VALUE = 0x1000_0000;
const MAX_COUNT = 0x1000_0000;
const MAX_ACLS = 65_536;
const MAX_NAME = 1_048_576;

function bounded(value: number, most: number, what: string): number {
  if (value < -1 || value > most) throw new JuteError(`${what} of ${value}`);
  return value;
}

/** JuteError when it is no state; what the cursor throws otherwise. `zxid` is that of the last txn it holds as a whole. */
export async function readState(cursor: Cursor, zxid: number, options: TreeOptions): Promise<LoadedState> {
  const sessions = new Map<bigint, number>();
  for (let left = bounded(await readInt(cursor), MAX_COUNT, 'a table of sessions'); left > 0; left--) {
    const wait = cursor.need(12);
    if (wait) await wait;
    sessions.set(cursor.bytes.readBigInt64BE(cursor.at), cursor.bytes.readInt32BE(cursor.at + 8));
    cursor.at += 12;
  }
  const tree = DataTree.unplanted(options);
  for (let left = bounded(await readInt(cursor), MAX_COUNT, 'a table of ACLs'); left > 0; left--) await readAcl(cursor, tree);
  await readNodes(cursor, tree);
  if (!tree.loaded(zxid)) throw new JuteError('a tree without a root');
  return { tree, sessions };
}

async function readInt(cursor: Cursor): Promise<number> {
  await cursor.need(4);
  cursor.at += 4;
  return cursor.bytes.readInt32BE(cursor.at - 4);
}

async function readAcl(cursor: Cursor, tree: DataTree): Promise<void> {
  await cursor.need(8);
  const id = longAt(cursor.bytes, cursor.at);
  cursor.at += 8;
  const list: ACL[] = [];
  for (let left = bounded(await readInt(cursor), MAX_ACLS, 'a list of ACLs'); left > 0; left--) {
    const perms = await readInt(cursor);
    list.push({ perms, id: { scheme: await readText(cursor), id: await readText(cursor) } });
  }
  tree.loadAcl(id, list);
}

async function readText(cursor: Cursor): Promise<string> {
  const length = Math.max(bounded(await readInt(cursor), MAX_NAME, 'a name'), 0);
  await cursor.need(length);
  cursor.at += length;
  return cursor.bytes.toString('utf8', cursor.at - length, cursor.at);
}

// Read in place, and no promise awaited when the bytes are there: hundreds of thousands of nodes a second. Behind a node there is
// always the length of the next path, so it is asked for along with the node.
async function readNodes(cursor: Cursor, tree: DataTree): Promise<void> {
  await cursor.need(4);
  for (;;) {
    const pathLength = bounded(cursor.bytes.readInt32BE(cursor.at), MAX_PATH, 'a path');
    if (pathLength === 1) break;
    const named = Math.max(pathLength, 0);
    let wait = cursor.need(8 + named);
    if (wait) await wait;
    const dataLength = bounded(cursor.bytes.readInt32BE(cursor.at + 4 + named), MAX_VALUE, 'a value');
    const size = 8 + named + Math.max(dataLength, 0) + NODE_TAIL;
    wait = cursor.need(size + 4);
    if (wait) await wait;
    const { bytes, at } = cursor;
    const path = bytes.toString('utf8', at + 4, at + 4 + named);
    if (!tree.loadNode(path, nodeAt(bytes, at + 8 + named, dataLength))) throw new JuteError(`no parent of ${path}`);
    cursor.at = at + size;
  }
  await cursor.need(5);
  if (cursor.bytes[cursor.at + 4] !== END_PATH.charCodeAt(0)) throw new JuteError('a path of one letter');
  cursor.at += 5;
}

function longAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

/** Data, then ACL number, czxid, mzxid, ctime, mtime (longs), version, cversion, aversion (ints), ephemeralOwner, pzxid (longs). */
function nodeAt(bytes: Buffer, begin: number, dataLength: number): ZNode {
  const at = begin + Math.max(dataLength, 0);
  const owned = bytes.readInt32BE(at + 52) !== 0 || bytes.readInt32BE(at + 56) !== 0;
  const node = new ZNode(dataLength < 0 ? null : bytes.subarray(begin, at), longAt(bytes, at), owned ? bytes.readBigInt64BE(at + 52) : 0n, longAt(bytes, at + 8), longAt(bytes, at + 24));
  node.mzxid = longAt(bytes, at + 16);
  node.mtime = longAt(bytes, at + 32);
  node.version = bytes.readInt32BE(at + 40);
  node.cversion = bytes.readInt32BE(at + 44);
  node.aversion = bytes.readInt32BE(at + 48);
  node.pzxid = longAt(bytes, at + 60);
  return node;
}
