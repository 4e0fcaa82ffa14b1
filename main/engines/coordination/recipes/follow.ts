// Following what changes: read with a watch, tell, wait for the watch, read again. Steps in between may be missed, the last word never is.
import { AsyncQueue, onAbort } from '../../../lib/async.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { isKeeper, known } from './known.ts';

/** Yields what `read` answers, at first and after each change, until the signal aborts. `read` sets the watch it is given (for a node that is not there: by exists). */
export async function* follow<T>(client: CoordinationClient, read: (changed: () => void) => Promise<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const changes = new AsyncQueue<null>();
  const undo = onAbort(signal, () => { changes.end(); });
  let due = true;
  const poke = (): void => {
    if (due) return;
    due = true;
    changes.push(null);
  };
  const undoState = client.onState((state) => { if (state === 'closed') changes.end(); });
  try {
    changes.push(null);
    for await (const change of changes) {
      if (signal.aborted || change !== null) return;
      due = false;
      let value: T;
      try {
        value = await known(() => read(poke), signal);
      } catch (error) {
        if (signal.aborted || client.state === 'closed') return;
        if (!isKeeper(error, 'SessionExpired')) throw error;
        poke(); // a new session is on its way
        continue;
      }
      yield value;
    }
  } finally {
    undo();
    undoState();
  }
}
