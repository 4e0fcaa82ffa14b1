// One suite for every wire: what a client and a server may rely on, and what a hostile peer gets.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { call, stream, type Handlers } from '../../preload/contract/define.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { createClient } from '../../preload/rpc/client.ts';
import { LIMITS } from '../../preload/rpc/frames.ts';
import { memoryWires } from '../../preload/rpc/memory-wire.ts';
import { messagePortWire } from '../../preload/rpc/message-port-wire.ts';
import { serve, type Served } from '../../preload/rpc/server.ts';
import { webSocketWire } from '../../preload/rpc/web-socket-wire.ts';
import type { Wire } from '../../preload/rpc/wire.ts';

const toy = {
  'math.add': call({ input: z.object({ a: z.number(), b: z.number() }), output: z.object({ sum: z.number() }) }),
  'math.badly': call({ input: z.object({}), output: z.object({ sum: z.number() }) }),
  'fail.known': call({ input: z.object({}), output: z.object({}) }),
  'fail.bug': call({ input: z.object({}), output: z.object({}) }),
  'wait': call({ input: z.object({}), output: z.object({}) }),
  'bytes.echo': call({ input: z.object({ list: z.array(z.object({ bytes: z.instanceof(Uint8Array) })) }), output: z.object({ list: z.array(z.object({ bytes: z.instanceof(Uint8Array) })) }) }),
  'count': stream({ input: z.object({ to: z.number() }), item: z.number() }),
  'count.badly': stream({ input: z.object({}), item: z.number() }),
  'silence': stream({ input: z.object({}), item: z.number() }),
} as const;

interface World {
  readonly handlers: Handlers<typeof toy>;
  /** What the server's handlers saw. */
  readonly seen: { produced: number; returned: number; aborted: number };
  /** Settles when a handler's generator was returned, or its signal fired. */
  readonly freed: Promise<void>;
  readonly produced: (n: number) => Promise<void>;
}

function world(): World {
  const seen = { produced: 0, returned: 0, aborted: 0 };
  let freed!: () => void;
  const freedPromise = new Promise<void>((resolve) => { freed = resolve; });
  const marks: { n: number; resolve: () => void }[] = [];
  const untilAborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => {
    const done = (): void => { seen.aborted += 1; freed(); resolve(); };
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
  return {
    seen,
    freed: freedPromise,
    produced: (n) => new Promise((resolve) => {
      if (seen.produced >= n) resolve();
      else marks.push({ n, resolve });
    }),
    handlers: {
      'math.add': ({ a, b }) => ({ sum: a + b, secret: 'not in the contract' } as { sum: number }),
      'math.badly': () => ({ sum: 'three' } as unknown as { sum: number }),
      'fail.known': () => { throw SluiceError.of('SSH_CONNECT', { host: 'nas', port: 22, reason: 'refused' }, new Error('beneath')); },
      'fail.bug': () => { throw new TypeError('undefined is not a function'); },
      'wait': async (_input, signal) => { await untilAborted(signal); return {}; },
      'bytes.echo': ({ list }) => ({ list }),
      'count': async function* ({ to }) {
        try {
          for (let i = 0; i < to; i += 1) {
            seen.produced += 1;
            for (const mark of marks) if (mark.n <= seen.produced) mark.resolve();
            yield i;
          }
        } finally {
          seen.returned += 1;
          freed();
        }
      },
      'count.badly': async function* () { try { yield 1; yield 'two' as unknown as number; } finally { seen.returned += 1; } },
      'silence': async function* (_input, signal) { await untilAborted(signal); },
    },
  };
}

interface Pair {
  readonly client: Wire;
  readonly server: Wire;
}

const closers: (() => void)[] = [];
afterEach(() => { for (const close of closers.splice(0)) close(); });

const http: Server = createServer();
const sockets = new WebSocketServer({ server: http, maxPayload: LIMITS.webSocketFrame });
beforeAll(async () => {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterAll(() => {
  sockets.close();
  http.close();
});

async function socketPair(): Promise<readonly [WebSocket, WebSocket]> {
  const near = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const [far] = await once(sockets, 'connection') as [WebSocket];
  await once(near, 'open');
  closers.push(() => near.terminate());
  return [near, far];
}

const WIRES: Readonly<Record<string, () => Promise<Pair>>> = {
  memory: () => {
    const [client, server] = memoryWires();
    return Promise.resolve({ client, server });
  },
  'message port': () => {
    const { port1, port2 } = new MessageChannel();
    closers.push(() => port1.close());
    return Promise.resolve({ client: messagePortWire(port1), server: messagePortWire(port2) });
  },
  'web socket': async () => {
    const [near, far] = await socketPair();
    return { client: webSocketWire(near, { maxMessage: LIMITS.answer }), server: webSocketWire(far, { maxMessage: LIMITS.webSocketFrame }) };
  },
};

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return error instanceof SluiceError ? error.code : String(error);
  }
}

describe.each(Object.entries(WIRES))('rpc over %s', (_name, open) => {
  async function connect(options: { window?: number; validateOutput?: boolean } = {}) {
    const { client: near, server: far } = await open();
    const bugs: string[] = [];
    const scene = world();
    const served: Served = serve(toy, scene.handlers, far, { build: 'b1', onBug: (procedure) => bugs.push(procedure), ...options });
    const client = createClient(toy, near, options);
    closers.push(() => client.close());
    return { ...scene, client, served, bugs };
  }

  it('a call answers with the output of the contract and no more', async () => {
    const { client } = await connect();
    expect(await client['math.add']({ a: 1, b: 2 })).toEqual({ sum: 3 });
    expect(await client.server).toEqual({ build: 'b1' });
  });

  it('many calls at once each get their own answer', async () => {
    const { client, served } = await connect();
    const sums = await Promise.all(Array.from({ length: 500 }, (_, i) => client['math.add']({ a: i, b: i })));
    expect(sums.map(({ sum }) => sum)).toEqual(Array.from({ length: 500 }, (_, i) => 2 * i));
    expect(served.open).toBe(0);
  });

  it('bytes survive, many and empty and of part of a buffer', async () => {
    const { client } = await connect();
    const pool = Uint8Array.from({ length: 70_000 }, (_, i) => i & 255);
    const list = [new Uint8Array(0), pool.subarray(3, 9), pool, Uint8Array.of(0, 255)].map((bytes) => ({ bytes }));
    const answer = await client['bytes.echo']({ list });
    expect(answer.list.map(({ bytes }) => [...bytes])).toEqual(list.map(({ bytes }) => [...bytes]));
  });

  it('bad input is refused before the handler, without quoting the value', async () => {
    const { client } = await connect();
    const error = await client['math.add']({ a: 1, b: 'hunter2' as unknown as number }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'RPC_BAD_INPUT', params: { procedure: 'math.add' } });
    expect(JSON.stringify((error as SluiceError).toInfo())).not.toContain('hunter2');
  });

  it('an operational error arrives as itself, a bug as APP_BUG and in the log', async () => {
    const { client, bugs } = await connect();
    await expect(client['fail.known']({})).rejects.toMatchObject({ name: 'SluiceError', code: 'SSH_CONNECT', params: { host: 'nas', port: 22, reason: 'refused' } });
    await expect(client['fail.bug']({})).rejects.toMatchObject({ code: 'APP_BUG', params: { message: 'undefined is not a function' } });
    expect(bugs).toEqual(['fail.bug']);
  });

  it('an output against the contract is an error of the call or the stream, whose generator is returned', async () => {
    const { client, seen, bugs } = await connect();
    expect(await codeOf(client['math.badly']({}))).toBe('RPC_BAD_OUTPUT');
    const got: number[] = [];
    expect(await codeOf((async () => { for await (const item of client['count.badly']({})) got.push(item); })())).toBe('RPC_BAD_OUTPUT');
    expect(got).toEqual([1]);
    expect(seen.returned).toBe(1);
    expect(bugs).toEqual(['math.badly', 'count.badly']);
  });

  it('an aborted call rejects at once and the handler is told', async () => {
    const { client, freed, served } = await connect();
    const abort = new AbortController();
    const answer = codeOf(client['wait']({}, abort.signal));
    abort.abort();
    expect(await answer).toBe('APP_CANCELLED');
    await freed;
    await client['math.add']({ a: 1, b: 1 });
    expect(served.open).toBe(0);
    expect(await codeOf(client['wait']({}, abort.signal))).toBe('APP_CANCELLED');
  });

  it('a stream gives every item in order and ends', async () => {
    const { client, served, seen } = await connect();
    const got: number[] = [];
    for await (const item of client['count']({ to: 1000 })) got.push(item);
    expect(got).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(served.open).toBe(0);
    expect(seen.returned).toBe(1);
  });

  it('a window of one still flows', async () => {
    const { client } = await connect({ window: 1 });
    let sum = 0;
    for await (const item of client['count']({ to: 50 })) sum += item;
    expect(sum).toBe(1225);
  });

  it('a stream nobody takes from runs ahead by its window and no further', async () => {
    const { client, produced, seen } = await connect({ window: 8 });
    const iterator = client['count']({ to: 100_000 })[Symbol.asyncIterator]();
    await produced(8);
    for (let i = 0; i < 20; i += 1) await client['math.add']({ a: 1, b: 1 });
    expect(seen.produced).toBe(8);
    expect((await iterator.next()).value).toBe(0);
    await iterator.return?.();
  });

  it('leaving the loop cancels: the generator waiting for credit is woken and returned', async () => {
    const { client, freed, seen, served } = await connect({ window: 4 });
    for await (const item of client['count']({ to: 100_000 })) if (item === 2) break;
    await freed;
    await client['math.add']({ a: 1, b: 1 });
    expect(seen.returned).toBe(1);
    expect(served.open).toBe(0);
  });

  it('after an abort nothing queued is yielded any more', async () => {
    const { client, produced, freed } = await connect({ window: 16 });
    const abort = new AbortController();
    const iterator = client['count']({ to: 100_000 }, abort.signal)[Symbol.asyncIterator]();
    await produced(16);
    expect((await iterator.next()).value).toBe(0);
    abort.abort();
    expect(await codeOf(iterator.next())).toBe('APP_CANCELLED');
    expect((await iterator.next()).done).toBe(true);
    await freed;
  });

  it('a handler that waits in silence is freed by a cancel', async () => {
    const { client, freed } = await connect();
    const abort = new AbortController();
    const iterator = client['silence']({}, abort.signal)[Symbol.asyncIterator]();
    const next = codeOf(iterator.next());
    abort.abort();
    expect(await next).toBe('APP_CANCELLED');
    await freed;
  });

  it('when the server goes, everything pending fails with RPC_CLOSED, and so does what comes after', async () => {
    const { client, served } = await connect();
    const waiting = codeOf(client['wait']({}));
    const iterator = client['silence']({})[Symbol.asyncIterator]();
    const next = codeOf(iterator.next());
    await client['math.add']({ a: 1, b: 1 });
    served.close('the house burns');
    expect(await waiting).toBe('RPC_CLOSED');
    expect(await next).toBe('RPC_CLOSED');
    expect(await client.closed).toBe('the house burns');
    expect(await codeOf(client['math.add']({ a: 1, b: 1 }))).toBe('RPC_CLOSED');
    expect(await codeOf(client['count']({ to: 1 })[Symbol.asyncIterator]().next())).toBe('RPC_CLOSED');
  });

  it('when the client goes, every handler is aborted', async () => {
    const { client, served, freed } = await connect();
    const waiting = codeOf(client['wait']({}));
    await client['math.add']({ a: 1, b: 1 });
    client.close();
    expect(await waiting).toBe('RPC_CLOSED');
    await served.closed;
    await freed;
    expect(served.open).toBe(0);
  });

  describe('a hostile client', () => {
    const hello = { t: 'h', v: 1, build: '' };
    const ask = (id: unknown, m: unknown = 'math.add', i: unknown = { a: 1, b: 1 }, c: unknown = 0) => ({ t: 'q', id, m, i, c });
    const deep = (levels: number): unknown => { let value: unknown = 0; for (let i = 0; i < levels; i += 1) value = [value]; return value; };

    async function hostile(...frames: unknown[]) {
      const { client: near, server: far } = await open();
      const scene = world();
      const served = serve(toy, scene.handlers, far);
      const received: { t: string; id?: number; e?: { code: string } }[] = [];
      let arrived: () => void = () => undefined;
      near.onFrame((frame) => {
        received.push(frame as { t: string });
        arrived();
      });
      /** All answers but the hello, once there are `n`. */
      const answers = async (n: number) => {
        while (received.length < n + 1) await new Promise<void>((resolve) => { arrived = resolve; });
        return received.slice(1);
      };
      const closed = new Promise<string>((resolve) => near.onClose(resolve));
      closers.push(() => near.close('test over'));
      for (const frame of frames) near.send(frame);
      return { ...scene, near, served, answers, closed };
    }

    it.each<readonly [string, readonly unknown[]]>([
      ['is not an object', [hello, 'q']],
      ['is a list', [hello, [hello]]],
      ['is null', [hello, null]],
      ['has no type', [hello, { id: 1 }]],
      ['has an unknown type', [hello, { t: 'zz', id: 1 }]],
      ['has a type that is a name of Object.prototype', [hello, { t: 'constructor', id: 1 }]],
      ['belongs to a server', [hello, { t: 'r', id: 1, o: {} }]],
      ['lacks a field', [hello, { t: 'q', id: 1 }]],
      ['has a field too many', [hello, { ...ask(1), extra: 1 }]],
      ['asks before hello', [ask(1)]],
      ['says hello twice', [hello, hello]],
      ['speaks another version', [{ ...hello, v: 2 }]],
      ['has a negative id', [hello, ask(-1)]],
      ['has a broken id', [hello, ask(1.5)]],
      ['has a text for an id', [hello, ask('1')]],
      ['has an id used before', [hello, ask(1), ask(1)]],
      ['has an id below the last', [hello, ask(5), ask(4)]],
      ['names a procedure with a number', [hello, ask(1, 7)]],
      ['names a procedure endlessly', [hello, ask(1, 'x'.repeat(201))]],
      ['opens with too much credit', [hello, ask(1, 'count', { to: 9 }, 1e9)]],
      ['opens with negative credit', [hello, ask(1, 'count', { to: 9 }, -1)]],
      ['gives negative credit', [hello, ask(1, 'silence', {}), { t: 'c', id: 1, n: -5 }]],
      ['gives no credit at all', [hello, ask(1, 'silence', {}), { t: 'c', id: 1, n: 0 }]],
      ['overflows the credit', [hello, ask(1, 'silence', {}, 4000), { t: 'c', id: 1, n: 4000 }]],
      ['cancels what was never asked', [hello, { t: 'x', id: 3 }]],
      ['gives credit to what was never asked', [hello, { t: 'c', id: 3, n: 1 }]],
      ['is too deep', [hello, ask(1, 'math.add', deep(100))]],
      ['is far too deep', [hello, ask(1, 'math.add', deep(500))]],
      ['holds a __proto__', [hello, ask(1, 'math.add', JSON.parse('{"__proto__":{"polluted":1}}'))]],
      ['is giant', [hello, ask(1, 'math.add', 'x'.repeat(LIMITS.frame))]],
      ['floods with open requests', [hello, ...Array.from({ length: LIMITS.open + 1 }, (_, i) => ask(i + 1, 'wait', {}))]],
    ])('whose frame %s is shut out, and all it had is freed', async (_case, frames) => {
      const { closed, served } = await hostile(...frames);
      expect(await closed).toMatch(/RPC_PROTOCOL|socket closed \(1009\)/);
      await served.closed;
      expect(served.open).toBe(0);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it.each(['nothing', '__proto__', 'constructor', 'toString', 'hasOwnProperty'])('who asks for the procedure %s gets an error, and the wire lives', async (name) => {
      const { near, answers } = await hostile(hello, ask(1, name, {}), ask(2));
      expect((await answers(2)).map(({ t, id, e }) => [t, id, e?.code])).toEqual([['e', 1, 'RPC_UNKNOWN_PROCEDURE'], ['r', 2, undefined]]);
      near.send(ask(3));
      expect((await answers(3)).at(-1)).toEqual({ t: 'r', id: 3, o: { sum: 2 } });
    });

    it('late cancels and credit for what has ended are no offence', async () => {
      const { near, answers, served } = await hostile(hello, ask(1));
      await answers(1);
      near.send({ t: 'x', id: 1 });
      near.send({ t: 'c', id: 1, n: 3 });
      near.send(ask(2));
      expect((await answers(2)).at(-1)).toEqual({ t: 'r', id: 2, o: { sum: 2 } });
      expect(served.open).toBe(0);
    });
  });

  describe('a broken server', () => {
    it.each<readonly [string, unknown]>([
      ['replies to nothing', { t: 'r', id: 99, o: {} }],
      ['sends an item for a call', { t: 'n', id: 1, o: 1 }],
      ['ends a call like a stream', { t: 'd', id: 1 }],
      ['fails with an unknown code', { t: 'e', id: 1, e: { code: 'NO_SUCH', params: {} } }],
      ['sends a frame of a client', { t: 'q', id: 1, m: 'x', i: {}, c: 0 }],
      ['speaks another version', { t: 'h', v: 9, build: '' }],
    ])('that %s is left with RPC_PROTOCOL, and the call fails', async (_case, frame) => {
      const { client: near, server: far } = await open();
      const client = createClient(toy, near);
      closers.push(() => client.close());
      const answer = codeOf(client['wait']({}));
      far.send(frame);
      expect(await answer).toBe('RPC_CLOSED');
      expect(await client.closed).toContain('RPC_PROTOCOL');
    });

    it('that sends more items than it has credit for is left', async () => {
      const { client: near, server: far } = await open();
      const client = createClient(toy, near, { window: 2 });
      closers.push(() => client.close());
      client['silence']({})[Symbol.asyncIterator]();
      for (let i = 0; i < 3; i += 1) far.send({ t: 'n', id: 1, o: i });
      expect(await client.closed).toContain('more items than credit');
    });
  });
});

describe('the types', () => {
  it('a missing or wrong handler does not compile', () => {
    const contract = { 'one': call({ input: z.object({}), output: z.object({ n: z.number() }) }), 'two': stream({ input: z.object({}), item: z.string() }) } as const;
    expect(Object.keys(contract)).toEqual(['one', 'two']);
    const two = async function* () { yield 'x'; };
    const whole: Handlers<typeof contract> = { one: () => ({ n: 1 }), two };
    // @ts-expect-error "two" is missing
    const missing: Handlers<typeof contract> = { one: () => ({ n: 1 }) };
    // @ts-expect-error the output is of another type
    const wrong: Handlers<typeof contract> = { one: () => ({ n: 'one' }), two };
    // @ts-expect-error a stream is no promise
    const kind: Handlers<typeof contract> = { one: () => ({ n: 1 }), two: () => Promise.resolve('x') };
    expect([whole, missing, wrong, kind].map((handlers) => Object.keys(handlers).length)).toEqual([2, 1, 2, 2]);
  });
});
