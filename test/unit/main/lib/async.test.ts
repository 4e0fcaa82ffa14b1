import { describe, expect, it } from 'vitest';
import { AsyncQueue, Gate, backoff, within } from '../../../../main/lib/async.ts';
import { joinPath, nameOf, parentOf, showName } from '../../../../main/lib/bytes.ts';

describe('AsyncQueue', () => {
  it('delivers what was pushed before an error, then the error', async () => {
    const queue = new AsyncQueue<number>();
    queue.push(1);
    queue.push(2);
    queue.fail(new Error('over'));
    queue.push(3);
    const got: number[] = [];
    await expect((async () => { for await (const item of queue) got.push(item); })()).rejects.toThrow('over');
    expect(got).toEqual([1, 2]);
  });
});

describe('Gate', () => {
  it('holds those who pass until it opens, and lets an abort through', async () => {
    const gate = new Gate();
    gate.close();
    const order: string[] = [];
    const held = gate.pass().then(() => order.push('passed'));
    const abort = new AbortController();
    const aborted = gate.pass(abort.signal).catch((error: { code: string }) => order.push(error.code));
    abort.abort();
    await aborted;
    gate.open();
    await held;
    expect(order).toEqual(['APP_CANCELLED', 'passed']);
    expect(gate.opened).toBeNull();
  });
});

it('a deadline throws its own error', async () => {
  await expect(within(new Promise(() => {}), 1, () => new Error('late'))).rejects.toThrow('late');
});

it('back-off doubles to its most, within the upper half', () => {
  const delays = backoff(100, 400, () => 1);
  expect([1, 2, 3, 4].map(() => delays.next().value)).toEqual([100, 200, 400, 400]);
  expect(backoff(100, 400, () => 0).next().value).toBe(50);
});

describe('names', () => {
  it.each([
    [Buffer.from('plain 中文'), 'plain 中文'], [Buffer.from([0x61, 0xff, 0x62]), 'a\\xFFb'], [Buffer.from('a\nb\u001b[31m'), 'a\\x0Ab\\x1B[31m'],
    [Buffer.from('x\u202ey'), 'x\\xE2\\x80\\xAEy'], [Buffer.from([0xe4, 0xb8, 0xad, 0xe4, 0xb8]), '中\\xE4\\xB8'], [Buffer.from([0xc0, 0x80]), '\\xC0\\x80'],
  ])('%j is shown as %j', (bytes, shown) => { expect(showName(bytes)).toBe(shown); });

  it('paths are taken apart and put together as bytes', () => {
    expect(parentOf(Buffer.from('a/b/c')).toString()).toBe('a/b');
    expect(parentOf(Buffer.from('a')).toString()).toBe('');
    expect(parentOf(Buffer.from('/a')).toString()).toBe('/');
    expect(nameOf(Buffer.from('a/b')).toString()).toBe('b');
    expect(joinPath(Buffer.from('/'), Buffer.from('a')).toString()).toBe('/a');
    expect(joinPath(Buffer.from('x'), Buffer.from('.')).toString()).toBe('x');
  });
});
