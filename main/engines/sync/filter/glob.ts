// Wildcard patterns over bytes, as rsync's wildmatch: `*` stops at a slash, `**` does not, `?`, `[class]`, backslash escapes.
// All states advance together, so the cost is pattern × name at worst, whatever the pattern.

type Part =
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'any' }
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'star'; readonly crosses: boolean };

const SLASH = 0x2f;
const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/, alpha: /[A-Za-z]/, blank: /[ \t]/, cntrl: /[\0-\x1f\x7f]/, digit: /[0-9]/, graph: /[!-~]/, lower: /[a-z]/,
  print: /[ -~]/, punct: /[!-/:-@[-`{-~]/, space: /[ \t\n\v\f\r]/, upper: /[A-Z]/, xdigit: /[0-9A-Fa-f]/,
};

export class Glob {
  private readonly parts: readonly Part[];

  /** Throws a RangeError in words when a class is not closed. */
  constructor(pattern: Uint8Array) {
    this.parts = parse(pattern);
  }

  /** Does the whole of `name[from..]` match? */
  matches(name: Uint8Array, from = 0): boolean {
    const { parts } = this;
    let now = new Uint8Array(parts.length + 1);
    now[0] = 1;
    this.skipStars(now);
    for (let i = from; i < name.length; i++) {
      const byte = name[i] as number;
      const next = new Uint8Array(parts.length + 1);
      let alive = false;
      for (let state = 0; state < parts.length; state++) {
        if (!now[state]) continue;
        const part = parts[state] as Part;
        if (part.kind === 'star') {
          if (part.crosses || byte !== SLASH) { next[state] = 1; alive = true; }
        } else if (accepts(part, byte)) {
          next[state + 1] = 1;
          alive = true;
        }
      }
      if (!alive) return false;
      this.skipStars(next);
      now = next;
    }
    return now[parts.length] === 1;
  }

  private skipStars(states: Uint8Array): void {
    for (let state = 0; state < this.parts.length; state++) {
      if (states[state] && (this.parts[state] as Part).kind === 'star') states[state + 1] = 1;
    }
  }
}

function accepts(part: Exclude<Part, { kind: 'star' }>, byte: number): boolean {
  switch (part.kind) {
    case 'byte': return part.byte === byte;
    case 'any': return byte !== SLASH;
    case 'set': return part.set[byte] === 1;
  }
}

function parse(pattern: Uint8Array): Part[] {
  // a backslash escapes only where a wildcard stands
  if (!/[*?[]/.test(Buffer.from(pattern).toString('latin1'))) return [...pattern].map((byte) => ({ kind: 'byte', byte }));
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const byte = pattern[i] as number;
    if (byte === 0x2a) {
      const crosses = pattern[i + 1] === 0x2a;
      while (pattern[i + 1] === 0x2a) i += 1;
      parts.push({ kind: 'star', crosses });
    } else if (byte === 0x3f) {
      parts.push({ kind: 'any' });
    } else if (byte === 0x5b) {
      const { set, end } = parseSet(pattern, i + 1);
      parts.push({ kind: 'set', set });
      i = end;
    } else if (byte === 0x5c && i + 1 < pattern.length) {
      i += 1;
      parts.push({ kind: 'byte', byte: pattern[i] as number });
    } else {
      parts.push({ kind: 'byte', byte });
    }
  }
  return parts;
}

function parseSet(pattern: Uint8Array, start: number): { set: Uint8Array; end: number } {
  const set = new Uint8Array(256);
  let i = start;
  const negated = pattern[i] === 0x21 || pattern[i] === 0x5e;
  if (negated) i += 1;
  for (let first = true; ; first = false) {
    if (i >= pattern.length) throw new RangeError('a [ without its ]');
    if (pattern[i] === 0x5d && !first) break;
    if (pattern[i] === 0x5b && pattern[i + 1] === 0x3a) {
      const close = Buffer.from(pattern).indexOf(':]', i + 2);
      const name = close === -1 ? '' : Buffer.from(pattern.subarray(i + 2, close)).toString('latin1');
      const members = CLASSES[name];
      if (!members) throw new RangeError(`an unknown class [:${name}:]`);
      for (let byte = 0; byte < 128; byte++) if (members.test(String.fromCharCode(byte))) set[byte] = 1;
      i = close + 2;
      continue;
    }
    if (pattern[i] === 0x5c && i + 1 < pattern.length) i += 1;
    const low = pattern[i] as number;
    let high = low;
    if (pattern[i + 1] === 0x2d && i + 2 < pattern.length && pattern[i + 2] !== 0x5d) {
      i += 2;
      if (pattern[i] === 0x5c && i + 1 < pattern.length) i += 1;
      high = pattern[i] as number;
    }
    set[low] = 1; // also in front of a range that runs backwards
    for (let byte = low; byte <= high; byte++) set[byte] = 1;
    i += 1;
  }
  if (negated) for (let byte = 0; byte < 256; byte++) set[byte] = set[byte] ? 0 : 1;
  set[SLASH] = 0;
  return { set, end: i };
}
