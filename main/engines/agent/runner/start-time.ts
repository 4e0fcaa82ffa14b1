// StartTime and StopTime as Flume's counters have them: wall clock ms, 0 for not yet; a start sets StopTime back (MonitoredCounterGroup).
import type { Clock } from '../parts.ts';

interface Times { StartTime: number; StopTime: number }

export function startCounting(counters: Times, clock: Clock): void {
  counters.StartTime = clock.now();
  counters.StopTime = 0;
}

export function endCounting(counters: Times, clock: Clock): void {
  counters.StopTime = clock.now();
}
