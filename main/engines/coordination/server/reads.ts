// Requests that only look, or only set watches: what FinalRequestProcessor answers them, in its order of checks.
import type { JuteReader } from '../jute/reader.ts';
import { AddWatchRequest, SetWatches, SetWatches2, Stat, ACL as ACLRecord, WatchTypeRequest } from '../jute/records.ts';
import type { ACL, Id } from '../jute/records.ts';
import type { JuteWriter } from '../jute/writer.ts';
import { KeeperError } from '../keeper-errors.ts';
import { EVENT, OP, PERM, WATCH_MODE, WATCH_TYPE } from '../op-codes.ts';
import type { Tree, WatchKind, Watcher } from '../parts.ts';
import type { ZNode } from '../tree/znode.ts';
import type { Access } from './auth/access.ts';
import type { Schemes } from './auth/schemes.ts';
import { readReadParts } from './multi.ts';
import { multiHeader, writeData, writeStat } from './replies.ts';

/** Who asks. */
export interface Reader extends Watcher {
  readonly authInfo: readonly Id[];
  readonly sessionId: bigint;
}

/** A notification about a state found rather than a change seen has no zxid. */
const NO_ZXID = -1;
const NO_ACL: readonly ACL[] = [];

type Read = (input: JuteReader, output: JuteWriter, client: Reader) => void;

export class Reads {
  readonly #tree: Tree;
  readonly #access: Access;
  readonly #schemes: Schemes;
  readonly #table: ReadonlyMap<number, Read>;

  constructor(tree: Tree, access: Access, schemes: Schemes) {
    this.#tree = tree;
    this.#access = access;
    this.#schemes = schemes;
    this.#table = new Map<number, Read>([
      [OP.getACL, (i, o, c) => { this.#getAcl(i, o, c); }],
      [OP.getChildren, (i, o, c) => { this.#getChildren(i, o, c); }],
      [OP.getChildren2, (i, o, c) => { writeStat(o, tree, this.#getChildren(i, o, c)); }],
      [OP.getAllChildrenNumber, (i, o, c) => { this.#countBelow(i, o, c); }],
      [OP.getEphemerals, (i, o, c) => { this.#getEphemerals(i, o, c); }],
      [OP.multiRead, (i, o, c) => { this.#multiRead(i, o, c); }],
      [OP.setWatches, (i, _, c) => { this.#setWatches({ ...SetWatches.read(i), persistentWatches: [], persistentRecursiveWatches: [] }, c); }],
      [OP.setWatches2, (i, _, c) => { this.#setWatches(SetWatches2.read(i), c); }],
      [OP.addWatch, (i, o, c) => { this.#addWatch(i, o, c); }],
      [OP.checkWatches, (i, _, c) => { this.#eachWatch(i, (path, kind) => tree.watches.has(path, c, kind)); }],
      [OP.removeWatches, (i, _, c) => { this.#eachWatch(i, (path, kind) => tree.watches.remove(path, c, kind)); }],
      [OP.whoAmI, (_, o, c) => { this.#whoAmI(o, c); }],
    ]);
  }

  /** Writes the reply's record; KeeperError or JuteError otherwise, with nothing of use written. */
  answer(type: number, input: JuteReader, output: JuteWriter, client: Reader): void {
    if (type === OP.getData) return this.#getData(input, output, client);
    if (type === OP.exists) return this.#exists(input, output, client);
    this.#table.get(type)?.(input, output, client);
  }

  /** NoNode, then NoAuth. */
  #readable(path: string, client: Reader, perm: number = PERM.read): ZNode {
    const node = this.#tree.get(path);
    if (!node) throw new KeeperError('NoNode', path);
    this.#access.check(this.#tree.acl(node.acl), perm, client.authInfo);
    return node;
  }

  #getData(input: JuteReader, output: JuteWriter, client: Reader): void {
    const path = input.ustring() ?? '';
    const watch = input.boolean();
    const node = this.#readable(path, client);
    if (watch) this.#tree.watches.add(path, client, 'data');
    writeData(output, node);
    writeStat(output, this.#tree, node);
  }

  /** The watch is set whether or not there is a znode. */
  #exists(input: JuteReader, output: JuteWriter, client: Reader): void {
    const path = input.ustring() ?? '';
    const watch = input.boolean();
    if (path.includes('\0')) throw new KeeperError('BadArguments', path);
    const node = this.#tree.get(path);
    if (node) this.#access.check(this.#tree.acl(node.acl), PERM.read, client.authInfo);
    if (watch) this.#tree.watches.add(path, client, 'data');
    if (!node) throw new KeeperError('NoNode', path);
    writeStat(output, this.#tree, node);
  }

  #getChildren(input: JuteReader, output: JuteWriter, client: Reader): ZNode {
    const path = input.ustring() ?? '';
    const watch = input.boolean();
    const node = this.#readable(path, client);
    if (watch) this.#tree.watches.add(path, client, 'child');
    this.#writeChildren(output, node);
    return node;
  }

  #writeChildren(output: JuteWriter, node: ZNode): void {
    output.int(node.children?.size ?? 0);
    for (const name of node.children ?? []) output.ustring(name);
  }

  #getAcl(input: JuteReader, output: JuteWriter, client: Reader): void {
    const node = this.#readable(input.ustring() ?? '', client, PERM.read | PERM.admin);
    const acl = this.#access.masked(this.#tree.acl(node.acl), client.authInfo);
    output.int(acl.length);
    for (const entry of acl) ACLRecord.write(output, entry);
    Stat.write(output, this.#tree.stat(node));
  }

  /** Every znode below; of the root, every znode but itself. */
  #countBelow(input: JuteReader, output: JuteWriter, client: Reader): void {
    const left: ZNode[] = [];
    const path = input.ustring() ?? '';
    let total = path === '' ? 1 : 0; // the root by its other name
    const found = this.#readable(path, client);
    const paths = [path === '/' ? '' : path];
    left.push(found);
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      const at = paths.pop() ?? '';
      for (const name of node.children ?? []) {
        const child = this.#tree.get(`${at}/${name}`);
        if (!child) continue;
        total += 1;
        if (child.children === null || child.children.size === 0) continue;
        left.push(child);
        paths.push(`${at}/${name}`);
      }
    }
    output.int(total);
  }

  #getEphemerals(input: JuteReader, output: JuteWriter, client: Reader): void {
    const prefix = input.ustring() ?? '';
    const all = [...this.#tree.ephemeralsOf(client.sessionId)];
    const paths = prefix.trim() === '' || prefix.trim() === '/' ? all : all.filter((path) => path.startsWith(prefix));
    output.int(paths.length);
    for (const path of paths) output.ustring(path);
  }

  #multiRead(input: JuteReader, output: JuteWriter, client: Reader): void {
    for (const { type, path } of readReadParts(input)) {
      const before = output.length;
      try {
        const node = this.#readable(path, client);
        multiHeader(output, type, false, 0);
        if (type === OP.getChildren) {
          this.#writeChildren(output, node);
        } else {
          writeData(output, node);
          writeStat(output, this.#tree, node);
        }
      } catch (error) {
        if (!(error instanceof KeeperError)) throw error;
        output.cut(before);
        multiHeader(output, OP.error, false, error.code);
        output.int(error.code);
      }
    }
    multiHeader(output, -1, true, -1);
  }

  /** What changed since `relativeZxid` is told at once; the rest is watched again (DataTree.setWatches). */
  #setWatches(asked: ReturnType<typeof SetWatches2.read>, client: Reader): void {
    const { watches } = this.#tree;
    for (const path of asked.dataWatches) {
      const node = this.#tree.get(path);
      if (!node) client.event(EVENT.deleted, path, NO_ZXID, NO_ACL);
      else if (node.mzxid > asked.relativeZxid) client.event(EVENT.dataChanged, path, NO_ZXID, NO_ACL);
      else watches.add(path, client, 'data');
    }
    for (const path of asked.existWatches) {
      if (this.#tree.get(path)) client.event(EVENT.created, path, NO_ZXID, NO_ACL);
      else watches.add(path, client, 'data');
    }
    for (const path of asked.childWatches) {
      const node = this.#tree.get(path);
      if (!node) client.event(EVENT.deleted, path, NO_ZXID, NO_ACL);
      else if (node.pzxid > asked.relativeZxid) client.event(EVENT.childrenChanged, path, NO_ZXID, NO_ACL);
      else watches.add(path, client, 'child');
    }
    for (const path of asked.persistentWatches) watches.add(path, client, 'persistent');
    for (const path of asked.persistentRecursiveWatches) watches.add(path, client, 'persistentRecursive');
  }

  #addWatch(input: JuteReader, output: JuteWriter, client: Reader): void {
    const { path, mode } = AddWatchRequest.read(input);
    if (mode !== WATCH_MODE.persistent && mode !== WATCH_MODE.persistentRecursive) throw new KeeperError('MarshallingError', path);
    this.#tree.watches.add(path, client, mode === WATCH_MODE.persistent ? 'persistent' : 'persistentRecursive');
    output.int(0);
  }

  /** Tries every kind that the type names; NoWatcher when `apply` finds none. */
  #eachWatch(input: JuteReader, apply: (path: string, kind: WatchKind) => boolean): void {
    const { path, type } = WatchTypeRequest.read(input);
    const kinds = KINDS.get(type);
    if (!kinds) throw new KeeperError('MarshallingError', path);
    let found = false;
    for (const kind of kinds) found = apply(path, kind) || found;
    if (!found) throw new KeeperError('NoWatcher', path);
  }

  #whoAmI(output: JuteWriter, { authInfo }: Reader): void {
    output.int(authInfo.length);
    for (const id of authInfo) {
      output.ustring(id.scheme);
      output.ustring(this.#schemes.userOf(id));
    }
  }
}

const KINDS = new Map<number, readonly WatchKind[]>([
  [WATCH_TYPE.children, ['child']],
  [WATCH_TYPE.data, ['data']],
  [WATCH_TYPE.any, ['child', 'data', 'persistent', 'persistentRecursive']],
  [WATCH_TYPE.persistent, ['persistent']],
  [WATCH_TYPE.persistentRecursive, ['persistentRecursive']],
]);
