// Polls a source that has to be asked (PollableSourceRunner): at once while there is something, after a growing wait while there is nothing.
import type { Properties } from '../config/agent-config.ts';
import type { Channel, Source } from '../parts.ts';
import { breath } from './breath.ts';
import { sleep } from './sleep.ts';
import { asError, type Voice } from './voice.ts';

export interface PollWaits {
  /** Added with each poll that found nothing, ms. */
  readonly increment: number;
  /** At most, and after a poll that failed, ms. */
  readonly most: number;
}

/** `backoffSleepIncrement` and `maxBackoffSleep` of every pollable source; what is no number counts as not there. */
export function pollWaits(properties: Properties): PollWaits {
  const read = (key: string, otherwise: number): number => {
    const text = properties.get(key)?.value.trim() ?? '';
    return /^\d{1,10}$/.test(text) ? Number(text) : otherwise;
  };
  return { increment: read('backoffSleepIncrement', 1000), most: read('maxBackoffSleep', 5000) };
}

/** Until `signal`. Never rejects: a poll that failed is reported, and comes again after `most`, or as soon as a full channel has room. */
export async function runSource(source: Required<Pick<Source, 'poll'>>, channels: readonly Channel[], waits: PollWaits, voice: Voice, signal: AbortSignal): Promise<void> {
  let idle = 0;
  while (!signal.aborted) {
    const { complaints } = voice;
    try {
      const status = await source.poll(signal);
      voice.well(complaints);
      idle = status === 'ready' ? 0 : idle + 1;
      if (idle > 0) await sleep(Math.min(idle * waits.increment, waits.most), signal);
      else await breath();
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asError(thrown);
      voice.problem(error);
      if (error.code === 'AGENT_CHANNEL_FULL') await changeOf(channels, waits.most, signal);
      else await sleep(waits.most, signal);
    }
  }
}

/** Until one of the channels changed, `ms`, or the abort. */
async function changeOf(channels: readonly Channel[], ms: number, signal: AbortSignal): Promise<void> {
  let undo: readonly (() => void)[] = [];
  await sleep(ms, signal, (wake) => { undo = channels.map((channel) => channel.onChange(wake)); });
  for (const end of undo) end();
}
