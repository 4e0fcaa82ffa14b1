// Quotas: which subtrees have one, and the text of their limits and statistics nodes (Quotas, StatsTrack).

export const QUOTA_ROOT = '/zookeeper/quota';
export const LIMITS_NODE = 'zookeeper_limits';
export const STATS_NODE = 'zookeeper_stats';

export const statsPath = (path: string): string => `${QUOTA_ROOT}${path}/${STATS_NODE}`;
export const limitsPath = (path: string): string => `${QUOTA_ROOT}${path}/${LIMITS_NODE}`;

/** `count=4,bytes=5=;byteHardLimit=..;countHardLimit=..`; what is not said is -1. */
export type QuotaFigures = { [name: string]: number };

/** Lenient: what is no figure counts as -1, since the node's text is a client's to write. */
export function parseQuota(data: Buffer | null): QuotaFigures {
  const figures: QuotaFigures = {};
  for (const pair of (data?.toString('utf8') ?? '').split(/[,;]+/)) {
    const [name, text] = pair.split('=');
    if (!name) continue;
    const value = Number(text === undefined || text === '' ? '-1' : text);
    figures[name] = Number.isSafeInteger(value) ? value : -1;
  }
  return figures;
}

/** The "=" after the bytes lets servers before 3.4.3 skip what follows. */
export function formatQuota(figures: QuotaFigures): string {
  const rest = Object.keys(figures).filter((name) => name !== 'count' && name !== 'bytes').sort();
  const first = `count=${figures.count ?? -1},bytes=${figures.bytes ?? -1}`;
  return rest.length === 0 ? first : `${first}=${rest.map((name) => `;${name}=${figures[name]}`).join('')}`;
}

/** The paths that have a quota (PathTrie). */
export class QuotaPaths {
  readonly #paths = new Set<string>();

  get size(): number { return this.#paths.size; }

  add(path: string): void {
    if (path !== '') this.#paths.add(path);
  }

  delete(path: string): void {
    this.#paths.delete(path);
  }

  clear(): void {
    this.#paths.clear();
  }

  /** The deepest path at or above `path` that has a quota. */
  deepest(path: string): string | null {
    if (this.#paths.size === 0) return null;
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      if (this.#paths.has(at)) return at;
      if (!at.startsWith('/')) return null;
    }
    return null;
  }
}
