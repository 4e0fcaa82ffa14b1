import { EventEmitter, once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { messagePortWire } from '../../../../preload/rpc/message-port-wire.ts';

/** Electron's MessagePortMain and parentPort emit `{ data }`; UtilityProcess emits the message itself. */
class FakeEmitterPort extends EventEmitter {
  posted: unknown[] = [];
  closed = 0;
  postMessage(message: unknown): void { this.posted.push(message); }
  close(): void { this.closed += 1; }
}

describe('messagePortWire', () => {
  it.each<readonly [string, (message: unknown) => unknown]>([['an event with data', (data) => ({ data, ports: [] })], ['the message itself', (message) => message]])('takes %s from an emitter port', (_case, wrap) => {
    const port = new FakeEmitterPort();
    const wire = messagePortWire(port);
    const frames: unknown[] = [];
    wire.onFrame((frame) => frames.push(frame));
    port.emit('message', wrap(['frame', { data: 'inner' }]));
    expect(frames).toEqual([{ data: 'inner' }]);
  });

  it('a close is told to the peer, once, and nothing is sent after it', () => {
    const port = new FakeEmitterPort();
    const wire = messagePortWire(port);
    const reasons: string[] = [];
    wire.onClose((reason) => reasons.push(reason));
    wire.close('enough');
    wire.close('again');
    wire.send({ n: 1 });
    port.emit('close');
    expect(port.posted).toEqual([['close', 'enough']]);
    expect(reasons).toEqual(['enough']);
    expect(port.closed).toBe(1);
  });

  it.each(['close', 'exit'])('an emitter port that emits %s closes the wire', (event) => {
    const port = new FakeEmitterPort();
    const reasons: string[] = [];
    messagePortWire(port).onClose((reason) => reasons.push(reason));
    port.emit(event, 1);
    expect(reasons.length).toBe(1);
  });

  it('what is no envelope closes the wire', () => {
    const port = new FakeEmitterPort();
    const reasons: string[] = [];
    messagePortWire(port).onClose((reason) => reasons.push(reason));
    port.emit('message', { hello: 1 });
    expect(reasons[0]).toMatch(/^RPC_PROTOCOL/);
  });

  it('a view of part of a buffer carries none of its neighbours along', async () => {
    const { port1, port2 } = new MessageChannel();
    const wire = messagePortWire(port1);
    const whole = new Uint8Array(8192).fill(42);
    wire.send({ list: [{ name: whole.subarray(10, 13) }], plain: 'x' });
    const [message] = await once(port2, 'message') as [[string, { list: { name: Uint8Array }[] }]];
    expect([...message[1].list[0]?.name ?? []]).toEqual([42, 42, 42]);
    expect(message[1].list[0]?.name.buffer.byteLength).toBe(3);
    wire.close('done');
  });

  it('what cannot be cloned closes the wire instead of throwing', () => {
    const { port1 } = new MessageChannel();
    const wire = messagePortWire(port1);
    const reasons: string[] = [];
    wire.onClose((reason) => reasons.push(reason));
    wire.send({ f: () => 1 });
    expect(reasons[0]).toMatch(/^cannot send/);
  });
});
