import { describe, expect, test } from 'vitest';
import { event, makeInterceptor, testClock, testPorts } from '../../../../../support/agent/probe.ts';
import type { Event } from '../../../../../../main/engines/agent/event/event.ts';

const headersOf = (events: readonly Event[]): Record<string, string>[] => events.map(({ headers }) => Object.fromEntries(headers));
async function headers(type: string, values: Record<string, string | number | boolean>, events: readonly Event[]): Promise<Record<string, string>[]> {
  return headersOf(await (await makeInterceptor(type, values)).intercept(events));
}
async function bodies(type: string, values: Record<string, string | number | boolean>, ...events: string[]): Promise<string[]> {
  return (await (await makeInterceptor(type, values)).intercept(events.map((body) => event(body)))).map(({ body }) => String(body));
}

describe('I30 timestamp', () => {
  const run = async (values: Record<string, string | boolean>) => headersOf(await (await makeInterceptor('timestamp', values, testPorts({ clock: testClock(1234) }))).intercept([event('a', { timestamp: '1' })]));
  test('puts the time in milliseconds', async () => { expect(await run({})).toEqual([{ timestamp: '1234' }]); });
  test('keeps what is there', async () => { expect(await run({ preserveExisting: true })).toEqual([{ timestamp: '1' }]); });
  test('under another name', async () => { expect(await run({ headerName: 'ts' })).toEqual([{ timestamp: '1', ts: '1234' }]); });
});

test('I31 host puts the address or the name', async () => {
  const [byAddress] = await headers('host', {}, [event('a')]);
  expect(byAddress?.['host']).toMatch(/^[\d.]+$|:/);
  const [byName] = await headers('org.apache.flume.interceptor.HostInterceptor$Builder', { useIP: false, hostHeader: 'h' }, [event('a')]);
  expect(byName?.['h']).toBeTruthy();
  expect(await headers('host', { preserveExisting: true }, [event('a', { host: 'x' })])).toEqual([{ host: 'x' }]);
});

test('I32 static keeps an existing header unless it is told not to', async () => {
  expect(await headers('static', {}, [event('a')])).toEqual([{ key: 'value' }]);
  expect(await headers('static', { key: 'dc', value: 'b' }, [event('a', { dc: 'a' })])).toEqual([{ dc: 'a' }]);
  expect(await headers('static', { key: 'dc', value: 'b', preserveExisting: false }, [event('a', { dc: 'a' })])).toEqual([{ dc: 'b' }]);
});

test('I33 remove_header removes by name, by list and by pattern of the whole name', async () => {
  const of = (): Event[] => [event('a', { one: '1', two: '2', three: '3', four: '4' })];
  expect(await headers('remove_header', { withName: 'one' }, of())).toEqual([{ two: '2', three: '3', four: '4' }]);
  expect(await headers('remove_header', { fromList: 'one , three' }, of())).toEqual([{ two: '2', four: '4' }]);
  expect(await headers('remove_header', { fromList: 'one|three', fromListSeparator: '\\|' }, of())).toEqual([{ two: '2', four: '4' }]);
  expect(await headers('remove_header', { matching: 't.*' }, of())).toEqual([{ one: '1', four: '4' }]);
  expect(await headers('remove_header', { matching: 'o' }, of())).toEqual(headersOf(of()));
  await expect(makeInterceptor('remove_header', { matching: '(' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'matching' } });
});

test('I34 search_replace replaces with groups, in the character set of the body', async () => {
  expect(await bodies('search_replace', { searchPattern: '^prefix', replaceString: '' }, 'prefix non-prefix suffix')).toEqual([' non-prefix suffix']);
  expect(await bodies('search_replace', { searchPattern: 'The quick brown ([a-z]+) jumped over the lazy ([a-z]+)', replaceString: 'The hungry $2 ate the careless $1' }, 'The quick brown fox jumped over the lazy dog')).toEqual(['The hungry dog ate the careless fox']);
  const [latin] = await (await makeInterceptor('search_replace', { searchPattern: 'ä', replaceString: 'ae', charset: 'ISO-8859-1' })).intercept([event(Buffer.from('ä\u0080', 'latin1'), { k: 'v' })]);
  expect(latin?.body).toEqual(Buffer.from('ae\u0080', 'latin1'));
  expect(latin?.headers.get('k')).toBe('v');
  await expect(makeInterceptor('search_replace', {})).rejects.toMatchObject({ code: 'AGENT_KEY' });
  await expect(makeInterceptor('search_replace', { searchPattern: 'a', replaceString: '$1' })).rejects.toMatchObject({ code: 'AGENT_KEY', params: { key: 'replaceString' } });
});

test('I35 regex_filter finds anywhere in the body and lets those pass, or the others', async () => {
  expect(await bodies('regex_filter', {}, 'any', '')).toEqual(['any', '']);
  expect(await bodies('regex_filter', { regex: '(INFO.*)|(WARNING.*)' }, '2 INFO a', 'WARNING b', 'DEBUG c')).toEqual(['2 INFO a', 'WARNING b']);
  expect(await bodies('regex_filter', { regex: '.*DEBUG.*', excludeEvents: true }, 'INFO a', 'x DEBUG')).toEqual(['INFO a']);
});

describe('I36 regex_extractor', () => {
  const three = { regex: '(\\d):(\\d):(\\d)', serializers: 's1 s2 s3', 'serializers.s1.name': 'one', 'serializers.s2.name': 'two', 'serializers.s3.name': 'three' };
  test('makes headers of groups', async () => {
    expect(await headers('regex_extractor', three, [event('1:2:3.4foobar5'), event('none')])).toEqual([{ one: '1', two: '2', three: '3' }, {}]);
    expect(await headers('regex_extractor', { ...three, serializers: 's1 s2' }, [event('1:2:3')])).toEqual([{ one: '1', two: '2' }]);
  });
  test('makes times of dates', async () => {
    const values = { regex: '^(?:\\n)?(\\d\\d\\d\\d-\\d\\d-\\d\\d\\s\\d\\d:\\d\\d)', serializers: 's1', 'serializers.s1.type': 'org.apache.flume.interceptor.RegexExtractorInterceptorMillisSerializer', 'serializers.s1.name': 'timestamp', 'serializers.s1.pattern': 'yyyy-MM-dd HH:mm' };
    expect(await headers('regex_extractor', values, [event('2012-10-17 14:34 rest')])).toEqual([{ timestamp: String(new Date(2012, 9, 17, 14, 34).getTime()) }]);
    await expect(headers('regex_extractor', values, [event('2012-13-17 14:34')])).rejects.toMatchObject({ code: 'AGENT_TRANSFORM' });
  });
  test('says what is missing', async () => {
    await expect(makeInterceptor('regex_extractor', { regex: '' })).rejects.toMatchObject({ code: 'AGENT_KEY' });
    await expect(makeInterceptor('regex_extractor', { regex: 'a', serializers: 's' })).rejects.toMatchObject({ params: { key: 'serializers.s.name' } });
    await expect(makeInterceptor('regex_extractor', { regex: 'a', serializers: 's', 'serializers.s.name': 'n', 'serializers.s.type': 'com.x.Y' })).rejects.toMatchObject({ code: 'AGENT_UNKNOWN_TYPE' });
  });
});

test('I37 UUID gives every event one of its own, and keeps one that is there', async () => {
  const made = await headers('org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder', { prefix: 'p-' }, [event('a'), event('b'), event('c', { id: 'own' })]);
  expect(made[0]?.['id']).toMatch(/^p-[0-9a-f]{8}-/);
  expect(made[1]?.['id']).not.toBe(made[0]?.['id']);
  expect(made[2]).toEqual({ id: 'own' });
});

test('I34 others have turns while a large batch is worked on', async () => {
  const interceptor = await makeInterceptor('search_replace', { searchPattern: '[a-m]+', replaceString: '-' });
  let turns = 0;
  let running = true;
  const turn = (): void => { turns += 1; if (running) setImmediate(turn); };
  setImmediate(turn);
  const text = 'some text to look at, over and over. '.repeat(100);
  const made = await interceptor.intercept(Array.from({ length: 2000 }, () => event(text)));
  running = false;
  expect(made).toHaveLength(2000);
  expect(turns).toBeGreaterThan(3);
});
