// A wait that ends by itself, by an abort, or by whoever was given the means to end it.
import { onAbort } from '../../../lib/async.ts';

/** Never rejects. `arm` is given what ends the wait. */
export function sleep(ms: number, signal: AbortSignal, arm?: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      undo();
      resolve();
    };
    let undo = (): void => {};
    const timer = setTimeout(done, ms);
    undo = onAbort(signal, done);
    arm?.(done);
  });
}
