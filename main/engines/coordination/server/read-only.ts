// The stand-in of a server that has lost its ensemble: it answers reads of clients that asked for it, and refuses the rest (readonlymode.enabled).
import { KEEPER_ERROR } from '../keeper-errors.ts';
import type { Role, WriteRequest } from '../parts.ts';

/** The core refuses writes by the mode alone; sessions are local. */
export class ReadOnly implements Role {
  readonly mode = 'read-only';

  /** Never asked: the core answers NotReadOnly itself. */
  submit(): void { /* nothing is ordered here */ }

  sync(_request: WriteRequest, done: (err: number) => void): void {
    done(KEEPER_ERROR.NotReadOnly);
  }

  revalidate(): Promise<boolean> {
    return Promise.resolve(false);
  }

  touch(): void { /* local sessions are the core's */ }
}
