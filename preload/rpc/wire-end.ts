// What every wire has in common: one listener each, frames kept until there is one, one close, silence after it.
import type { Wire } from './wire.ts';

export interface WireCarrier {
  send(frame: unknown): void;
  /** Tells the other side; called once, and not when the other side closed first. */
  close(reason: string): void;
}

/** The near end of a wire over some carrier, which calls `received` and `closed`. */
export class WireEnd implements Wire {
  readonly #carrier: WireCarrier;
  #onFrame: ((frame: unknown) => void) | null = null;
  readonly #onClose: ((reason: string) => void)[] = [];
  #early: unknown[] = [];
  #reason: string | null = null;

  constructor(carrier: WireCarrier) {
    this.#carrier = carrier;
  }

  send(frame: unknown): void {
    if (this.#reason !== null) return;
    try {
      this.#carrier.send(frame);
    } catch (error) {
      this.close(`cannot send: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#onFrame = listener;
    const early = this.#early;
    this.#early = [];
    for (const frame of early) listener(frame);
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#reason === null) this.#onClose.push(listener);
    else listener(this.#reason);
  }

  close(reason: string): void {
    if (this.#reason !== null) return;
    try {
      this.#carrier.close(reason);
    } catch {
      // the carrier is gone already, which is what was wanted
    }
    this.closed(reason);
  }

  /** For the carrier: a frame came in. */
  received(frame: unknown): void {
    if (this.#reason !== null) return;
    if (this.#onFrame) this.#onFrame(frame);
    else this.#early.push(frame);
  }

  /** For the carrier: the other side closed, or the carrier broke. */
  closed(reason: string): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#early = [];
    for (const listener of this.#onClose.splice(0)) listener(reason);
  }
}
