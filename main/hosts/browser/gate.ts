// Who may come in: one-time codes, each swapped for a cookie, and the cookies. Knows no HTTP.
import { createHash, randomBytes } from 'node:crypto';

export const GATE_LIMITS = {
  /** Wrong codes until no code is taken any more. */
  wrongCodes: 5,
  /** Codes given out and not used; the oldest is void beyond that. */
  codes: 16,
  sessions: 32,
  /** Windows of one session, and of all together. */
  windowsPerSession: 8,
  windows: 32,
} as const;

export interface Session {
  windows: number;
}

export type Redeemed = { readonly ok: true; readonly token: string } | { readonly ok: false; readonly why: 'wrong' | 'shut' };

/** Names are kept and compared as hashes, so that neither time nor a memory dump tells them. */
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

export class Gate {
  readonly #codes = new Set<string>();
  readonly #used = new Set<string>();
  readonly #sessions = new Map<string, Session>();
  #wrong = 0;

  /** No code is taken any more until the program starts anew; sessions live on. */
  get shut(): boolean {
    return this.#wrong >= GATE_LIMITS.wrongCodes;
  }

  /** A new code, good for one use. */
  issue(): string {
    const code = secret();
    this.#codes.add(hashOf(code));
    dropOldest(this.#codes, GATE_LIMITS.codes);
    return code;
  }

  /** Swaps a code for the token of a new session. A code used before is refused, but is no guess. */
  redeem(code: string): Redeemed {
    if (this.shut) return { ok: false, why: 'shut' };
    const hash = hashOf(code);
    if (!this.#codes.delete(hash)) {
      if (!this.#used.has(hash)) this.#wrong += 1;
      return { ok: false, why: this.shut ? 'shut' : 'wrong' };
    }
    this.#used.add(hash);
    dropOldest(this.#used, 1000);
    const token = secret();
    this.#sessions.set(hashOf(token), { windows: 0 });
    this.#forgetIdle();
    return { ok: true, token };
  }

  session(token: string | undefined): Session | null {
    return token === undefined ? null : (this.#sessions.get(hashOf(token)) ?? null);
  }

  /** Counts one window more, to be let go by the answer; null when there are too many. */
  enter(session: Session): (() => void) | null {
    const all = [...this.#sessions.values()].reduce((sum, { windows }) => sum + windows, 0);
    if (session.windows >= GATE_LIMITS.windowsPerSession || all >= GATE_LIMITS.windows) return null;
    session.windows += 1;
    let inside = true;
    return () => {
      if (inside) session.windows -= 1;
      inside = false;
    };
  }

  #forgetIdle(): void {
    for (const [hash, { windows }] of this.#sessions) {
      if (this.#sessions.size <= GATE_LIMITS.sessions) return;
      if (windows === 0) this.#sessions.delete(hash);
    }
  }
}

function dropOldest(set: Set<string>, most: number): void {
  for (const oldest of set) {
    if (set.size <= most) return;
    set.delete(oldest);
  }
}
