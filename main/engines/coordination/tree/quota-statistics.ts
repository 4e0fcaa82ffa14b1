// The zookeeper_stats nodes: kept by every server for itself, outside of txns, zxids and digest (DataTree.updateQuotaStat).
import type { NodeMap } from './node-map.ts';
import { LIMITS_NODE, QUOTA_ROOT, QuotaPaths, STATS_NODE, formatQuota, parseQuota, statsPath } from './quota.ts';

export class QuotaStatistics {
  readonly paths = new QuotaPaths();
  readonly #nodes: NodeMap;

  constructor(nodes: NodeMap) {
    this.#nodes = nodes;
  }

  /** A node was made; a limits node makes a quota, a statistics node is counted. */
  created(path: string, parentPath: string, name: string, bytes: number): void {
    if (parentPath.startsWith(QUOTA_ROOT)) {
      const subject = parentPath.slice(QUOTA_ROOT.length);
      if (name === LIMITS_NODE) this.paths.add(subject);
      if (name === STATS_NODE) this.#count(subject);
    }
    this.changed(path, bytes, 1);
  }

  /** A node is gone; with a limits node goes its quota. */
  deleted(path: string, parentPath: string, name: string, bytes: number): void {
    if (name === LIMITS_NODE && parentPath.startsWith(QUOTA_ROOT)) this.paths.delete(parentPath.slice(QUOTA_ROOT.length));
    this.changed(path, -bytes, -1);
  }

  /** The statistics of the deepest quota at or above `path` move by so much. */
  changed(path: string, bytes: number, count: number): void {
    if (this.paths.size === 0) return;
    const subject = this.paths.deepest(path);
    const stats = subject === null ? undefined : this.#nodes.get(statsPath(subject));
    if (!stats) return;
    const figures = parseQuota(stats.data);
    figures.count = (figures.count ?? -1) + count;
    figures.bytes = (figures.bytes ?? -1) + bytes;
    stats.data = Buffer.from(formatQuota(figures));
  }

  /** After loading: every limits node below `path` makes a quota, and its statistics are counted anew. */
  find(path: string): void {
    const children = this.#nodes.get(path)?.children;
    if (children && children.size > 0) {
      for (const name of children) this.find(`${path}/${name}`);
    } else if (path.endsWith(`/${LIMITS_NODE}`)) {
      const subject = path.slice(QUOTA_ROOT.length, -LIMITS_NODE.length - 1);
      this.#count(subject);
      this.paths.add(subject);
    }
  }

  #count(subject: string): void {
    const stats = this.#nodes.get(statsPath(subject));
    if (!stats) return;
    let count = 0;
    let bytes = 0;
    const left = [subject];
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      const node = this.#nodes.get(path);
      if (!node) continue;
      count += 1;
      bytes += node.dataLength;
      for (const name of node.children ?? []) left.push(`${path}/${name}`);
    }
    stats.data = Buffer.from(formatQuota({ count, bytes }));
  }
}
