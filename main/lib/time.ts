// Times as the system's calls of Node take them.

/** Whole seconds and nanoseconds as one double, to within 256 ns; never rounded up into the next second, which rsync would see as a change. */
export function toSeconds(seconds: number, nsec: number): number {
  const time = seconds + nsec / 1e9;
  return Math.floor(time) > seconds ? seconds + 0.9999995 : time;
}
