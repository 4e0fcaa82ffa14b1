// Time as this process has lived it: what a stop of the process (SIGSTOP, a laptop asleep) takes counts as nothing, so that sessions
// do not expire by the dozen in the moment in which it goes on.
import type { Clock } from '../parts.ts';

export class RunningClock {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #beatMs: number;
  #last: number;
  #stoppedMs = 0;

  /** `beat` must be called every `beatMs`. */
  constructor(clock: Pick<Clock, 'monotonic'>, beatMs: number) {
    this.#clock = clock;
    this.#beatMs = beatMs;
    this.#last = clock.monotonic();
  }

  /** ms; never goes back between two beats. */
  now(): number {
    return this.#clock.monotonic() - this.#stoppedMs;
  }

  /** A beat that comes later than three of them says that the process stood still; all but one beat of the gap is taken out. */
  beat(): number {
    const now = this.#clock.monotonic();
    const gap = now - this.#last;
    if (gap > this.#beatMs * 3) this.#stoppedMs += gap - this.#beatMs;
    this.#last = now;
    return now - this.#stoppedMs;
  }
}
