// The order of a snapshot file (FileSnap, SerializeUtils, DataTree):
//   header    "ZKSN" int, version 2 int, dbid -1 long
//   sessions  count int, then id long and timeout int each
//   ACLs      count int, then number long and vector<ACL> each
//   nodes     path, data, ACL number long, StatPersisted; parents first; then the path "/"
//   seal      Adler-32 of all before it (long), the string "/"
//   digest    zxid long, version 2 int, sum long, and another seal (3.6 and later)
//   zxid      of the last txn applied (long), and a third seal (3.9 and later)

export const SNAP_MAGIC = 0x5a4b534e;
export const SNAP_VERSION = 2;
export const SNAP_HEADER = 16;
/** After a path and the length of the data: ACL number and StatPersisted. */
export const NODE_TAIL = 68;
export const END_PATH = '/';

/** The digest of the tree when the last node had been written: a loader compares it once it has replayed up to `zxid`. */
export interface SnapshotDigest {
  readonly zxid: number;
  readonly version: number;
  readonly treeDigest: bigint;
}
