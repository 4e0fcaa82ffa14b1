// Sources and sinks that never wait for anything would keep the event loop for themselves: after a few milliseconds they let it turn.

/** Longest stretch of work without a turn of the event loop. */
const STRETCH_MS = 4;

let turned = performance.now();

/** Null while there is time left; else what to await before going on. Shared by all runners, so that many of them do not add up. */
export function breath(): Promise<void> | null {
  if (Math.abs(performance.now() - turned) < STRETCH_MS) return null;
  return new Promise((resolve) => {
    setImmediate(() => {
      turned = performance.now();
      resolve();
    });
  });
}
