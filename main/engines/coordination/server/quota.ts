// Whether a write would go past a quota (ZooKeeperServer.checkQuota).
import type { Tree } from '../parts.ts';
import { limitsPath, parseQuota, statsPath } from '../tree/quota.ts';

/** What a write would exceed. A soft quota only warns. */
export interface QuotaExcess {
  readonly prefix: string;
  readonly what: 'count' | 'bytes';
  readonly hard: boolean;
  readonly limit: number;
  readonly value: number;
}

/** The deepest path with a quota at or above `path`; null when there is none. The root has none. */
function prefixWithQuota(tree: Tree, path: string): string | null {
  for (let prefix = path; prefix.length > 1; prefix = prefix.slice(0, prefix.lastIndexOf('/'))) {
    if (tree.get(limitsPath(prefix))) return prefix;
  }
  return null;
}

/** Excesses of a write that adds `nodes` znodes and `bytes` bytes at `path`. */
export function quotaExcess(tree: Tree, path: string, nodes: number, bytes: number): QuotaExcess[] {
  const prefix = prefixWithQuota(tree, path);
  if (prefix === null) return [];
  const limits = parseQuota(tree.get(limitsPath(prefix))?.data ?? null);
  const stats = parseQuota(tree.get(statsPath(prefix))?.data ?? null);
  const check = (what: 'count' | 'bytes', added: number, soft = -1, hardLimit = -1): QuotaExcess[] => {
    const hard = hardLimit > -1;
    const limit = hard ? hardLimit : soft;
    const value = (stats[what] ?? -1) + added;
    return added === 0 || limit < 0 || value <= limit ? [] : [{ prefix, what, hard, limit, value }];
  };
  return [...check('count', nodes, limits.count, limits.countHardLimit), ...check('bytes', bytes, limits.bytes, limits.byteHardLimit)];
}
