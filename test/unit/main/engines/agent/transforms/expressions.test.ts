import { afterEach, describe, expect, test } from 'vitest';
import type { Interceptor } from '../../../../../../main/engines/agent/parts.ts';
import { event, makeInterceptor } from '../../../../../support/agent/probe.ts';

const open: Interceptor[] = [];
afterEach(() => { for (const interceptor of open.splice(0)) interceptor.close?.(); });

async function make(language: 'jsonata' | 'cel', expression: string, more: Record<string, number> = {}): Promise<Interceptor> {
  const interceptor = await makeInterceptor(language, { expression, ...more });
  open.push(interceptor);
  return interceptor;
}
async function run(language: 'jsonata' | 'cel', expression: string, ...bodies: string[]): Promise<unknown[]> {
  const made = await (await make(language, expression)).intercept(bodies.map((body, i) => event(body, { n: String(i), level: i % 2 === 0 ? 'ERROR' : 'INFO' })));
  return made.map(({ headers, body }) => [Object.fromEntries(headers), String(body)]);
}
const as = (n: number, body: string): unknown => [{ n: String(n), level: n % 2 === 0 ? 'ERROR' : 'INFO' }, body];

describe('I60 an answer of true or false lets an event pass or not', () => {
  test('JSONata', async () => {
    expect(await run('jsonata', 'headers.level = "ERROR"', 'a', 'b', 'c')).toEqual([as(0, 'a'), as(2, 'c')]);
    expect(await run('jsonata', 'body.size > 10', '{"size":5}', '{"size":50}', 'text')).toEqual([as(1, '{"size":50}')]);
  });
  test('CEL', async () => {
    expect(await run('cel', 'headers.level == "ERROR" && text.contains("x")', 'ax', 'bx', 'c')).toEqual([as(0, 'ax')]);
    expect(await run('cel', 'body.size >= 10', '{"size":5}', '{"size":50}')).toEqual([as(1, '{"size":50}')]);
  });
});

describe('I61 an answer with headers or a body changes the event', () => {
  test('JSONata', async () => {
    expect(await run('jsonata', '{"body": {"user": body.u, "upper": $uppercase(headers.level)}}', '{"u":"ann","secret":1}')).toEqual([as(0, '{"user":"ann","upper":"ERROR"}')]);
    expect(await run('jsonata', '{"headers": $merge([headers, {"len": $length(text)}])}', 'abc')).toEqual([[{ n: '0', level: 'ERROR', len: '3' }, 'abc']]);
    expect(await run('jsonata', '$replace(text, /a+/, "-")', 'caab')).toEqual([as(0, 'c-b')]);
  });
  test('CEL', async () => {
    expect(await run('cel', '{"headers": {"size": size(text), "was": headers.n}, "body": text + "!"}', 'abc')).toEqual([[{ size: '3', was: '0' }, 'abc!']]);
    expect(await run('cel', 'headers.n == "0" ? text : text + "?"', 'a', 'b')).toEqual([as(0, 'a'), as(1, 'b?')]);
  });
});

test('I61 many batches leave nothing behind', async () => {
  const warnings: string[] = [];
  const hear = (warning: Error): void => { warnings.push(warning.message); };
  process.on('warning', hear);
  const interceptor = await make('cel', 'text != "b"');
  for (let i = 0; i < 30; i++) expect(await interceptor.intercept([event('a'), event('b')])).toHaveLength(1);
  await new Promise((resolve) => { setImmediate(resolve); });
  process.off('warning', hear);
  expect(warnings).toEqual([]);
});

test('I62 a list makes several events of one, nothing leaves it out', async () => {
  expect(await run('jsonata', 'body.items.{"body": $string($)}', '{"items":[1,2]}', '{"items":[]}', '{"items":[3]}')).toEqual([as(0, '1'), as(0, '2'), as(2, '3')]);
});

test('I63 an expression that cannot be read is said with the place', async () => {
  await expect(make('jsonata', 'a ? : b')).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'expression', reason: expect.stringContaining('character') as string } });
  await expect(make('cel', 'headers.level ==')).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'expression' } });
});

describe('I64 an event on which it fails is named, and nothing else is harmed', () => {
  test.each([
    ['jsonata', '$error("no")', 'no'], ['jsonata', '{"heders": 1}', 'heders'], ['jsonata', '42', 'number'], ['cel', 'body.nope.deeper == 1', 'nope'], ['cel', '{"body": 1 / int(headers.n)}', 'zero'],
  ] as const)('%s %s', async (language, expression, words) => {
    const interceptor = await make(language, expression);
    await expect(interceptor.intercept([event('{"a":1}', { n: '0' })])).rejects.toMatchObject({ code: 'AGENT_TRANSFORM', params: { reason: expect.stringContaining(words) as string } });
  });
  test('one that never ends is ended', async () => {
    const interceptor = await make('jsonata', '(text = "loop" ? ($f := function($n){ $f($n + 1) }; $f(0)) : true)', { timeLimit: 1000 });
    await expect(interceptor.intercept([event('fine'), event('loop')])).rejects.toMatchObject({ code: 'AGENT_TRANSFORM', params: { reason: 'it took more than 1000 ms' } });
    expect(await interceptor.intercept([event('fine')])).toHaveLength(1);
  });
  test('one that takes too much memory is ended', async () => {
    const interceptor = await make('jsonata', '(text = "big" ? $count($map([1..500000], function($i){ {"a": $string($i) & "some more text to keep" } })) > 0 : true)', { memoryLimit: 24, timeLimit: 20_000 });
    await expect(interceptor.intercept([event('big')])).rejects.toMatchObject({ code: 'AGENT_TRANSFORM', params: { reason: 'it took too much memory' } });
    expect(await interceptor.intercept([event('small')])).toHaveLength(1);
  });
  test('the text of an event is no code', async () => {
    const [made] = await (await make('jsonata', '{"headers": {"__proto__": "x", "constructor": text}}')).intercept([event('"; process.exit()')]);
    expect([...(made?.headers ?? [])]).toEqual([['__proto__', 'x'], ['constructor', '"; process.exit()']]);
  });
});
