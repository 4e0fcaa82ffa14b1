// What becomes of a request, by its opcode (Request.isValid, CommitProcessor.needCommit).
import { OP } from '../op-codes.ts';

/** `none` is answered Unimplemented and ends the connection: unknown opcodes, and `check` outside a multi. */
export type RequestKind = 'none' | 'read' | 'write' | 'auth';

const READS = [
  OP.ping, OP.exists, OP.getData, OP.getACL, OP.getChildren, OP.getChildren2, OP.getAllChildrenNumber, OP.getEphemerals, OP.multiRead,
  OP.setWatches, OP.setWatches2, OP.addWatch, OP.checkWatches, OP.removeWatches, OP.whoAmI,
];
const WRITES = [
  OP.create, OP.create2, OP.createTTL, OP.createContainer, OP.delete, OP.deleteContainer, OP.setData, OP.setACL, OP.multi, OP.reconfig, OP.sync,
  OP.createSession, OP.closeSession,
];
const OFFSET = 16; // the lowest opcode is -11

const KINDS: RequestKind[] = Array.from({ length: 128 + OFFSET }, () => 'none');
for (const type of READS) KINDS[type + OFFSET] = 'read';
for (const type of WRITES) KINDS[type + OFFSET] = 'write';
for (const type of [OP.auth, OP.sasl]) KINDS[type + OFFSET] = 'auth';

export function kindOf(type: number): RequestKind {
  return KINDS[type + OFFSET] ?? 'none';
}
