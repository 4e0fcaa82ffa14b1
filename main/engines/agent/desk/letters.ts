// The dead letters of a pipeline on the screens: of the agent that runs, or of its folder while none does.
import { join } from 'node:path';
import type { DeadLetter, EventDraft } from '../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { nodeDisk } from '../../../lib/disk/node-disk.ts';
import { DeadLetterBox, type StoredLetter } from '../beyond/dead-letters.ts';
import { resubmit } from '../beyond/send-again.ts';
import type { RunningAgent } from '../runner/agent.ts';
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

  /** Back where each came from, as it is or as edited, and gone from the list once it is there; answers how many. */
  async resubmit(letters: readonly { readonly id: string; readonly event: EventDraft | null }[]): Promise<number> {
    if (!this.running) throw SluiceError.of('PIPELINE_NOT_RUNNING', { pipeline: this.stateDir });
    return resubmit(this.running, letters.map(({ id, event }) => ({ id, event: event && eventOf(event) })));
  }

  discard(ids: readonly string[]): Promise<number> {
    return this.with((box) => box.remove(ids));
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
