import { request as plainRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { elementsOf } from '../../../../../../main/engines/agent/sources/http/json-elements.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { makeSource } from '../../../../../support/agent/probe.ts';
import { portOf, until } from '../../../../../support/agent/wires.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0)) await end(); });

async function http(values: Record<string, string | number | boolean> = {}) {
  const made = await makeSource('http', { bind: '127.0.0.1', port: 0, ...values });
  await made.source.start();
  ends.push(() => made.source.stop());
  return { ...made, ...requester(`http://127.0.0.1:${portOf(made.source)}`) };
}

function requester(address: string) {
  const send = async (method: string, body: string | Buffer | null, contentType = 'application/json', path = '/'): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${address}${path}`, { method, ...(body === null ? {} : { body: body as string }), headers: { 'Content-Type': contentType } });
    return { status: response.status, text: await response.text() };
  };
  return { send, post: async (body: string | Buffer, contentType?: string) => (await send('POST', body, contentType)).status };
}

describe('N15 http with JSON', () => {
  test('one request is one transaction, and 200 says that the channels have it', async () => {
    const { post, processor, counters } = await http();
    expect(await post('[{"headers":{"a":"b","n":1,"t":true,"none":null},"body":"random_body"},{"body":"é"},{"headers":{}}, {}]')).toBe(200);
    expect(processor.batches).toEqual([4]);
    expect(processor.bodies).toEqual(['random_body', 'é', '', '']);
    expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ a: 'b', n: '1', t: 'true' });
    expect(counters).toMatchObject({ AppendBatchReceivedCount: 1, AppendBatchAcceptedCount: 1, EventReceivedCount: 4, EventAcceptedCount: 4 });
    expect(await post('[]')).toBe(200);
  });
  test.each(['UTF-16', 'utf-16'])('a request in %s has bodies in UTF-16 with a mark, as Java writes them', async (charset) => {
    const { post, processor } = await http();
    expect(await post(Buffer.from('\uFEFF[{"body":"bödy"}]', 'utf16le'), `application/json; charset=${charset}`)).toBe(200);
    expect(processor.events[0]?.body).toEqual(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('bödy', 'utf16le').swap16()]));
  });
  test('a request in UTF-32 has bodies in it', async () => {
    const { post, processor } = await http();
    const wide = Buffer.concat([...'[{"body":"ö"}]'].map((char) => { const four = Buffer.alloc(4); four.writeUInt32BE(char.codePointAt(0) as number); return four; }));
    expect(await post(wide, 'application/json; charset="utf-32"')).toBe(200);
    expect(processor.events[0]?.body).toEqual(Buffer.from([0, 0, 0, 0xf6]));
  });
  test.each([
    ['{"a":"b"}', 400], ['[{"a": "b"}', 400], ['[{"body":{}}]', 400], ['[{"headers":[],"body":"x"}]', 400], ['[{"headers":{"a":{}}}]', 400], ['[1]', 400], ['[{]}', 400], ['[{}] x', 400], ['[{},]', 400], ['x', 400], ['[{"body":"\u0001"}]', 400], ['', 500], ['[null]', 500],
  ])('%s is answered %i', async (body, status) => {
    const { post, processor } = await http();
    expect(await post(body)).toBe(status);
    expect(processor.events).toHaveLength(0);
  });
  test('another character set is answered 500; so is a GET without a body, as in Flume', async () => {
    const { post, send } = await http();
    expect(await post('[]', 'application/json; charset=ISO-8859-1')).toBe(500);
    expect((await send('GET', null)).status).toBe(500);
  });
  test('TRACE and OPTIONS are forbidden, other methods not known', async () => {
    const { send, source } = await http();
    expect((await send('OPTIONS', null)).status).toBe(403);
    expect((await send('DELETE', null)).status).toBe(405);
    const trace = await new Promise<number>((resolve) => { plainRequest({ port: portOf(source), method: 'TRACE' }, (response) => { resolve(response.statusCode ?? 0); response.resume(); }).end(); });
    expect(trace).toBe(403);
  });
  test('full channels are 503, whatever else goes wrong 500', async () => {
    const { post, send, processor, counters } = await http();
    processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c', capacity: 1 });
    expect(await send('POST', '[{"body":"x"}]')).toMatchObject({ status: 503, text: expect.stringContaining('AGENT_CHANNEL_FULL') as string });
    processor.refuse = SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: 'c', events: 2, capacity: 1 });
    expect(await post('[{"body":"x"}]')).toBe(503);
    processor.refuse = SluiceError.of('AGENT_TRANSFORM', { component: 'i', reason: 'x' });
    expect(await post('[{"body":"x"}]')).toBe(500);
    processor.refuse = new Error('bug');
    expect(await post('[{"body":"x"}]')).toBe(500);
    expect(counters).toMatchObject({ ChannelWriteFail: 2, GenericProcessingFail: 2, EventAcceptedCount: 0 });
  });
  test('what is too large is refused before it is read', async () => {
    const { post, processor, said, source } = await http({ maxRequestBytes: 1000 });
    expect(await post(`[{"body":"${'x'.repeat(2000)}"}]`)).toBe(413);
    const socket = connect(portOf(source), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    let answer = '';
    socket.on('data', (bytes) => { answer += String(bytes); });
    socket.on('error', () => {});
    for (let i = 0; i < 20; i++) socket.write(`64\r\n${' '.repeat(100)}\r\n`);
    await until(() => answer, (text) => text.startsWith('HTTP/1.1 413'));
    socket.destroy();
    expect(processor.events).toHaveLength(0);
    expect(said.problems[0]).toMatchObject({ code: 'AGENT_EVENT_TOO_LARGE', params: { limit: 1000 } });
  });
  test('a client that goes away in the middle leaves nothing', async () => {
    const { source, processor, post, counters } = await http();
    const socket = connect(portOf(source), '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[{"body":"x"}]');
    await until(() => counters.OpenConnectionCount, (count) => count === 1);
    socket.destroy();
    expect(await post('[{"body":"y"}]')).toBe(200);
    expect(processor.bodies).toEqual(['y']);
  });
  test('a large request is taken whole', async () => {
    const { post, processor } = await http();
    const body = JSON.stringify(Array.from({ length: 60_000 }, (_, i) => ({ headers: { n: String(i) }, body: `body ${i} "with quotes" and [brackets] {here}\\` })));
    expect(await post(body)).toBe(200);
    expect(processor.events).toHaveLength(60_000);
    expect(processor.bodies[59_999]).toBe('body 59999 "with quotes" and [brackets] {here}\\');
  });
});

test('N16 http with blobs makes one event of a request, with parameters and content type', async () => {
  const { send, processor, post } = await http({ handler: 'org.apache.flume.sink.solr.morphline.BlobHandler', 'handler.maxBlobLength': 10 });
  expect((await send('POST', Buffer.from([0, 1, 255]), 'image/png', '/?a=1&b=two&a=3')).status).toBe(200);
  expect(processor.events[0]?.body).toEqual(Buffer.from([0, 1, 255]));
  expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toEqual({ 'Content-Type': 'image/png', a: '1', b: 'two' });
  expect(await post('x'.repeat(11))).toBe(413);
  await expect(makeSource('http', { port: 0, handler: 'com.x.Y' })).rejects.toMatchObject({ code: 'AGENT_UNKNOWN_TYPE' });
});

test('N15 others have turns while a large request is parsed', async () => {
  let turns = 0;
  let running = true;
  const turn = (): void => { turns += 1; if (running) setImmediate(turn); };
  setImmediate(turn);
  let count = 0;
  for await (const element of elementsOf(Buffer.from(`[${Array(5000).fill(`"${'x'.repeat(1000)}"`).join(',')}]`))) count += element.length > 0 ? 1 : 0;
  running = false;
  expect(count).toBe(5000);
  expect(turns).toBeGreaterThan(5);
});

test('N15 elements of an array are found whatever their texts hold', async () => {
  const values = [{ a: '],[{}"\\' }, 'plain "text"', [1, [2]], null, 3.5, { '}': '\\\\' }];
  const found: unknown[] = [];
  for await (const element of elementsOf(Buffer.from(` ${JSON.stringify(values, null, 2)}\n`))) found.push(JSON.parse(String(element)));
  expect(found).toEqual(values);
});
