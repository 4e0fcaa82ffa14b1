// The connection of a sink: opened when it is needed and kept, with what Flume counts of connections.
import type { SinkContext } from '../components/factory.ts';

export class KeptConnection<C> {
  private readonly context: SinkContext;
  private readonly open: (lost: () => void) => Promise<C>;
  private readonly close: (connection: C) => Promise<void> | void;
  private now: C | null = null;

  /** `lost` is called when a connection ended by itself. */
  constructor(context: SinkContext, open: (lost: () => void) => Promise<C>, close: (connection: C) => Promise<void> | void) {
    this.context = context;
    this.open = open;
    this.close = close;
  }

  async get(): Promise<C> {
    if (this.now !== null) return this.now;
    const { counters } = this.context;
    try {
      let opened: C | null = null; // it may be lost before it is there
      opened = await this.open(() => { if (opened !== null && this.now === opened) this.gone(); });
      this.now = opened;
      counters.ConnectionCreatedCount += 1;
      return opened;
    } catch (error) {
      counters.ConnectionFailedCount += 1;
      throw error;
    }
  }

  /** At the start: a broker that is away is only told, since the events can wait in the channel. */
  async tryFirst(): Promise<void> {
    await this.get().catch((error: unknown) => { this.context.say.note(`not connected yet: ${(error as Error).message}`); });
  }

  /** Closes it; the next `get` opens another one. */
  async drop(): Promise<void> {
    const last = this.now;
    if (last === null) return;
    this.gone();
    await this.close(last);
  }

  private gone(): void {
    this.now = null;
    this.context.counters.ConnectionClosedCount += 1;
  }
}
