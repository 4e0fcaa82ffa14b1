import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { BucketPath } from '../../../../../../../main/engines/agent/sinks/hdfs/bucket-path.ts';
import { Calendar } from '../../../../../../../main/engines/agent/sinks/hdfs/calendar.ts';

const TIME = Date.UTC(2012, 5, 3, 23, 8, 9, 123); // a Sunday
const calendar = (zone: string): Calendar => new Calendar('a1.sinks.k1', 'hdfs.timeZone', zone);

function path(template: string, headers: Readonly<Record<string, string>> = {}, zone = 'UTC', round: ConstructorParameters<typeof BucketPath>[2]['round'] = null): string {
  return new BucketPath(template, 'hdfs.path', { component: 'a1.sinks.k1', calendar: calendar(zone), round, now: null }).of(new Map(Object.entries({ timestamp: String(TIME), ...headers })));
}

test('F50 every letter is what Java writes for it', () => {
  const letters: Readonly<Record<string, string>> = {
    a: 'Sun', A: 'Sunday', b: 'Jun', B: 'June', c: 'Sun Jun 3 23:08:09 2012', d: '03', e: '3', D: '06/03/12', H: '23', I: '11', j: '155', k: '23', l: '11', m: '06', M: '08', n: '6',
    p: 'PM', s: String(Math.floor(TIME / 1000)), S: '09', t: String(TIME), y: '12', Y: '2012', z: '+0000', x: '',
  };
  for (const [letter, text] of Object.entries(letters)) expect(path(`/x/%${letter}/y`), letter).toBe(`/x/${text}/y`);
});

test('F50 headers and this host are put in; a header that is missing is nothing', () => {
  expect(path('/a/%{kind}/%{x.y-z}/%{none}-%d', { kind: 'web', 'x.y-z': '1' })).toBe('/a/web/1/-03');
  expect(path('/%[localhost]/%[FQDN]')).toBe(`/${hostname()}/${hostname()}`);
  expect(path('/%[IP]')).toMatch(/^\/\d+\.\d+\.\d+\.\d+$/);
  expect(() => path('/%[nothing]')).toThrow(/AGENT_KEY/);
});

test('F50 times are those of the zone, with its summer time', () => {
  expect(path('%Y-%m-%d %H:%M %z', {}, 'America/Los_Angeles')).toBe('2012-06-03 16:08 -0700');
  expect(path('%d %H:%M %z', {}, 'Asia/Kolkata')).toBe('04 04:38 +0530');
  expect(path('%d %H %z', {}, 'GMT+8')).toBe('04 07 +0800');
  expect(path('%H %z', { timestamp: String(Date.UTC(2012, 0, 3, 12)) }, 'Europe/Berlin')).toBe('13 +0100');
  expect(() => calendar('Nowhere/City')).toThrow(/AGENT_KEY/);
});

test('F50 times are rounded down within the next larger unit, in the zone', () => {
  expect(path('%H%M%S', {}, 'UTC', { value: 5, unit: 'second' })).toBe('230805');
  expect(path('%H%M%S', {}, 'UTC', { value: 5, unit: 'minute' })).toBe('230500');
  expect(path('%H%M%S', {}, 'UTC', { value: 6, unit: 'hour' })).toBe('180000');
  expect(path('%H%M', {}, 'Asia/Kolkata', { value: 1, unit: 'hour' })).toBe('0400');
  expect(path('%t', {}, 'UTC', { value: 1, unit: 'minute' })).toBe(String(Date.UTC(2012, 5, 3, 23, 8)));
});

test('F50 a date without a time is an error that names the header', () => {
  const bare = new BucketPath('/%Y', 'hdfs.path', { component: 'a1.sinks.k1', calendar: calendar('UTC'), round: null, now: null });
  expect(() => bare.of(new Map())).toThrow(/AGENT_HEADER.*timestamp/);
  expect(() => bare.of(new Map([['timestamp', 'soon']]))).toThrow(/AGENT_HEADER/);
  expect(new BucketPath('/%{timestamp}', 'hdfs.path', { component: '', calendar: calendar('UTC'), round: null, now: null }).of(new Map())).toBe('/');
  expect(new BucketPath('/%Y', 'hdfs.path', { component: '', calendar: calendar('UTC'), round: null, now: () => TIME }).of(new Map())).toBe('/2012');
});
