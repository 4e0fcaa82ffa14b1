// Whether what was built on the ephemerals of one session still stands. Loss is told once, and no later than the server may have expired the
// session: also when no server can be reached to say so.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ClientState, CoordinationClient } from '../client/client-types.ts';

export class SessionGuard {
  readonly sessionId: bigint;
  readonly #client: CoordinationClient;
  readonly #controller = new AbortController();
  readonly #undo: () => void;
  #timer: NodeJS.Timeout | null = null;

  /** The client is connected now (`await client.connected()` came before). */
  constructor(client: CoordinationClient) {
    this.#client = client;
    this.sessionId = client.sessionId;
    this.#undo = client.onState((state) => { this.#look(state); });
    this.#look(client.state);
  }

  /** Aborts on loss; its reason is COORD_SESSION_LOST, or what `lose` was told. */
  get lost(): AbortSignal { return this.#controller.signal; }

  /** Throws the reason of the loss. */
  check(): void {
    if (this.lost.aborted) throw this.lost.reason as Error;
  }

  lose(reason: Error = SluiceError.of('COORD_SESSION_LOST', { hosts: this.#client.server ?? 'the ensemble' })): void {
    this.end();
    if (!this.lost.aborted) this.#controller.abort(reason);
  }

  /** Follows no longer; nothing is told after it. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#undo();
  }

  #look(state: ClientState): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (state === 'expired' || state === 'closed' || state === 'authFailed' || (state === 'connected' && this.#client.sessionId !== this.sessionId)) return this.lose();
    if (state === 'connected') return;
    const left = this.#client.confirmedAt + this.#client.sessionTimeoutMs - performance.now();
    this.#timer = setTimeout(() => { this.lose(); }, Math.max(left, 0));
  }
}
