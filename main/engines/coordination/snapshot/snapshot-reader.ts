// Reads sessions, ACLs and tree, from a file or from a leader's SNAP, into a tree of its own.
import type { ACL } from '../jute/records.ts';
import { JuteError, JuteReader } from '../jute/reader.ts';
import { DataTree, type TreeOptions } from '../tree/data-tree.ts';
import { keepBytes } from '../tree/value-bytes.ts';
import { ZNode } from '../tree/znode.ts';
import { END_PATH, NODE_TAIL } from './snapshot-format.ts';

/** Answers exactly `size` bytes, borrowed until the next call; at once when it has them. Rejects or throws when there are no more. */
export type Pull = (size: number) => Buffer | Promise<Buffer>;

export interface LoadedState {
  readonly tree: DataTree;
  readonly sessions: Map<bigint, number>;
}

/** Longer paths, values, ACL lists and tables of sessions than these are taken for damage before they are allocated. */
const MAX_PATH = 1_048_576;
const MAX_VALUE = 0x4000_0000;
const MAX_COUNT = 0x1000_0000;
const MAX_ACLS = 65_536;
const MAX_NAME = 1_048_576;

function bounded(value: number, most: number, what: string): number {
  if (value < -1 || value > most) throw new JuteError(`${what} of ${value}`);
  return value;
}

/** JuteError when it is no state; what `pull` throws otherwise. `zxid` is that of the last txn it holds as a whole. */
export async function readState(pull: Pull, zxid: number, options: TreeOptions): Promise<LoadedState> {
  const sessions = new Map<bigint, number>();
  for (let left = bounded((await pull(4)).readInt32BE(0), MAX_COUNT, 'a table of sessions'); left > 0; left--) {
    const entry = await pull(12);
    sessions.set(entry.readBigInt64BE(0), entry.readInt32BE(8));
  }
  const tree = DataTree.unplanted(options);
  for (let left = bounded((await pull(4)).readInt32BE(0), MAX_COUNT, 'a table of ACLs'); left > 0; left--) await readAcl(pull, tree);
  await readNodes(pull, tree);
  if (!tree.loaded(zxid)) throw new JuteError('a tree without a root');
  return { tree, sessions };
}

async function readAcl(pull: Pull, tree: DataTree): Promise<void> {
  const head = new JuteReader(Buffer.from(await pull(12)));
  const id = head.long();
  const list: ACL[] = [];
  for (let left = bounded(head.int(), MAX_ACLS, 'a list of ACLs'); left > 0; left--) {
    const perms = (await pull(4)).readInt32BE(0);
    list.push({ perms, id: { scheme: await readText(pull), id: await readText(pull) } });
  }
  tree.loadAcl(id, list);
}

async function readText(pull: Pull): Promise<string> {
  const length = bounded((await pull(4)).readInt32BE(0), MAX_NAME, 'a name');
  return length <= 0 ? '' : (await pull(length)).toString('utf8');
}

// Two pulls a node, and no promise awaited when the bytes are there: hundreds of thousands of nodes a second.
async function readNodes(pull: Pull, tree: DataTree): Promise<void> {
  let pulled = pull(4);
  let pathLength = bounded((pulled instanceof Promise ? await pulled : pulled).readInt32BE(0), MAX_PATH, 'a path');
  for (;;) {
    if (pathLength === 1) {
      pulled = pull(1);
      if ((pulled instanceof Promise ? await pulled : pulled)[0] !== END_PATH.charCodeAt(0)) throw new JuteError('a path of one letter');
      return;
    }
    const named = Math.max(pathLength, 0);
    pulled = pull(named + 4);
    const head = pulled instanceof Promise ? await pulled : pulled;
    const path = head.toString('utf8', 0, named);
    const dataLength = bounded(head.readInt32BE(named), MAX_VALUE, 'a value');
    const size = Math.max(dataLength, 0);
    pulled = pull(size + NODE_TAIL + 4);
    const body = pulled instanceof Promise ? await pulled : pulled;
    const node = nodeOf(new JuteReader(body, size), dataLength < 0 ? null : body.subarray(0, size));
    if (!tree.loadNode(path, node)) throw new JuteError(`no parent of ${path}`);
    pathLength = bounded(body.readInt32BE(size + NODE_TAIL), MAX_PATH, 'a path');
  }
}

function nodeOf(reader: JuteReader, data: Buffer | null): ZNode {
  const acl = reader.long();
  const czxid = reader.long();
  const mzxid = reader.long();
  const ctime = reader.long();
  const mtime = reader.long();
  const version = reader.int();
  const cversion = reader.int();
  const aversion = reader.int();
  const owner = reader.id();
  const node = new ZNode(keepBytes(data), acl, owner === 0n ? 0n : owner, czxid, ctime);
  node.mzxid = mzxid;
  node.mtime = mtime;
  node.version = version;
  node.cversion = cversion;
  node.aversion = aversion;
  node.pzxid = reader.long();
  return node;
}
