// A zxid: an epoch of 32 bits and a counter of 32 bits in one number, exact up to epoch 2097151.

const TWO_32 = 0x1_0000_0000;

/** The last counter of an epoch; a leader that reaches it must have a new one elected. */
export const LAST_COUNTER = 0xffff_ffff;

export function zxidOf(epoch: number, counter: number): number {
  return epoch * TWO_32 + counter;
}

export function epochOf(zxid: number): number {
  return Math.floor(zxid / TWO_32);
}

export function counterOf(zxid: number): number {
  return zxid - epochOf(zxid) * TWO_32;
}

/** As ZooKeeper prints it: 0x500000001. */
export function showZxid(zxid: number): string {
  return zxid < 0 ? `-0x${(-zxid).toString(16)}` : `0x${zxid.toString(16)}`;
}

/** As it stands in the name of a log or a snapshot. */
export function hexZxid(zxid: number): string {
  return zxid.toString(16);
}

/** A session id as ZooKeeper prints it: 0x1000b2c0f3a0000. */
export function showSession(sessionId: bigint): string {
  return `0x${BigInt.asUintN(64, sessionId).toString(16)}`;
}
