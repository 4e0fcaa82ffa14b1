// The start of a session as the server (compat.c setup_protocol): our flags answer the client's letters; `i` is never granted.
import { randomInt } from 'node:crypto';
import { CHECKSUM_NAMES, type ChecksumName } from '../checksum/digests.ts';
import type { WireReader } from '../wire/reader.ts';
import type { WireWriter } from '../wire/writer.ts';
import { COMPAT, COMPRESS_NAMES, readNames, type Agreed, type CompressName } from './handshake.ts';
import { ServerRefusal, type ServerCall } from './server-options.ts';

const OURS = 32;
const OLDEST = 30;
const NEWEST_SEEN = 40;
const PROTOCOL = 2;
const UNSUPPORTED = 4;

const FLAGS: Readonly<Record<string, number>> = {
  L: COMPAT.SYMLINK_TIMES, s: COMPAT.SYMLINK_ICONV, f: COMPAT.SAFE_FLIST, x: COMPAT.AVOID_XATTR_OPTIM,
  C: COMPAT.CHKSUM_SEED_FIX, I: COMPAT.INPLACE_PARTIAL, v: COMPAT.VARINT_FLIST_FLAGS, u: COMPAT.ID0_NAMES,
};

/** Of a name list the first of the client's that we have: what clients of every version choose too. */
export async function answerHands(from: WireReader, to: WireWriter, call: ServerCall): Promise<Agreed> {
  to.int(OURS);
  to.flush();
  const remote = await from.atomically(() => from.int());
  if (remote < 20 || remote > NEWEST_SEEN) throw new ServerRefusal(PROTOCOL, `protocol version mismatch: got ${remote}, want ${OLDEST} to ${OURS}`);
  const protocol = Math.min(OURS, remote);
  if (protocol < OLDEST) throw new ServerRefusal(PROTOCOL, `protocol version ${remote} is too old, want at least ${OLDEST}`);
  const compat = [...call.capabilities].reduce((bits, letter) => bits | (FLAGS[letter] ?? 0), 0);
  to.varint(compat);
  let checksum: ChecksumName = call.checksum ?? 'md5';
  let compress: CompressName = call.compress ?? 'none';
  const wantsNames = call.options.compress && call.compress === null;
  if (compat & COMPAT.VARINT_FLIST_FLAGS) {
    if (call.checksum === null) to.vstring(Buffer.from(CHECKSUM_NAMES.join(' ')));
    if (wantsNames) to.vstring(Buffer.from([...COMPRESS_NAMES, 'none'].join(' ')));
    to.flush();
    if (call.checksum === null) checksum = first(await readNames(from), CHECKSUM_NAMES, 'checksum');
    if (wantsNames) compress = first(await readNames(from), [...COMPRESS_NAMES, 'none'], 'compress');
  } else if (wantsNames) {
    throw new ServerRefusal(UNSUPPORTED, 'old-style compression is not supported by this server: use --new-compress');
  }
  const seed = call.seed ?? randomInt(1, 0x7fff_ffff);
  to.int(seed);
  to.flush();
  return { protocol, compat, checksum, compress, seed };
}

function first<N extends string>(theirs: readonly string[], ours: readonly N[], what: string): N {
  for (const name of theirs) {
    const known = ours.find((candidate) => candidate === name);
    if (known !== undefined) return known;
  }
  throw new ServerRefusal(UNSUPPORTED, `failed to negotiate a ${what} choice: got ${theirs.join(' ')}, want one of ${ours.join(' ')}`);
}
