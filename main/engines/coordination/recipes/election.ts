// Leader election: candidates stand in line, the first leads until it gives up, is aborted, or loses its session.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { directlyBefore, standInLine, type Held } from './line.ts';
import { lockLine, type InLine } from './lock.ts';

export interface CandidateOptions {
  /** Shown to those who ask who leads. */
  readonly data?: Buffer | null;
  /** Ends the candidacy; a leader's `lost` aborts first, and its work is waited for. */
  readonly signal: AbortSignal;
  /** Leads while it runs. When it returns, the next candidate leads and this one goes to the end of the line. What it throws ends the candidacy. */
  lead(held: Held): Promise<void>;
}

/**
 * Stands until the signal aborts, through expired sessions too. Work that goes on after `held.lost` may run beside the next leader's: give
 * `held.token` along where that matters.
 */
export async function standForElection(client: CoordinationClient, path: string, options: CandidateOptions): Promise<void> {
  while (!options.signal.aborted) {
    let held: Held | null;
    try {
      held = await standInLine(client, path, { prefix: 'lock-', data: options.data ?? null, signal: options.signal, blockedBy: directlyBefore });
    } catch (error) {
      if (options.signal.aborted) return;
      if (error instanceof SluiceError && (error.code === 'COORD_SESSION_LOST' || error.code === 'COORD_CONNECT')) continue;
      throw error;
    }
    if (!held) continue;
    const lost = AbortSignal.any([held.lost, options.signal]);
    try {
      await options.lead({ ...held, lost });
    } finally {
      await held.release();
    }
  }
}

/** Who leads now, or null. */
export async function leaderOf(client: CoordinationClient, path: string): Promise<InLine | null> {
  return (await lockLine(client, path, 1))[0] ?? null;
}
