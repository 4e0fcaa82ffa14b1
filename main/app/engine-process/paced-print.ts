// Lines of logger sinks on their way into the engine's log: so many a second, and then only how many more there were. A tap shows all of them.
const LINES_A_SECOND = 100;

/** @param now never jumps, ms. */
export function pacedPrint(write: (text: string) => void, now: () => number = () => performance.now()): (line: string) => void {
  let since = now();
  let printed = 0;
  let held = 0;
  return (line) => {
    const at = now();
    if (at - since >= 1000) {
      if (held > 0) write(`... and ${held} more lines\n`);
      [since, printed, held] = [at, 0, 0];
    }
    if (printed >= LINES_A_SECOND) { held += 1; return; }
    printed += 1;
    write(`${line}\n`);
  };
}
