// The calling end of the rpc: a contract and a wire become functions that return promises and async iterables.
// It trusts its server with values, but not with the order of frames.
import type { Client, Contract } from '../contract/define.ts';
import { SluiceError } from '../contract/sluice-error.ts';
import { deferred, type Deferred } from './deferred.ts';
import { LIMITS, PROTOCOL_VERSION, parseServerFrame, protocolError, type ClientFrame, type ServerFrame } from './frames.ts';
import type { Wire } from './wire.ts';

export interface ClientOptions {
  /** Names this build to the server. */
  readonly build?: string;
  /** Items a stream may run ahead of its consumer; 1 to LIMITS.credit. */
  readonly window?: number;
}

export type RpcClient<C extends Contract> = Client<C> & {
  /** The build the server named; rejects with RPC_CLOSED if it never did. */
  readonly server: Promise<{ readonly build: string }>;
  /** The reason, once the wire is closed by whichever side. */
  readonly closed: Promise<string>;
  close(): void;
};

interface Pending {
  readonly kind: 'call' | 'stream';
  reply(value: unknown): void;
  next(value: unknown): void;
  done(): void;
  fail(error: SluiceError): void;
}

/**
 * A client of `contract` over `wire`. Calls reject and streams throw only SluiceErrors: what the handler threw,
 * APP_CANCELLED when `signal` fired, RPC_CLOSED when the wire went away. Each iteration of a stream is a request of
 * its own, sent when the iteration begins; leaving the loop cancels it.
 */
export function createClient<C extends Contract>(contract: C, wire: Wire, options: ClientOptions = {}): RpcClient<C> {
  const window = options.window ?? LIMITS.window;
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let closedBy: string | null = null;
  const closed = deferred<string>();
  const server = deferred<{ readonly build: string }>();
  server.promise.catch(() => undefined); // nobody has to ask

  const send = (frame: ClientFrame): void => wire.send(frame);
  const goneError = (): SluiceError => SluiceError.of('RPC_CLOSED', {}, new Error(closedBy ?? 'closed'));

  const open = (entry: Pending, m: string, i: unknown, c: number): number => {
    const id = ++lastId;
    pending.set(id, entry);
    send({ t: 'q', id, m, i, c });
    return id;
  };

  /** True if it was still open: the server is told. */
  const cancel = (id: number): boolean => {
    if (!pending.delete(id)) return false;
    send({ t: 'x', id });
    return true;
  };

  const onFrame = (frame: ServerFrame): void => {
    if (frame.t === 'h') {
      if (frame.v !== PROTOCOL_VERSION) throw protocolError(`server speaks version ${frame.v}, this client ${PROTOCOL_VERSION}`);
      server.resolve({ build: frame.build });
      return;
    }
    if (frame.id > lastId) throw protocolError('an answer to what was never asked');
    const entry = pending.get(frame.id);
    if (!entry) return; // cancelled while the answer was on its way
    if (frame.t === 'n') {
      if (entry.kind !== 'stream') throw protocolError('an item for a call');
      entry.next(frame.o);
      return;
    }
    if ((frame.t === 'r') !== (entry.kind === 'call') && frame.t !== 'e') throw protocolError('an answer of the wrong kind');
    pending.delete(frame.id);
    if (frame.t === 'r') entry.reply(frame.o);
    else if (frame.t === 'd') entry.done();
    else entry.fail(SluiceError.from(frame.e));
  };

  wire.onClose((reason) => {
    closedBy ??= reason;
    const entries = [...pending.values()];
    pending.clear();
    for (const entry of entries) entry.fail(goneError());
    server.reject(goneError());
    closed.resolve(closedBy);
  });
  wire.onFrame((raw) => {
    if (closedBy !== null) return;
    try {
      onFrame(parseServerFrame(raw));
    } catch (error) {
      wire.close(error instanceof Error ? error.message : String(error));
    }
  });
  send({ t: 'h', v: PROTOCOL_VERSION, build: options.build ?? '' });

  const call = (method: string, input: unknown, signal?: AbortSignal): Promise<unknown> => new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(cancelled(signal));
    if (closedBy !== null) return reject(goneError());
    const settle = <T>(finish: (value: T) => void) => (value: T): void => {
      signal?.removeEventListener('abort', abort);
      finish(value);
    };
    const abort = (): void => {
      cancel(id);
      settle(reject)(cancelled(signal));
    };
    signal?.addEventListener('abort', abort, { once: true });
    const id = open({ kind: 'call', reply: settle(resolve), next: () => undefined, done: () => undefined, fail: settle(reject) }, method, input, 0);
  });

  const stream = (method: string, input: unknown, signal?: AbortSignal): AsyncIterable<unknown> => ({
    [Symbol.asyncIterator]: () => openStream({
      window,
      signal,
      closed: () => (closedBy === null ? null : goneError()),
      open: (entry) => open(entry, method, input, window),
      cancel,
      credit: (id, n) => { if (pending.has(id)) send({ t: 'c', id, n }); },
      misbehaved: (reason) => wire.close(protocolError(reason).message),
    }),
  });

  const client = Object.create(null) as Record<string, unknown>;
  for (const method of Object.keys(contract)) {
    client[method] = contract[method]?.kind === 'call'
      ? (input: unknown, signal?: AbortSignal) => call(method, input, signal)
      : (input: unknown, signal?: AbortSignal) => stream(method, input, signal);
  }
  client['server'] = server.promise;
  client['closed'] = closed.promise;
  client['close'] = (): void => wire.close('closed by the client');
  return Object.freeze(client) as RpcClient<C>;
}

function cancelled(signal: AbortSignal | undefined): SluiceError {
  const reason: unknown = signal?.reason;
  return reason instanceof SluiceError ? reason : SluiceError.of('APP_CANCELLED', {});
}

interface StreamPort {
  readonly window: number;
  readonly signal: AbortSignal | undefined;
  closed(): SluiceError | null;
  open(entry: Pending): number;
  cancel(id: number): boolean;
  credit(id: number, n: number): void;
  misbehaved(reason: string): void;
}

/**
 * One iteration. The queue never holds more than `window` items, since credit is returned only for what was taken;
 * a cancel drops what is queued and yields nothing more; an error comes after the items sent before it.
 */
function openStream(port: StreamPort): AsyncIterator<unknown, undefined> {
  const queue: unknown[] = [];
  const waiting: Deferred<IteratorResult<unknown, undefined>>[] = [];
  let state: 'open' | 'ended' = 'open';
  let failure: SluiceError | null = null;
  let taken = 0;
  let id = 0;

  const finish = (error: SluiceError | null): void => {
    if (state === 'ended') return;
    state = 'ended';
    failure = error;
    port.signal?.removeEventListener('abort', abort);
    for (const waiter of waiting.splice(0)) {
      if (failure) {
        waiter.reject(failure);
        failure = null;
      } else waiter.resolve({ done: true, value: undefined });
    }
  };
  const abort = (): void => {
    queue.length = 0;
    port.cancel(id);
    finish(cancelled(port.signal));
  };
  const took = (): void => {
    taken += 1;
    if (taken < Math.max(1, port.window >> 1)) return;
    port.credit(id, taken);
    taken = 0;
  };

  const refused = port.signal?.aborted === true ? cancelled(port.signal) : port.closed();
  if (refused) finish(refused);
  else {
    port.signal?.addEventListener('abort', abort, { once: true });
    id = port.open({
      kind: 'stream',
      reply: () => undefined,
      next: (value) => {
        const waiter = waiting.shift();
        if (waiter) {
          took();
          waiter.resolve({ done: false, value });
        } else if (queue.length >= port.window) port.misbehaved('more items than credit');
        else queue.push(value);
      },
      done: () => finish(null),
      fail: finish,
    });
  }

  return {
    next() {
      if (queue.length > 0) {
        const value = queue.shift();
        took();
        return Promise.resolve({ done: false, value });
      }
      if (state === 'open') {
        const waiter = deferred<IteratorResult<unknown, undefined>>();
        waiting.push(waiter);
        return waiter.promise;
      }
      if (failure) {
        const error = failure;
        failure = null; // thrown once, then it is simply over
        return Promise.reject(error);
      }
      return Promise.resolve({ done: true, value: undefined });
    },
    return() {
      queue.length = 0;
      failure = null;
      port.cancel(id);
      finish(null);
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
