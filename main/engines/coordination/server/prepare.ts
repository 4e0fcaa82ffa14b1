// Makes a txn of a write: checked against the tree and everything under way, in the order in which PrepRequestProcessor checks.
// What fails becomes an ErrorTxn, so that every zxid has an outcome.
import type { NodeConfig } from '../config/node-config.ts';
import { JuteReader } from '../jute/reader.ts';
import { CreateRequest, CreateSessionTxn, CreateTTLRequest, PathRequest, PathVersionRequest, ReconfigRequest, SetACLRequest, SetDataRequest } from '../jute/records.ts';
import type { Infer } from '../jute/record.ts';
import { KEEPER_ERROR, KeeperError } from '../keeper-errors.ts';
import { CREATE, OP, PERM } from '../op-codes.ts';
import type { Clock, ServerCore, Tree, WriteRequest } from '../parts.ts';
import { sidOf } from '../session/session-ids.ts';
import type { Sessions } from '../session/session-table.ts';
import { CONTAINER_OWNER, ephemeralKind, MAX_TTL, ttlOwner } from '../tree/ephemeral-type.ts';
import type { Change, Txn } from '../txn.ts';
import type { Access } from './auth/access.ts';
import { errorCode } from './error-code.ts';
import { readWriteParts, type WritePart } from './multi.ts';
import { checkPath, parentForCreate, parentForDelete } from './paths.ts';
import { PendingChanges, PendingNode } from './pending-changes.ts';
import { quotaExcess, type QuotaExcess } from './quota.ts';
import { encodeParts, writeTxn } from './txn-writer.ts';

export interface PreparerParts {
  readonly config: NodeConfig;
  readonly clock: Pick<Clock, 'now'>;
  readonly tree: Tree;
  readonly sessions: Sessions;
  /** Sessions that only this server knows. */
  readonly localSessions: Sessions;
  readonly access: Access;
  /** `ServerCore.planReconfig` as it is now. */
  readonly planReconfig: () => ServerCore['planReconfig'];
  /** A quota was gone past; a hard one has refused the write. */
  readonly onQuota: (excess: QuotaExcess) => void;
  readonly onBug: (bug: unknown) => void;
}

type CreateType = typeof OP.create | typeof OP.create2 | typeof OP.createTTL | typeof OP.createContainer;
type CreateAsked = CreateRequest & { readonly ttl: number };
/** `request` with the zxid and the time of its txn. */
interface Under {
  readonly request: WriteRequest;
  readonly zxid: number;
  readonly time: number;
}

export class Preparer {
  readonly #parts: PreparerParts;
  readonly #pending: PendingChanges;
  #zxid = 0;
  /** The znode whose data is a view of the request's frame still. */
  #withData: PendingNode | null = null;
  /** Of the multi that is made a txn of now. */
  #multiParts: readonly Change[] | null = null;

  constructor(parts: PreparerParts) {
    this.#parts = parts;
    this.#pending = new PendingChanges(parts.tree, parts.config.digestEnabled);
  }

  /** Of the last txn made here. */
  get lastZxid(): number { return this.#zxid; }

  reset(zxid: number): void {
    this.#zxid = zxid;
    this.#pending.reset();
  }

  applied(zxid: number): void {
    this.#pending.applied(zxid);
  }

  prepare(request: WriteRequest): Txn {
    const under = { request, zxid: this.#zxid + 1, time: this.#parts.clock.now() };
    this.#zxid = under.zxid;
    const mark = this.#pending.mark();
    this.#withData = null;
    this.#multiParts = null;
    try {
      const change = this.#change(under);
      const txn = this.#txn(under, change);
      this.#own(change);
      return txn;
    } catch (error) {
      this.#pending.rollBack(mark);
      this.#multiParts = null;
      return this.#txn(under, { type: OP.error, record: { err: errorCode(error, this.#parts.onBug) } });
    }
  }

  #txn({ request, zxid, time }: Under, change: Change): Txn {
    const header = { clientId: request.sessionId, cxid: request.cxid, zxid, time, type: change.type };
    const { digestEnabled } = this.#parts.config;
    return writeTxn(header, change, digestEnabled ? this.#pending.digestHigh : -1, this.#pending.digestLow, this.#multiParts);
  }

  /** The overlay keeps the txn's bytes, not the frame's. */
  #own({ record }: Change): void {
    const node = this.#withData;
    if (node && 'data' in record) node.data = record.data;
  }

  #change(under: Under): Change {
    const { request } = under;
    const reader = new JuteReader(request.payload);
    switch (request.type) {
      case OP.create:
      case OP.create2:
      case OP.createContainer: return this.#create(under, request.type, { ...CreateRequest.read(reader), ttl: -1 });
      case OP.createTTL: return this.#create(under, request.type, CreateTTLRequest.read(reader));
      case OP.delete: return this.#delete(under, PathVersionRequest.read(reader));
      case OP.deleteContainer: return this.#deleteContainer(under, reader);
      case OP.setData: return this.#setData(under, SetDataRequest.read(reader));
      case OP.setACL: return this.#setACL(under, SetACLRequest.read(reader));
      case OP.check: return this.#check(under, PathVersionRequest.read(reader));
      case OP.multi: return this.#multi(under, readWriteParts(new JuteReader(Buffer.from(request.payload)))); // one copy, kept by what its parts make
      case OP.reconfig: return this.#reconfig(under, ReconfigRequest.read(reader));
      case OP.createSession: return this.#createSession(under, CreateSessionTxn.read(reader));
      case OP.closeSession: return this.#closeSession(under);
      default: throw new KeeperError('Unimplemented');
    }
  }

  /** SessionExpired, SessionMoved. An unknown session may be a local one of another server, unless it must be global. */
  #checkSession({ sessionId, owner }: WriteRequest, global = false): void {
    const { sessions, localSessions, config } = this.#parts;
    if (!config.localSessionsEnabled || global || sessions.has(sessionId)) return sessions.check(sessionId, owner);
    if (localSessions.has(sessionId)) return localSessions.check(sessionId, owner);
    if (sidOf(sessionId) === (config.myid ?? 1)) throw new KeeperError('SessionExpired');
  }

  #find(path: string): PendingNode {
    const node = this.#pending.find(path);
    if (!node) throw new KeeperError('NoNode', path);
    return node;
  }

  /** A path that holds a znode is valid; only one that holds none need be looked at. */
  #findValid(path: string): PendingNode {
    const node = path === '' ? null : this.#pending.find(path);
    if (node) return node;
    checkPath(path);
    throw new KeeperError('NoNode', path);
  }

  #create(under: Under, type: CreateType, asked: CreateAsked): Change {
    const { access } = this.#parts;
    const { request, zxid } = under;
    const { flags } = asked;
    this.#checkMode(type, asked, request);
    const parentPath = parentForCreate(asked.path);
    const acl = access.fixup(asked.path, request.authInfo, asked.acl);
    const parent = this.#find(parentPath);
    access.check(parent.acl, PERM.create, request.authInfo);
    const path = isSequential(flags) ? asked.path + sequence(parent.cversion) : asked.path;
    checkPath(path);
    if (this.#pending.find(path)) throw new KeeperError('NodeExists', path);
    if (this.#isEphemeral(parent)) throw new KeeperError('NoChildrenForEphemerals', path);
    this.#checkQuota(path, 1, asked.data?.length ?? 0);

    const parentNext = parent.next(zxid);
    parentNext.childCount += 1;
    parentNext.cversion = (parent.cversion + 1) | 0;
    parentNext.pzxid = zxid;
    this.#pending.put(parentNext, false);
    const node = new PendingNode(path, zxid);
    node.czxid = node.mzxid = node.pzxid = zxid;
    node.ctime = node.mtime = under.time;
    node.ephemeralOwner = ownerOf(type, asked, request.sessionId);
    node.data = asked.data;
    node.acl = acl;
    this.#pending.put(node, isEphemeral(flags));

    const record = { path, data: asked.data, acl, parentCVersion: parentNext.cversion };
    this.#withData = node;
    if (type === OP.createContainer) return { type, record };
    if (type === OP.createTTL) return { type, record: { ...record, ttl: asked.ttl } };
    return { type, record: { ...record, ephemeral: isEphemeral(flags) } };
  }

  #isEphemeral(node: PendingNode): boolean {
    return node.ephemeralOwner !== 0n && ephemeralKind(node.ephemeralOwner, this.#parts.config.extendedTypesEnabled) === 'session';
  }

  #checkMode(type: CreateType, { path, flags, ttl }: CreateAsked, request: WriteRequest): void {
    if (flags < CREATE.persistent || flags > CREATE.ttlSequential) throw new KeeperError('BadArguments', path);
    const isTtl = flags === CREATE.ttl || flags === CREATE.ttlSequential;
    if (isTtl && !this.#parts.config.extendedTypesEnabled) throw new KeeperError('Unimplemented', path);
    if (isTtl ? ttl <= 0 || ttl > MAX_TTL : ttl >= 0) throw new KeeperError('BadArguments', path);
    if (type === OP.createTTL && !isTtl) throw new KeeperError('BadArguments', path);
    this.#checkSession(request, isEphemeral(flags));
  }

  #checkQuota(path: string, nodes: number, bytes: number): void {
    const { config, tree, onQuota } = this.#parts;
    if (!config.enforceQuota || (nodes === 0 && bytes === 0)) return;
    for (const excess of quotaExcess(tree, path, nodes, bytes)) {
      onQuota(excess);
      if (excess.hard) throw new KeeperError('QuotaExceeded', path);
    }
  }

  #delete({ request, zxid }: Under, { path, version }: Infer<typeof PathVersionRequest>): Change {
    this.#checkSession(request);
    const parent = this.#find(parentForDelete(path));
    this.#parts.access.check(parent.acl, PERM.delete, request.authInfo);
    const node = this.#find(path);
    nextVersion(node.version, version, path);
    if (node.childCount > 0) throw new KeeperError('NotEmpty', path);
    this.#remove(zxid, node, parent);
    return { type: OP.delete, record: { path } };
  }

  /** Only the server itself may ask for it: to a client it is a bad argument. */
  #deleteContainer({ request, zxid }: Under, reader: JuteReader): Change {
    if (request.owner !== null) throw new KeeperError('BadArguments');
    const { path } = PathRequest.read(reader);
    const parentPath = parentForDelete(path);
    const node = this.#find(path);
    if (node.childCount > 0) throw new KeeperError('NotEmpty', path);
    if (this.#isEphemeral(node)) throw new KeeperError('BadVersion', path);
    this.#remove(zxid, node, this.#find(parentPath));
    return { type: OP.deleteContainer, record: { path } };
  }

  #remove(zxid: number, node: PendingNode, parent: PendingNode): void {
    const parentNext = parent.next(zxid);
    parentNext.childCount -= 1;
    parentNext.pzxid = zxid;
    this.#pending.put(parentNext, false);
    const gone = node.next(zxid);
    gone.exists = false;
    gone.data = null;
    this.#pending.put(gone, this.#isEphemeral(node));
  }

  #setData({ request, zxid, time }: Under, { path, data, version }: Infer<typeof SetDataRequest>): Change {
    this.#checkSession(request);
    const node = this.#findValid(path);
    this.#parts.access.check(node.acl, PERM.write, request.authInfo);
    this.#checkQuota(path, 0, (data?.length ?? 0) - node.dataLength);
    const next = node.next(zxid);
    next.version = nextVersion(node.version, version, path);
    next.mtime = time;
    next.mzxid = zxid;
    next.data = data;
    this.#pending.put(next, false);
    this.#withData = next;
    return { type: OP.setData, record: { path, data, version: next.version } };
  }

  #setACL({ request, zxid }: Under, asked: Infer<typeof SetACLRequest>): Change {
    this.#checkSession(request);
    const { path } = asked;
    checkPath(path);
    const acl = this.#parts.access.fixup(path, request.authInfo, asked.acl);
    const node = this.#find(path);
    this.#parts.access.check(node.acl, PERM.admin, request.authInfo);
    const next = node.next(zxid);
    next.aversion = nextVersion(node.aversion, asked.version, path);
    next.acl = acl;
    this.#pending.put(next, false);
    return { type: OP.setACL, record: { path, acl, version: next.aversion } };
  }

  #check({ request }: Under, { path, version }: Infer<typeof PathVersionRequest>): Change {
    this.#checkSession(request);
    const node = this.#findValid(path);
    this.#parts.access.check(node.acl, PERM.read, request.authInfo);
    return { type: OP.check, record: { path, version: nextVersion(node.version, version, path) } };
  }

  /** All or nothing: when a part fails it carries its error, and each after it RuntimeInconsistency; those before it stand in the txn and are not applied. */
  #multi(under: Under, parts: readonly WritePart[]): Change {
    const mark = this.#pending.mark();
    const changes: Change[] = [];
    let failed = false;
    for (const part of parts) {
      let change: Change;
      try {
        change = failed ? error('RuntimeInconsistency') : this.#part(under, part);
      } catch (cause) {
        failed = true;
        this.#pending.rollBack(mark);
        change = { type: OP.error, record: { err: errorCode(cause, this.#parts.onBug) } };
      }
      changes.push(change);
    }
    this.#withData = null;
    this.#multiParts = changes;
    return { type: OP.multi, record: { txns: encodeParts(changes) } };
  }

  #part(under: Under, part: WritePart): Change {
    switch (part.type) {
      case OP.delete: return this.#delete(under, part.request);
      case OP.setData: return this.#setData(under, part.request);
      case OP.check: return this.#check(under, part.request);
      case OP.createTTL: return this.#create(under, part.type, part.request);
      default: return this.#create(under, part.type, { ...part.request, ttl: -1 });
    }
  }

  #reconfig(under: Under, asked: Infer<typeof ReconfigRequest>): Change {
    const { config, access, planReconfig } = this.#parts;
    const { request, zxid } = under;
    if (!config.reconfigEnabled) throw new KeeperError('ReconfigDisabled');
    this.#checkSession(request);
    const data = planReconfig()?.(asked, zxid);
    if (!data) throw new KeeperError('Unimplemented');
    const path = '/zookeeper/config';
    const node = this.#find(path);
    access.check(node.acl, PERM.write, request.authInfo);
    const next = node.next(zxid);
    next.version = -1;
    next.mtime = under.time;
    next.mzxid = zxid;
    next.data = data;
    this.#pending.put(next, false);
    return { type: OP.reconfig, record: { path, data, version: -1 } };
  }

  #createSession({ request }: Under, { timeOut }: Infer<typeof CreateSessionTxn>): Change {
    const { sessions } = this.#parts;
    sessions.add(request.sessionId, timeOut);
    if (request.owner && sessions.has(request.sessionId)) sessions.setOwner(request.sessionId, request.owner);
    return { type: OP.createSession, record: { timeOut } };
  }

  #closeSession({ request, zxid }: Under): Change {
    const paths2Delete = this.#pending.ephemeralsOf(request.sessionId);
    for (const path of paths2Delete) {
      this.#remove(zxid, this.#find(path), this.#find(parentForCreate(path)));
    }
    this.#parts.sessions.close(request.sessionId);
    return { type: OP.closeSession, record: { paths2Delete } };
  }
}

function error(name: 'RuntimeInconsistency'): Change {
  return { type: OP.error, record: { err: KEEPER_ERROR[name] } };
}

/** BadVersion unless `expected` is -1 or the present one. -1 is no version that a client could ask for, so it is left out. */
function nextVersion(current: number, expected: number, path: string): number {
  if (expected !== -1 && expected !== current) throw new KeeperError('BadVersion', path);
  const next = (current + 1) | 0;
  return next === -1 ? 0 : next;
}

function isSequential(flags: number): boolean {
  return flags === CREATE.persistentSequential || flags === CREATE.ephemeralSequential || flags === CREATE.ttlSequential;
}

function isEphemeral(flags: number): boolean {
  return flags === CREATE.ephemeral || flags === CREATE.ephemeralSequential;
}

/** `%010d` of Java. */
function sequence(cversion: number): string {
  return cversion < 0 ? `-${String(-cversion).padStart(9, '0')}` : String(cversion).padStart(10, '0');
}

/** As the tree will have it: by the txn's type, whatever else the flags say. */
function ownerOf(type: CreateType, { flags, ttl }: CreateAsked, sessionId: bigint): bigint {
  if (type === OP.createContainer) return CONTAINER_OWNER;
  if (type === OP.createTTL) return ttlOwner(ttl);
  return isEphemeral(flags) ? sessionId : 0n;
}
