// A snapshot as a sequence of small buffers, each made in one turn of the loop while txns go on between them (fuzzy, as real servers' are).
import { ACL } from '../jute/records.ts';
import { JuteWriter } from '../jute/writer.ts';
import type { AclView, DataTree } from '../tree/data-tree.ts';
import type { ZNode } from '../tree/znode.ts';
import { END_PATH, SNAP_MAGIC, SNAP_VERSION } from './snapshot-format.ts';

/** Bytes made in one turn, about: some hundred nodes. */
const SLICE = 131_072;

export function snapshotHeader(): Buffer {
  const writer = new JuteWriter(16);
  writer.int(SNAP_MAGIC);
  writer.int(SNAP_VERSION);
  writer.long(-1);
  return writer.take();
}

/**
 * Sessions, ACLs and tree. What is not a node is as of the first `next`; a node is as of its turn, but for its ACL. Nodes made
 * since the first `next` are left out: replaying their create makes them and, if need be, moves their parent's counters.
 */
export function* serializeState(tree: DataTree, sessions: ReadonlyMap<bigint, number>): Generator<Buffer, void, undefined> {
  const begun = tree.lastZxid;
  const view = tree.beginView();
  try {
    const writer = new JuteWriter(SLICE + SLICE / 4);
    writer.int(sessions.size);
    for (const [id, timeout] of sessions) {
      writer.id(id);
      writer.int(timeout);
    }
    writer.int(view.lists.length);
    for (const [id, list] of view.lists) {
      writer.long(id);
      writer.int(list.length);
      for (const acl of list) ACL.write(writer, acl);
    }
    yield writer.take();
    yield* serializeNodes(tree, begun, view, writer);
  } finally {
    view.end();
  }
}

interface Level {
  readonly path: string;
  readonly names: IterableIterator<string>;
}

function* serializeNodes(tree: DataTree, begun: number, view: AclView, writer: JuteWriter): Generator<Buffer, void, undefined> {
  const levels: Level[] = [];
  const enter = (path: string, node: ZNode): void => {
    putNode(writer, path, node, view);
    if (node.children !== null && node.children.size > 0) levels.push({ path, names: node.children.values() });
  };
  const root = tree.get('');
  if (root) enter('', root);
  while (levels.length > 0) {
    const level = levels[levels.length - 1] as Level;
    const { value: name, done } = level.names.next();
    if (done) {
      levels.pop();
      continue;
    }
    const path = `${level.path}/${name}`;
    const node = tree.get(path);
    if (node && node.czxid <= begun) enter(path, node);
    if (writer.length >= SLICE) yield writer.take();
  }
  writer.ustring(END_PATH);
  yield writer.take();
}

function putNode(writer: JuteWriter, path: string, node: ZNode, view: AclView): void {
  writer.ustring(path);
  writer.buffer(node.data);
  writer.long(view.idOf(node));
  writer.long(node.czxid);
  writer.long(node.mzxid);
  writer.long(node.ctime);
  writer.long(node.mtime);
  writer.int(node.version);
  writer.int(node.cversion);
  writer.int(node.aversion);
  writer.id(node.ephemeralOwner);
  writer.long(node.pzxid);
}
