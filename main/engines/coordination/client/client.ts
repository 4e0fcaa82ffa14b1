// The client: every operation of the protocol as a method. Promises are handed out bare, so that what awaits them runs in the order of the wire.
import { KEEPER_ERROR, KeeperError } from '../keeper-errors.ts';
import { onAbort, cancelled } from '../../../lib/async.ts';
import {
  AddWatchRequest, Create2Response, CreateRequest, CreateTTLRequest, GetACLResponse, GetAllChildrenNumberResponse, GetChildren2Response, GetChildrenResponse,
  GetDataResponse, GetEphemeralsResponse, ReconfigRequest, SetACLRequest, SetDataRequest, Stat, StatResponse, WatchTypeRequest, WhoAmIResponse, type ACL, type ClientInfo,
} from '../jute/records.ts';
import type { JuteReader } from '../jute/reader.ts';
import { CREATE, OP, PERM, WATCH_MODE } from '../op-codes.ts';
import type { ClientOptions, ClientState, CoordinationClient, MultiOp, MultiReadResult, MultiResult, OnWatch, OpenClient } from './client-types.ts';
import { parseConnectString } from './connect-string.ts';
import { readMulti, readMultiRead, writeMulti, writeMultiRead } from './multi.ts';
import { checkPath, withChroot, withoutChroot } from './paths.ts';
import { Session } from './session.ts';

/** world:anyone with all rights. */
export const OPEN_ACL: ACL[] = [{ perms: PERM.all, id: { scheme: 'world', id: 'anyone' } }];
const CONFIG_PATH = '/zookeeper/config';
const nothing = (): undefined => undefined;

export const openClient: OpenClient = (options) => new KeeperClient(options);

class KeeperClient implements CoordinationClient {
  readonly #session: Session;
  readonly #chroot: string;

  constructor(options: ClientOptions) {
    const target = parseConnectString(options.connectString);
    this.#session = new Session(options, target);
    this.#chroot = target.chroot;
  }

  get state(): ClientState { return this.#session.state; }
  get sessionId(): bigint { return this.#session.sessionId; }
  get sessionPassword(): Buffer { return this.#session.password; }
  get sessionTimeoutMs(): number { return this.#session.timeoutMs; }
  get server(): string | null { return this.#session.server; }
  get lastZxid(): number { return this.#session.lastZxid; }
  get confirmedAt(): number { return this.#session.confirmedAt; }
  get problem(): CoordinationClient['problem'] { return this.#session.problem; }
  get outstanding(): number { return this.#session.outstanding; }

  onState(listener: (state: ClientState) => void): () => void {
    return this.#session.onState(listener);
  }

  connected(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      let undo = [(): void => undefined];
      const settle = (error?: Error): void => {
        for (const each of undo) each();
        if (error) reject(error);
        else resolve();
      };
      const look = (state: ClientState): void => {
        if (state === 'connected' || state === 'connectedReadOnly') settle();
        else if (state === 'authFailed') settle(this.problem ?? new KeeperError('AuthFailed'));
        else if (state === 'closed') settle(new KeeperError('SessionExpired'));
        else if (state === 'expired') queueMicrotask(() => { if (this.state === 'expired') settle(new KeeperError('SessionExpired')); });
      };
      undo = [this.onState(look), onAbort(signal, () => { settle(cancelled()); })];
      look(this.state);
    });
  }

  create(path: string, data: Buffer | null, options: { readonly acl?: readonly ACL[]; readonly flags?: number; readonly ttl?: number } = {}): ReturnType<CoordinationClient['create']> {
    const flags = options.flags ?? CREATE.persistent;
    const bad = problemOf(path, isSequential(flags));
    if (bad) return bad;
    const request = { path: withChroot(this.#chroot, path), data, acl: (options.acl ?? OPEN_ACL) as ACL[], flags };
    const read = (reader: JuteReader): { path: string; stat: Stat } => {
      const reply = Create2Response.read(reader);
      return { path: withoutChroot(this.#chroot, reply.path), stat: reply.stat };
    };
    if (flags === CREATE.ttl || flags === CREATE.ttlSequential) {
      return this.#session.call(OP.createTTL, path, (w) => { CreateTTLRequest.write(w, { ...request, ttl: options.ttl ?? 0 }); }, read);
    }
    return this.#session.call(flags === CREATE.container ? OP.createContainer : OP.create2, path, (w) => { CreateRequest.write(w, request); }, read);
  }

  delete(path: string, version = -1): Promise<void> {
    return problemOf(path) ?? this.#session.call<void>(OP.delete, path, (w) => { w.ustring(withChroot(this.#chroot, path)); w.int(version); }, nothing);
  }

  exists(path: string, watch?: OnWatch): Promise<Stat | null> {
    const bad = problemOf(path);
    if (bad) return bad;
    const real = withChroot(this.#chroot, path);
    return this.#session.call(OP.exists, path, (w) => { w.ustring(real); w.boolean(watch !== undefined); }, (reader, err) => {
      const stat = err === 0 ? StatResponse.read(reader).stat : null;
      if (watch) this.#session.watches.add(stat ? 'data' : 'exist', real, watch);
      return stat;
    }, KEEPER_ERROR.NoNode);
  }

  getData(path: string, watch?: OnWatch): Promise<{ readonly data: Buffer | null; readonly stat: Stat }> {
    return problemOf(path) ?? this.#getData(withChroot(this.#chroot, path), path, watch);
  }

  setData(path: string, data: Buffer | null, version = -1): Promise<Stat> {
    return problemOf(path) ?? this.#session.call(OP.setData, path, (w) => { SetDataRequest.write(w, { path: withChroot(this.#chroot, path), data, version }); }, readStat);
  }

  getChildren(path: string, watch?: OnWatch): Promise<{ readonly children: string[]; readonly stat: Stat }> {
    return problemOf(path) ?? this.#list(OP.getChildren2, path, watch, readChildren2);
  }

  getChildNames(path: string, watch?: OnWatch): Promise<string[]> {
    return problemOf(path) ?? this.#list(OP.getChildren, path, watch, readChildren);
  }

  getACL(path: string): Promise<{ readonly acl: ACL[]; readonly stat: Stat }> {
    return problemOf(path) ?? this.#session.call(OP.getACL, path, (w) => { w.ustring(withChroot(this.#chroot, path)); }, readACL);
  }

  setACL(path: string, acl: readonly ACL[], version = -1): Promise<Stat> {
    return problemOf(path) ?? this.#session.call(OP.setACL, path, (w) => { SetACLRequest.write(w, { path: withChroot(this.#chroot, path), acl: acl as ACL[], version }); }, readStat);
  }

  sync(path: string): Promise<void> {
    return problemOf(path) ?? this.#session.call<void>(OP.sync, path, (w) => { w.ustring(withChroot(this.#chroot, path)); }, nothing);
  }

  multi(ops: readonly MultiOp[]): Promise<readonly MultiResult[]> {
    for (const op of ops) {
      const bad = problemOf(op.path, op.op === 'create' && isSequential(op.flags ?? 0));
      if (bad) return bad;
    }
    return this.#session.call(OP.multi, null, (w) => { writeMulti(w, ops, this.#chroot); }, (reader) => readMulti(reader, this.#chroot));
  }

  multiRead(ops: readonly { readonly op: 'getData' | 'getChildren'; readonly path: string }[]): Promise<readonly MultiReadResult[]> {
    for (const op of ops) {
      const bad = problemOf(op.path);
      if (bad) return bad;
    }
    return this.#session.call(OP.multiRead, null, (w) => { writeMultiRead(w, ops, this.#chroot); }, readMultiRead);
  }

  addWatch(path: string, mode: 'persistent' | 'persistentRecursive', watch: OnWatch): Promise<void> {
    const bad = problemOf(path);
    if (bad) return bad;
    const real = withChroot(this.#chroot, path);
    return this.#session.call<void>(OP.addWatch, path, (w) => { AddWatchRequest.write(w, { path: real, mode: WATCH_MODE[mode] }); }, () => {
      this.#session.watches.add(mode === 'persistent' ? 'persistent' : 'recursive', real, watch);
    });
  }

  checkWatches(path: string, type: number): Promise<boolean> {
    return problemOf(path) ?? this.#session.call(OP.checkWatches, path, (w) => { WatchTypeRequest.write(w, { path: withChroot(this.#chroot, path), type }); }, (_reader, err) => err === 0, KEEPER_ERROR.NoWatcher);
  }

  removeWatches(path: string, type: number, local = false): Promise<void> {
    const bad = problemOf(path);
    if (bad) return bad;
    const real = withChroot(this.#chroot, path);
    if (!this.#session.watches.has(real, type)) return Promise.reject(new KeeperError('NoWatcher', path));
    const forget = (): void => {
      for (const [event, watchers] of this.#session.watches.remove(real, type)) {
        for (const watch of watchers) queueMicrotask(() => { watch({ type: event, path, zxid: -1 }); });
      }
    };
    const asked = this.#session.call<void>(OP.removeWatches, path, (w) => { WatchTypeRequest.write(w, { path: real, type }); }, forget);
    return local ? asked.catch(forget) : asked;
  }

  getEphemerals(prefix: string): Promise<string[]> {
    return problemOf(prefix) ?? this.#session.call(OP.getEphemerals, prefix, (w) => { w.ustring(withChroot(this.#chroot, prefix)); },
      (reader) => GetEphemeralsResponse.read(reader).ephemerals.map((path) => withoutChroot(this.#chroot, path)));
  }

  getAllChildrenNumber(path: string): Promise<number> {
    return problemOf(path) ?? this.#session.call(OP.getAllChildrenNumber, path, (w) => { w.ustring(withChroot(this.#chroot, path)); }, (reader) => GetAllChildrenNumberResponse.read(reader).totalNumber);
  }

  whoAmI(): Promise<ClientInfo[]> {
    return this.#session.call(OP.whoAmI, null, null, (reader) => WhoAmIResponse.read(reader).clientInfo);
  }

  getConfig(watch?: OnWatch): Promise<{ readonly data: Buffer | null; readonly stat: Stat }> {
    return this.#getData(CONFIG_PATH, CONFIG_PATH, watch);
  }

  reconfig(change: { readonly joining?: string; readonly leaving?: string; readonly members?: string; readonly fromConfig?: number }): Promise<{ readonly data: Buffer | null; readonly stat: Stat }> {
    const request = { joiningServers: change.joining ?? null, leavingServers: change.leaving ?? null, newMembers: change.members ?? null, curConfigId: change.fromConfig ?? -1 };
    return this.#session.call(OP.reconfig, null, (w) => { ReconfigRequest.write(w, request); }, readData);
  }

  addAuth(scheme: string, auth: Buffer): Promise<void> {
    return this.#session.addAuth(scheme, auth);
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  #getData(real: string, path: string, watch: OnWatch | undefined): Promise<{ data: Buffer | null; stat: Stat }> {
    const read = watch === undefined ? readData : (reader: JuteReader): { data: Buffer | null; stat: Stat } => {
      const reply = readData(reader);
      this.#session.watches.add('data', real, watch);
      return reply;
    };
    return this.#session.call(OP.getData, path, (w) => { w.ustring(real); w.boolean(watch !== undefined); }, read);
  }

  #list<T>(type: number, path: string, watch: OnWatch | undefined, read: (reader: JuteReader) => T): Promise<T> {
    const real = withChroot(this.#chroot, path);
    return this.#session.call(type, path, (w) => { w.ustring(real); w.boolean(watch !== undefined); }, (reader) => {
      const reply = read(reader);
      if (watch) this.#session.watches.add('child', real, watch);
      return reply;
    });
  }
}

const isSequential = (flags: number): boolean => flags === CREATE.persistentSequential || flags === CREATE.ephemeralSequential || flags === CREATE.ttlSequential;
const readStat = (reader: JuteReader): Stat => Stat.read(reader);
const readChildren = (reader: JuteReader): string[] => GetChildrenResponse.read(reader).children;
const readChildren2 = (reader: JuteReader): { children: string[]; stat: Stat } => GetChildren2Response.read(reader);
const readACL = (reader: JuteReader): { acl: ACL[]; stat: Stat } => GetACLResponse.read(reader);

/** The data is copied out of the frame. */
function readData(reader: JuteReader): { data: Buffer | null; stat: Stat } {
  const reply = GetDataResponse.read(reader);
  if (reply.data !== null) reply.data = Buffer.from(reply.data);
  return reply;
}

/** A rejected promise for what is no path. */
function problemOf(path: string, sequential = false): Promise<never> | null {
  try {
    checkPath(path, sequential);
    return null;
  } catch (error) {
    return Promise.reject(error as Error);
  }
}
