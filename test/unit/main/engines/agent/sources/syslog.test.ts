import { afterEach, describe, expect, test } from 'vitest';
import { USUAL_FORMATS } from '../../../../../../main/engines/agent/sources/syslog/formats.ts';
import { keepFieldsOf } from '../../../../../../main/engines/agent/sources/syslog/keep-fields.ts';
import { Messages } from '../../../../../../main/engines/agent/sources/syslog/messages.ts';
import { parseSyslog } from '../../../../../../main/engines/agent/sources/syslog/parser.ts';
import { rfc3164Time, rfc5424Time } from '../../../../../../main/engines/agent/sources/syslog/timestamps.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { makeSource } from '../../../../../support/agent/probe.ts';
import { portOf, sendDatagrams, tcpClient, until } from '../../../../../support/agent/wires.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const HOST = 'ubuntu-11.cloudera.com';

function events(text: string, keep = 'none', eventSize = 2500): { headers: Record<string, string>; body: string }[] {
  const messages = new Messages({ eventSize, keep: keepFieldsOf(keep), formats: USUAL_FORMATS, now: () => NOW });
  return messages.add(Buffer.from(text)).map((event) => ({ headers: Object.fromEntries(event.headers), body: String(event.body) }));
}

describe('N6 heads of RFC 5424 and RFC 3164 become headers', () => {
  const local = (...parts: readonly [number, number, number, number, number, number]): number => new Date(...parts).getTime();
  test.each([
    ['no zone', `<10>1 2012-04-13T11:11:11 ${HOST} some msg`, local(2012, 3, 13, 11, 11, 11), HOST],
    ['Z', `<10>1 2012-04-13T11:11:11Z ${HOST} some msg`, Date.UTC(2012, 3, 13, 11, 11, 11), HOST],
    ['zone', `<10>1 2012-04-13T11:11:11+08:00 ${HOST} some msg`, Date.UTC(2012, 3, 13, 3, 11, 11), HOST],
    ['no version', `<10>2012-04-13T11:11:11+08:00 ${HOST} some msg`, Date.UTC(2012, 3, 13, 3, 11, 11), HOST],
    ['no time', `<10>1 - ${HOST} some msg`, null, HOST],
    ['no host', '<10>1 2012-04-13T11:11:11Z - some msg', Date.UTC(2012, 3, 13, 11, 11, 11), null],
    ['no host and no zone', '<10>1 2012-04-13T11:11:11 - some msg', local(2012, 3, 13, 11, 11, 11), null],
    ['milliseconds', `<10>1 2012-04-13T11:11:11.999 ${HOST} some msg`, new Date(2012, 3, 13, 11, 11, 11, 999).getTime(), HOST],
    ['microseconds', `<10>2014-10-03T17:20:01.123456-07:00 ${HOST} some msg`, Date.UTC(2014, 9, 4, 0, 20, 1, 123), HOST],
    ['RFC 3164', `<10>Oct  3 17:20:01 ${HOST} some msg`, new Date(2026, 9, 3, 17, 20, 1).getTime(), HOST],
    ['RFC 3164 with version', `<10>1 Oct 13 17:20:01 ${HOST} some msg`, new Date(2026, 9, 13, 17, 20, 1).getTime(), HOST],
  ] as const)('%s', (_, line, time, host) => {
    const [event] = events(`${line}\n`);
    expect(event?.body).toBe('some msg');
    expect(event?.headers).toMatchObject({ Facility: '1', Severity: '2', priority: '10' });
    expect(event?.headers['timestamp']).toBe(time === null ? undefined : String(time));
    expect(event?.headers['host']).toBe(host ?? undefined);
    expect(event?.headers['flume.syslog.status']).toBeUndefined();
  });
  test('a body that begins with a hyphen is no RFC 5424', () => {
    expect(events(`<10>Oct 03 17:20:01 ${HOST} - hyphen [07/Jun/2012:14:46:44 -0600]\n`)[0]).toMatchObject({ body: '- hyphen [07/Jun/2012:14:46:44 -0600]', headers: { host: HOST } });
  });
});

test('N7 a time without year is within eleven months before now and one after', () => {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const names = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
  for (let month = 0; month <= 13; month++) {
    const now = Date.UTC(2026, month, 15, 6);
    for (let offset = -10; offset <= 1; offset++) {
      const date = new Date(Date.UTC(2026, month + offset, offset === 1 ? 14 : 15, 6));
      const text = `${names[date.getUTCMonth()]} ${pad(date.getUTCDate())} ${pad(date.getUTCHours())}:00:00`;
      expect(rfc3164Time(text, now, true)).toBe(date.getTime());
    }
  }
});

test('N8 what is no syslog is an event marked Invalid, and does not harm the next', () => {
  const invalid = (body: string) => ({ headers: { Facility: '0', Severity: '0', 'flume.syslog.status': 'Invalid' }, body });
  for (const line of ['<10F> bad bad data', 'hi guys! <10> bad bad data', '<> bad bad data', '<123123123123123123> bad bad data']) expect(events(`${line}\n`)).toEqual([invalid(line)]);
  const good = { headers: { Facility: '1', Severity: '2' }, body: '<10>Good good data' };
  expect(events('hi <10F> bad\n<10>Good good data\nhi <20> bad\n\n<10>Good good data\n')).toEqual([invalid('hi <10F> bad'), good, invalid('hi <20> bad'), good]);
});

test('N9 what is longer than eventSize is cut and marked Incomplete', () => {
  expect(events('<10> bad bad data bad bad\n', 'none', 10)).toEqual([
    { headers: { Facility: '1', Severity: '2', 'flume.syslog.status': 'Incomplete' }, body: '<10> bad b' },
    { headers: { Facility: '0', Severity: '0', 'flume.syslog.status': 'Invalid' }, body: 'ad data ba' },
    { headers: { Facility: '0', Severity: '0', 'flume.syslog.status': 'Invalid' }, body: 'd bad' },
  ]);
  expect(events('<10>123456\n<11>x\n', 'none', 10).map(({ body }) => body)).toEqual(['<10>123456', '<11>x']);
});

test('N10 keepFields puts parts of the head back', () => {
  const line = `<10>1 2012-04-13T11:11:11+08:00 ${HOST} some msg`;
  const body = (keep: string): string => events(`${line}\n`, keep)[0]?.body ?? '';
  expect([body('none'), body('false'), body('hostname'), body('timestamp hostname'), body('priority timestamp hostname'), body('priority version timestamp hostname'), body('all'), body('true')]).toEqual([
    'some msg', 'some msg', `${HOST} some msg`, `2012-04-13T11:11:11+08:00 ${HOST} some msg`, `<10>2012-04-13T11:11:11+08:00 ${HOST} some msg`, line, line, line,
  ]);
});

test('N6 messages come together from pieces of any size', () => {
  const text = `<10>1 2012-04-13T11:11:11Z ${HOST} ä one\nbad\n<34>Oct 11 22:14:15 h two\n`;
  const whole = events(text);
  for (const size of [1, 3, 10]) {
    const messages = new Messages({ eventSize: 2500, keep: keepFieldsOf('none'), formats: USUAL_FORMATS, now: () => NOW });
    const bytes = Buffer.from(text);
    const made: string[] = [];
    for (let at = 0; at < bytes.length; at += size) made.push(...messages.add(bytes.subarray(at, at + size)).map(({ body }) => String(body)));
    expect(made).toEqual(whole.map(({ body }) => body));
  }
});

describe('N11 multiport_syslogtcp reads the examples of the RFCs', () => {
  test.each(['1985-04-12T23:20:50.52Z', '1985-04-12T19:20:50.52-04:00', '2003-10-11T22:14:15.003Z', '2003-08-24T05:14:15.000003-07:00', '2012-04-13T11:11:11-08:00', '2012-04-13T08:08:08.0001+00:00', '2012-04-13T08:08:08.251+00:00'])('%s', (text) => {
    expect(rfc5424Time(text)).toBe(Math.floor(Date.parse(text)));
  });
  test.each([
    ["<34>Oct 11 22:14:15 mymachine su: 'su root' failed", 'mymachine', "su: 'su root' failed"], ['<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!', '10.0.0.99', 'Use the BFG!'],
    ["<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - BOM'su root' failed", 'mymachine.example.com', "su - ID47 - BOM'su root' failed"],
    ['<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %%', '192.0.2.1', 'myproc 8710 - - %%'], ['<13>2003-08-24T05:14:15Z localhost snarf?', 'localhost', 'snarf?'], ['<13>1 - host x', 'host', 'x'],
  ])('%s', (message, host, data) => {
    expect(parseSyslog(message, keepFieldsOf('none'), NOW)).toMatchObject({ data });
    expect(parseSyslog(message, keepFieldsOf('none'), NOW)?.headers.get('host')).toBe(host);
    expect(parseSyslog(message, keepFieldsOf('all'), NOW)?.data).toBe(message);
    expect(parseSyslog(message, keepFieldsOf('hostname'), NOW)?.data).toBe(`${host} ${data}`);
  });
  test.each(['no', '<>x', '<1234567>x', '<x>Oct 11 22:14:15 h b', '<13>', '<13>2003-08-24T05:14:15 localhost x', '<13>2003-08-24 localhost', '<13>Oct 11', '<13>Oct 11 22:14:15 nohost', '<13>1 -'])('%s is none', (message) => {
    expect(parseSyslog(message, keepFieldsOf('none'), NOW)).toBeNull();
  });
});

// --- over the wire ---------------------------------------------------------------------------------------------------

const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0)) await end(); });

async function running(type: string, values: Record<string, string | number | boolean>) {
  const made = await makeSource(type, { host: '127.0.0.1', ...values });
  await made.source.start();
  ends.push(() => made.source.stop());
  return made;
}

test('N12 syslogtcp tells who sent it, and makes senders wait for full channels', async () => {
  const { source, processor, said } = await running('syslogtcp', { port: 0, clientIPHeader: 'ip', clientHostnameHeader: 'name' });
  processor.refuse = SluiceError.of('AGENT_CHANNEL_FULL', { channel: 'c', capacity: 1 });
  const client = await tcpClient(portOf(source));
  await client.send('<10>1 2012-04-13T11:11:11Z h one\n<10>two\n');
  await until(() => said.problems.length, (count) => count > 0);
  processor.refuse = null;
  await until(() => processor.events.length, (count) => count === 2);
  expect(processor.bodies).toEqual(['one', '<10>two']);
  expect(processor.events[0]?.headers.get('ip')).toBe('127.0.0.1');
  expect(processor.events[0]?.headers.get('name')).toBeTruthy();
  client.end();
});

test('N12 format.* reads heads of one\'s own', async () => {
  const { source, processor } = await running('syslogtcp', { port: 0, 'format.regex': '<(\\d+)>(\\d*)\\|([^|]+)\\|([^|]+)\\|(.*)', 'format.search': '/', 'format.replace': '-', 'format.dateFormat': "yyyy-MM-dd HH:mm:ss" });
  const client = await tcpClient(portOf(source));
  await client.send('<10>|2012/04/13 11:11:11|web1|some msg\n');
  await until(() => processor.events.length, (count) => count === 1);
  expect(processor.bodies).toEqual(['some msg']);
  expect(Object.fromEntries(processor.events[0]?.headers ?? [])).toMatchObject({ host: 'web1', timestamp: String(new Date(2012, 3, 13, 11, 11, 11).getTime()) });
  client.end();
});

test('N13 syslogudp makes one event of a datagram', async () => {
  const { source, processor, counters } = await running('syslogudp', { port: 0 });
  await sendDatagrams(portOf(source), ['<10>1 2012-04-13T11:11:11Z h one\n', '', '<10>two\nrest', 'bad']);
  await until(() => processor.events.length + counters.EventReadFail, (count) => count === 4);
  expect(processor.bodies).toEqual(['one', '<10>two', 'bad']);
});

test('N14 multiport_syslogtcp tells the port, and reads each in its character set', async () => {
  const probe = await running('multiport_syslogtcp', { ports: '0' });
  const [free] = (probe.source as unknown as { localPorts: number[] }).localPorts;
  await probe.source.stop();
  const { source, processor, counters } = await running('multiport_syslogtcp', { ports: `0 ${free}`, portHeader: 'port', [`charset.port.${free}`]: 'ISO-8859-1', eventSize: 60 });
  const [first] = (source as unknown as { localPorts: number[] }).localPorts;
  const one = await tcpClient(first as number);
  await one.send('<13>2003-08-24T05:14:15Z localhost grün\n\nno syslog\n');
  await until(() => processor.events.length, (count) => count === 2);
  const two = await tcpClient(free as number);
  await two.send(Buffer.from(`<13>2003-08-24T05:14:15Z localhost grün ${'x'.repeat(60)}\n`, 'latin1'));
  await until(() => processor.events.length, (count) => count === 4);
  expect(processor.bodies.slice(0, 2)).toEqual(['grün', 'no syslog']);
  expect(processor.events[2]?.body).toEqual(Buffer.from(`grün ${'x'.repeat(20)}`, 'latin1')); // bodies stay in the set of the port
  expect(processor.events.map(({ headers }) => [headers.get('port'), headers.get('flume.syslog.status')])).toEqual([[String(first), undefined], [String(first), 'Invalid'], [String(free), 'Incomplete'], [String(free), 'Invalid']]);
  expect(processor.events[0]?.headers.get('Priority')).toBe('13');
  expect(counters.EventReadFail).toBe(3);
  one.end();
  two.end();
});
