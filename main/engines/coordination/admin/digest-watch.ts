// Compares this node's tree with the other members': each keeps digests of the tree at every 128th zxid, and where two have the same zxid the
// digests must be equal. A member that allows neither `hash` nor its AdminServer is left out.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { Report } from '../parts.ts';
import { askWord, showHost, type Host } from './ask-word.ts';
import { signed, type DigestLog } from './digest-log.ts';
import type { Metrics } from './metrics.ts';

export interface Member {
  readonly sid: number;
  readonly client: Host;
  /** Where its AdminServer may be, http://HOST:PORT/commands; asked when `hash` is not allowed. */
  readonly admin: string | null;
}

export interface DigestWatchOptions {
  /** The others, as the configuration in force names them. */
  readonly members: () => readonly Member[];
  readonly own: DigestLog;
  readonly metrics: Metrics;
  readonly report: Report;
  readonly everyMs?: number;
}

const EVERY_MS = 60_000;
const TIMEOUT_MS = 5000;

/** `hash` lines, or the AdminServer's JSON, as zxid -> signed digest. */
export function parseDigests(text: string): Map<number, string> {
  const digests = new Map<number, string>();
  if (text.trimStart().startsWith('{')) {
    for (const [, zxid, digest] of text.matchAll(/"zxid"\s*:\s*(\d{1,16})\s*,[^{}]*?"digest"\s*:\s*(-?\d{1,20})/g)) digests.set(Number(zxid), digest as string);
    for (const [, digest, zxid] of text.matchAll(/\{\s*"digest"\s*:\s*(-?\d{1,20})\s*,[^{}]*?"zxid"\s*:\s*(\d{1,16})/g)) digests.set(Number(zxid), digest as string);
  } else {
    for (const [, zxid, digest] of text.matchAll(/^([0-9a-f]{1,13}): (-?\d{1,20})$/gm)) digests.set(Number.parseInt(zxid as string, 16), digest as string);
  }
  return digests;
}

export class DigestWatch {
  readonly #options: DigestWatchOptions;
  /** By sid: the zxid that was told of. */
  readonly #told = new Map<number, number>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: DigestWatchOptions) { this.#options = options; }

  start(): void {
    this.#timer ??= setInterval(() => { void this.look(); }, this.#options.everyMs ?? EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** One look at all members; never rejects. Answers how many zxids were compared. */
  async look(): Promise<number> {
    const counts = await Promise.all(this.#options.members().map((member) => this.#compare(member)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #compare(member: Member): Promise<number> {
    const text = await digestsOf(member);
    if (text === null) return 0;
    const theirs = parseDigests(text);
    let compared = 0;
    for (const { zxid, digest } of this.#options.own.entries) {
      const other = theirs.get(zxid);
      if (other === undefined) continue;
      compared += 1;
      if (other !== signed(digest) && !this.#told.has(member.sid)) this.#mismatch(member, zxid, signed(digest), other);
    }
    return compared;
  }

  #mismatch(member: Member, zxid: number, ours: string, theirs: string): void {
    this.#told.set(member.sid, zxid);
    this.#options.metrics.counters.digest_mismatches_count += 1;
    const reason = `its data is not ours: at zxid 0x${zxid.toString(16)} its digest is ${theirs}, ours is ${ours}. One of the two has lost or changed something; compare both with a third member, and empty the version-2 folder of the one that stands alone`;
    this.#options.report({ type: 'warning', at: Date.now(), error: SluiceError.of('COORD_PEER', { peer: `server.${member.sid} (${showHost(member.client)})`, reason }) });
  }
}

async function digestsOf(member: Member): Promise<string | null> {
  try {
    return await askWord(member.client, 'hash', TIMEOUT_MS);
  } catch {
    if (member.admin === null) return null;
  }
  try {
    const answer = await fetch(`${member.admin}/hash`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return await answer.text();
  } catch {
    return null;
  }
}
