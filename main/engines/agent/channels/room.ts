// Room in a channel, counted in units; who asks for more than there is waits in line, so that the order of commits is the order in which they were asked for.

interface Waiter { readonly units: number; readonly settle: (got: boolean) => void; readonly timer: NodeJS.Timeout }

export class Room {
  private free: number;
  private readonly waiting: Waiter[] = [];

  constructor(units: number) { this.free = units; }

  get left(): number { return this.free; }

  /** At once where there is room and nobody waits. */
  tryTake(units: number): boolean {
    if (this.waiting.length > 0 || units > this.free) return false;
    this.free -= units;
    return true;
  }

  /** Takes what is there already, whether there is room or not: it then has to come free first. */
  force(units: number): void { this.free -= units; }

  /** False when there was no room for `ms`. */
  take(units: number, ms: number): Promise<boolean> {
    if (this.tryTake(units)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        units, settle: resolve,
        timer: setTimeout(() => {
          this.waiting.splice(this.waiting.indexOf(waiter), 1);
          resolve(false);
          this.serve();
        }, ms),
      };
      this.waiting.push(waiter);
    });
  }

  give(units: number): void {
    this.free += units;
    this.serve();
  }

  private serve(): void {
    while (this.waiting.length > 0 && (this.waiting[0] as Waiter).units <= this.free) {
      const { units, settle, timer } = this.waiting.shift() as Waiter;
      clearTimeout(timer);
      this.free -= units;
      settle(true);
    }
  }
}
