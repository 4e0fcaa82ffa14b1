// Where the events of a spillable channel are, in the order in which they were committed: so many in memory, then so many on disk, and so on.

type Where = 'memory' | 'disk';
interface Run { readonly from: Where; count: number }

export class Runs {
  private readonly runs: Run[] = [];
  private total = 0;

  /** Events that are there to be taken. */
  get size(): number { return this.total; }
  get endsOnDisk(): boolean { return this.runs.at(-1)?.from === 'disk'; }

  put(where: Where, count: number): void {
    this.total += count;
    const last = this.runs.at(-1);
    if (last?.from === where) last.count += count;
    else if (count > 0) this.runs.push({ from: where, count });
  }

  /** Events that a start found on disk: they are older than all others. */
  found(count: number): void {
    this.runs.splice(0, this.runs.length, ...this.runs.filter(({ from }) => from === 'memory'));
    this.total = this.runs.reduce((sum, run) => sum + run.count, 0);
    this.give('disk', count);
  }

  /** Up to `most` of the oldest that are in one place. */
  take(most: number): Run | null {
    const head = this.runs[0];
    if (!head || most <= 0) return null;
    const count = Math.min(most, head.count);
    head.count -= count;
    if (head.count === 0) this.runs.shift();
    this.total -= count;
    return { from: head.from, count };
  }

  /** Back to the head. */
  give(where: Where, count: number): void {
    if (count === 0) return;
    this.total += count;
    const head = this.runs[0];
    if (head?.from === where) head.count += count;
    else this.runs.unshift({ from: where, count });
  }
}
