// One znode as it is held in memory. Counters and times are those of StatPersisted; the client's Stat is made from them.

export class ZNode {
  data: Buffer | null;
  /** Its list in the ACL cache. */
  acl: number;
  czxid: number;
  mzxid: number;
  pzxid: number;
  ctime: number;
  mtime: number;
  version = 0;
  /** Creates of children; a client's cversion counts the deletes too (`2 * cversion - children`). */
  cversion = 0;
  aversion = 0;
  /** 0n, a session id, or the marks of a container and a TTL node (EphemeralType). */
  ephemeralOwner: bigint;
  /** Names of children, null while there has been none. */
  children: Set<string> | null = null;
  /** CRC32 of path, data and stat (DigestCalculator) as a signed int; -1 when it must be computed anew. */
  digest = -1;

  constructor(data: Buffer | null, acl: number, ephemeralOwner: bigint, zxid: number, time: number) {
    this.data = data;
    this.acl = acl;
    this.ephemeralOwner = ephemeralOwner;
    this.czxid = zxid;
    this.mzxid = zxid;
    this.pzxid = zxid;
    this.ctime = time;
    this.mtime = time;
  }
}
