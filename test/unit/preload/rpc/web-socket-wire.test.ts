import { describe, expect, it } from 'vitest';
import { decode, encode, webSocketWire, type SocketLike } from '../../../../preload/rpc/web-socket-wire.ts';

const MAX = 1024 * 1024;

function bufferOf(data: string | Uint8Array<ArrayBuffer>): ArrayBuffer {
  if (typeof data === 'string') throw new Error('expected a binary message');
  return data.buffer;
}

/** A binary message with a head of our choosing. */
function binary(head: string, tail: Uint8Array = new Uint8Array(0), length = Buffer.byteLength(head)): ArrayBuffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(length);
  return new Uint8Array(Buffer.concat([prefix, Buffer.from(head), tail])).buffer;
}

class FakeSocket implements SocketLike {
  binaryType = 'blob';
  readyState = 0;
  bufferedAmount = 0;
  sent: (string | Uint8Array)[] = [];
  closedWith: [number | undefined, string | undefined] | null = null;
  readonly #listeners: Record<string, (event: object) => void> = {};
  send(data: string | Uint8Array): void { this.sent.push(data); }
  close(code?: number, reason?: string): void { this.closedWith = [code, reason]; }
  addEventListener(type: string, listener: (event: object) => void): void { this.#listeners[type] = listener; }
  emit(type: string, event: object = {}): void { this.#listeners[type]?.(event); }
}

describe('messages of a WebSocket wire', () => {
  it('a frame without bytes is plain JSON', () => {
    expect(encode({ t: 'q', id: 1, i: { a: [1, null, 'x'] } })).toBe('{"t":"q","id":1,"i":{"a":[1,null,"x"]}}');
  });

  it('bytes travel raw, in place, and the frame sent is left as it was', () => {
    const frame = { t: 'n', id: 1, o: { entries: [{ name: Uint8Array.of(1, 2, 0xff), n: 0 }, { name: new Uint8Array(0), n: 1 }] } };
    const data = encode(frame);
    expect(decode(bufferOf(data), MAX)).toEqual(frame);
    expect(frame.o.entries[0]?.name).toEqual(Uint8Array.of(1, 2, 0xff));
    const big = { o: crypto.getRandomValues(new Uint8Array(60_000)) };
    expect(bufferOf(encode(big)).byteLength).toBeLessThan(60_000 + 100);
  });

  it('received bytes have a buffer of their own', () => {
    const out = decode(bufferOf(encode({ a: Uint8Array.of(7) })), MAX) as { a: Uint8Array };
    expect(out.a.buffer.byteLength).toBe(1);
  });

  it.each<readonly [string, unknown]>([
    ['broken JSON', '{"t":'],
    ['a text too large', `"${'x'.repeat(MAX)}"`],
    ['a binary message too large', new ArrayBuffer(MAX + 1)],
    ['no data', undefined],
    ['three bytes', new ArrayBuffer(3)],
    ['a head longer than the message', binary('{}', undefined, 1000)],
    ['a length of 4 GiB', binary('{}', undefined, 0xffffffff)],
    ['a head that is no object', binary('7')],
    ['a head without parts', binary('{"frame":{}}')],
    ['a head that is not UTF-8', binary('', Uint8Array.of(0xff), 1)],
    ['a part without a place', binary('{"frame":{},"parts":[{"at":["a"],"size":0}]}')],
    ['a part in place of another value', binary('{"frame":{"a":"keep"},"parts":[{"at":["a"],"size":0}]}')],
    ['a part at the root', binary('{"frame":0,"parts":[{"at":[],"size":0}]}')],
    ['a part at a prototype', binary('{"frame":{},"parts":[{"at":["__proto__","x"],"size":1}]}', Uint8Array.of(1))],
    ['a part at a constructor', binary('{"frame":{},"parts":[{"at":["constructor","prototype","x"],"size":1}]}', Uint8Array.of(1))],
    ['a truncated part', binary('{"frame":{"a":0},"parts":[{"at":["a"],"size":9}]}', Uint8Array.of(1))],
    ['a negative part', binary('{"frame":{"a":0},"parts":[{"at":["a"],"size":-1}]}')],
    ['bytes left over', binary('{"frame":{"a":0},"parts":[{"at":["a"],"size":1}]}', Uint8Array.of(1, 2))],
  ])('refuses %s', (_case, data) => {
    expect(() => decode(data, MAX)).toThrow();
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('closes on a refused message, with a reason short enough for a close frame', () => {
    const socket = new FakeSocket();
    socket.readyState = 1;
    const wire = webSocketWire(socket, { maxMessage: MAX });
    let reason = '';
    wire.onClose((why) => { reason = why; });
    socket.emit('message', { data: `{"${'长'.repeat(500)}` });
    expect(reason).toMatch(/^RPC_PROTOCOL/);
    expect(socket.closedWith?.[0]).toBe(4000);
    expect(Buffer.byteLength(socket.closedWith?.[1] ?? '')).toBeLessThanOrEqual(123);
  });

  it('deep JSON becomes a frame the rpc refuses, not a crash', () => {
    const socket = new FakeSocket();
    socket.readyState = 1;
    const wire = webSocketWire(socket, { maxMessage: MAX });
    const frames: unknown[] = [];
    let closed = '';
    wire.onFrame((frame) => frames.push(frame));
    wire.onClose((why) => { closed = why; });
    socket.emit('message', { data: '['.repeat(200_000) + ']'.repeat(200_000) });
    expect(frames.length === 1 || closed.startsWith('RPC_PROTOCOL')).toBe(true);
  });

  it('what is sent before the socket is open waits for it', () => {
    const socket = new FakeSocket();
    const wire = webSocketWire(socket, { maxMessage: MAX });
    wire.send({ n: 1 });
    expect(socket.sent).toEqual([]);
    socket.readyState = 1;
    socket.emit('open');
    wire.send({ n: 2 });
    expect(socket.sent).toEqual(['{"n":1}', '{"n":2}']);
    expect(socket.binaryType).toBe('arraybuffer');
  });

  it('lets a peer go that never reads', () => {
    const socket = new FakeSocket();
    socket.readyState = 1;
    const wire = webSocketWire(socket, { maxMessage: MAX });
    socket.bufferedAmount = 300 * 1024 * 1024;
    wire.send({});
    expect(socket.closedWith?.[1]).toBe('the other side does not read');
  });
});
