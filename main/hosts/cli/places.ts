// What the words after the options name: this machine's paths, `[user@]host:path`, `ssh://user@host:port/path`.
import { parseTarget, type Target } from '../../engines/sync/transport/target.ts';
import { UsageError } from './args.ts';

export interface FarPlace {
  readonly target: Target;
  readonly path: Buffer;
}

export interface Places {
  readonly direction: 'local' | 'push' | 'pull';
  readonly sources: readonly Buffer[];
  readonly target: Buffer;
  readonly far: Target | null;
}

/** A word as a far place, or null for a path of this machine. Throws SSH_BAD_TARGET. */
export function farPlaceOf(word: Buffer): FarPlace | null {
  const text = word.toString('latin1');
  if (/^rsync:\/\//i.test(text) || /^[^/]*::/.test(text.replace(/^[^@/]*@/, '').replace(/^\[[^\]]*\]/, ''))) throw new UsageError({ kind: 'unsupported', option: 'rsync://' });
  const url = /^ssh:\/\/([^/]+)(\/.*)?$/is.exec(text);
  if (url) {
    const path = url[2] ?? '';
    return { target: parseTarget(`ssh://${url[1] ?? ''}`), path: Buffer.from(path.startsWith('/~/') ? path.slice(3) : path, 'latin1') };
  }
  const plain = /^((?:[^@/]*@)?(?:\[[^\]/]*\]|[^:/[\]]*)):(.*)$/s.exec(text);
  if (!plain) return null;
  const name = plain[1] as string;
  return { target: parseTarget(Buffer.from(name, 'latin1').toString('utf8')), path: Buffer.from(plain[2] as string, 'latin1') };
}

const sameTarget = (a: Target, b: Target): boolean => a.host === b.host && a.user === b.user && a.port === b.port;

/** Sources and destination. Throws UsageError when they are too few or on too many machines. */
export function placesOf(words: readonly Buffer[]): Places {
  const last = words.at(-1);
  if (last === undefined) throw new UsageError({ kind: 'missingValue', option: 'SRC DEST' });
  if (words.length === 1) throw new UsageError({ kind: 'unsupported', option: '--list-only' });
  const sources = words.slice(0, -1);
  const to = farPlaceOf(last);
  const from = sources.map((word) => (word.length > 1 && word[0] === 0x3a ? word : farPlaceOf(word)));
  const [first] = from;
  if (first && !Buffer.isBuffer(first)) {
    if (to) throw new UsageError({ kind: 'badValue', option: 'SRC DEST' });
    const paths = from.map((place) => {
      if (Buffer.isBuffer(place)) return place.subarray(1); // `:path` after `host:path`: the same host
      if (!place || !sameTarget(place.target, first.target)) throw new UsageError({ kind: 'badValue', option: 'SRC DEST' });
      return place.path;
    });
    return { direction: 'pull', sources: paths, target: last, far: first.target };
  }
  if (from.some((place) => place !== null)) throw new UsageError({ kind: 'badValue', option: 'SRC DEST' });
  return { direction: to ? 'push' : 'local', sources, target: to ? to.path : last, far: to?.target ?? null };
}
