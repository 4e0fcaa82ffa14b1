// Numbers and dates as Java prints them in ZooKeeper's answers.

/** Double.toString of a latency: 0.0, 25.25. */
export function javaDouble(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** AvgMinMaxCounter.getAvg: four digits behind the point at most. */
export function average(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Date.toString in this machine's time zone: Wed Nov 25 20:43:29 UTC 2026. */
export function javaDate(at: number): string {
  const date = new Date(at);
  const [day, month, ofMonth, year, time] = date.toString().split(' ');
  const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date).find((part) => part.type === 'timeZoneName')?.value ?? 'UTC';
  return `${day} ${month} ${ofMonth} ${time} ${zone} ${year}`;
}

/** A session id as hex, unsigned: 0x1000027b1500000. */
export function hexSession(sessionId: bigint): string {
  return `0x${BigInt.asUintN(64, sessionId).toString(16)}`;
}
