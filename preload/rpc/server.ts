// The answering end of the rpc. Every input is validated before a handler sees it; a frame out of order closes the wire;
// what a client no longer wants is aborted, its generator returned and woken at once.
import type { Contract, Handlers, ProcedureDef, StreamDef } from '../contract/define.ts';
import { SluiceError, toErrorInfo } from '../contract/sluice-error.ts';
import { deferred } from './deferred.ts';
import { LIMITS, PROTOCOL_VERSION, parseClientFrame, protocolError, type ClientFrame, type Query, type ServerFrame } from './frames.ts';
import type { Wire } from './wire.ts';

export interface ServeOptions {
  /** Checks (and strips to the contract) what handlers give; a breach becomes RPC_BAD_OUTPUT. Default true. */
  readonly validateOutput?: boolean;
  readonly build?: string;
  /** Told of what is a bug of ours (a thrown non-SluiceError, a bad output), for the log. */
  readonly onBug?: (procedure: string, error: unknown) => void;
}

export interface Served {
  /** The reason, once the wire is closed by whichever side; everything open has been aborted by then. */
  readonly closed: Promise<string>;
  /** Requests and streams open now. */
  readonly open: number;
  close(reason: string): void;
}

type AnyHandler = (input: unknown, signal: AbortSignal) => unknown;

interface Open {
  readonly abort: AbortController;
  credit: number;
  /** Wakes a stream that waits for credit. */
  wake: (() => void) | null;
}

/** Answers `wire` by `handlers` until it closes. Handlers get a signal that fires when the client cancels or goes away. */
export function serve<C extends Contract>(contract: C, handlers: Handlers<C>, wire: Wire, options: ServeOptions = {}): Served {
  const validateOutput = options.validateOutput ?? true;
  const open = new Map<number, Open>();
  const closed = deferred<string>();
  let lastId = 0;
  let greeted = false;
  let over = false;

  const send = (frame: ServerFrame): void => { if (!over) wire.send(frame); };

  const drop = (id: number): void => {
    const entry = open.get(id);
    if (!entry) return;
    open.delete(id);
    entry.abort.abort(SluiceError.of('APP_CANCELLED', {}));
    entry.wake?.();
  };

  const fail = (id: number, procedure: string, error: unknown): void => {
    if (!open.delete(id)) return;
    const info = toErrorInfo(error);
    if (info.code === 'APP_BUG' || info.code === 'RPC_BAD_OUTPUT') options.onBug?.(procedure, error);
    send({ t: 'e', id, e: info });
  };

  const checked = (procedure: string, def: ProcedureDef, value: unknown): unknown => {
    if (!validateOutput) return value;
    const result = (def.kind === 'call' ? def.output : def.item).safeParse(value);
    if (!result.success) throw SluiceError.of('RPC_BAD_OUTPUT', { procedure, reason: issuesOf(result.error) });
    return result.data;
  };

  const answer = async (id: number, entry: Open, procedure: string, def: ProcedureDef, input: unknown): Promise<void> => {
    const parsed = def.input.safeParse(input);
    if (!parsed.success) throw SluiceError.of('RPC_BAD_INPUT', { procedure, reason: issuesOf(parsed.error) });
    const handler = handlers[procedure] as unknown as AnyHandler;
    if (def.kind === 'stream') return pump(id, entry, procedure, def, handler(parsed.data, entry.abort.signal) as AsyncIterable<unknown>);
    const output = checked(procedure, def, await handler(parsed.data, entry.abort.signal));
    if (open.delete(id)) send({ t: 'r', id, o: output });
  };

  const pump = async (id: number, entry: Open, procedure: string, def: StreamDef, items: AsyncIterable<unknown>): Promise<void> => {
    const iterator = items[Symbol.asyncIterator]();
    const { signal } = entry.abort;
    const aborted = new Promise<'aborted'>((resolve) => { signal.addEventListener('abort', () => resolve('aborted'), { once: true }); });
    let exhausted = false;
    try {
      while (!signal.aborted) {
        if (entry.credit === 0) {
          await new Promise<void>((resolve) => { entry.wake = resolve; });
          entry.wake = null;
          continue;
        }
        const result = await Promise.race([iterator.next(), aborted]);
        if (result === 'aborted' || signal.aborted) return;
        if (result.done === true) {
          exhausted = true;
          if (open.delete(id)) send({ t: 'd', id });
          return;
        }
        const item = checked(procedure, def, result.value);
        entry.credit -= 1;
        send({ t: 'n', id, o: item });
      }
    } catch (error) {
      exhausted = !(error instanceof SluiceError && error.code === 'RPC_BAD_OUTPUT');
      throw error;
    } finally {
      // not awaited: a generator that waits for something else returns when that comes
      if (!exhausted) Promise.resolve(iterator.return?.()).catch((error: unknown) => options.onBug?.(procedure, error));
    }
  };

  const ask = (frame: Query): void => {
    if (frame.id <= lastId) throw protocolError('an id used before');
    lastId = frame.id;
    if (open.size >= LIMITS.open) throw protocolError('too many open requests');
    const def = Object.hasOwn(contract, frame.m) && Object.hasOwn(handlers, frame.m) ? contract[frame.m] : undefined;
    if (!def) {
      const procedure = frame.m.slice(0, 100);
      send({ t: 'e', id: frame.id, e: SluiceError.of('RPC_UNKNOWN_PROCEDURE', { procedure }).toInfo() });
      return;
    }
    const entry: Open = { abort: new AbortController(), credit: frame.c, wake: null };
    open.set(frame.id, entry);
    answer(frame.id, entry, frame.m, def, frame.i).catch((error: unknown) => fail(frame.id, frame.m, error));
  };

  const onFrame = (frame: ClientFrame): void => {
    if (frame.t === 'h') {
      if (greeted) throw protocolError('a second hello');
      if (frame.v !== PROTOCOL_VERSION) throw protocolError(`client speaks version ${frame.v}, this server ${PROTOCOL_VERSION}`);
      greeted = true;
      return;
    }
    if (!greeted) throw protocolError('no hello');
    if (frame.t === 'q') return ask(frame);
    if (frame.id > lastId) throw protocolError('about what was never asked');
    if (frame.t === 'x') return drop(frame.id);
    const entry = open.get(frame.id);
    if (!entry) return; // it ended while this was on its way
    if (entry.credit + frame.n > LIMITS.credit) throw protocolError('too much credit');
    entry.credit += frame.n;
    entry.wake?.();
  };

  wire.onClose((reason) => {
    over = true;
    for (const id of [...open.keys()]) drop(id);
    closed.resolve(reason);
  });
  wire.onFrame((raw) => {
    if (over) return;
    try {
      onFrame(parseClientFrame(raw));
    } catch (error) {
      wire.close(error instanceof Error ? error.message : String(error));
    }
  });
  send({ t: 'h', v: PROTOCOL_VERSION, build: options.build ?? '' });

  return {
    closed: closed.promise,
    get open() { return open.size; },
    close: (reason) => wire.close(reason),
  };
}

/** Where and what, never the value itself: it may be a secret. */
function issuesOf(error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] }): string {
  return error.issues.slice(0, 5).map((issue) => `${issue.path.map(String).join('.') || 'value'}: ${issue.message}`).join('; ').slice(0, 500);
}
