// The dead letters of a pipeline on the screens: of the agent that runs, or of its folder while none does.
import { join } from 'node:path';
import type { DeadLetter, EventDraft } from '../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';
import { DeadLetterBox, type StoredLetter } from '../beyond/dead-letters.ts';
import type { Event } from '../event/event.ts';
import type { Channel } from '../parts.ts';
import type { RunningAgent } from '../runner/agent.ts';
import { inject } from './running.ts';
import { eventOf, shownEvent } from './shown.ts';

export class Letters {
  private readonly stateDir: string;
  private readonly running: RunningAgent | null;

  constructor(stateDir: string, running: RunningAgent | null) {
    this.stateDir = stateDir;
    this.running = running;
  }

  list(limit: number): Promise<{ readonly letters: DeadLetter[]; readonly total: number }> {
    return this.with(async (box) => ({ letters: (await box.list(limit)).map(shownLetter), total: box.count }));
  }

  /** One after the other, each gone from the list once it is where it belongs; answers how many are. */
  resubmit(letters: readonly { readonly id: string; readonly event: EventDraft | null }[]): Promise<number> {
    return this.with(async (box) => {
      let count = 0;
      for (const { id, event } of letters) {
        const letter = await box.read(id);
        if (!letter) continue;
        await this.putBack(letter, event ? eventOf(event) : letter.event);
        count += await box.remove([id]);
      }
      return count;
    });
  }

  discard(ids: readonly string[]): Promise<number> {
    return this.with((box) => box.remove(ids));
  }

  /** What a sink refused goes into its channel; what an interceptor refused goes through its source again. */
  private async putBack({ component }: StoredLetter, event: Event): Promise<void> {
    const { running } = this;
    const [, section = '', name = ''] = component.split('.');
    if (!running) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: component });
    if (section === 'sources') return inject(running, name, [event]);
    const channel = section === 'channels' ? running.channels.get(name)?.slot : running.channels.get(running.config.sinks.get(name)?.channel ?? '')?.slot;
    if (!channel) throw SluiceError.of('PIPELINE_EDIT', { component, reason: 'it is no longer there' });
    await putOne(channel, event);
  }

  private async with<T>(work: (box: DeadLetterBox) => Promise<T>): Promise<T> {
    const own = this.running?.letters;
    if (own) return work(own);
    const box = await DeadLetterBox.open({ disk: nodeDisk, dir: join(this.stateDir, 'dead-letters'), now: Date.now });
    try {
      return await work(box);
    } finally {
      await box.close();
    }
  }
}

function shownLetter({ id, at, component, reason, event }: StoredLetter): DeadLetter {
  return { id, at, node: component.split('.').slice(2).join('.'), reason, event: shownEvent(event, id, at) };
}

async function putOne(channel: Channel, event: Event): Promise<void> {
  const transaction = channel.begin();
  transaction.begin();
  try {
    transaction.put([event]);
    await transaction.commit();
  } catch (error) {
    await transaction.rollback();
    throw error;
  } finally {
    transaction.close();
  }
}
