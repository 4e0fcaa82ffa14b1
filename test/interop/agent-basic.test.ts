// The same configuration run by a real Flume 1.11 and by us, the same bytes sent to both: files, printed lines and answers must be equal.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect as tlsConnect } from 'node:tls';
import avsc from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAgent, type RunningAgent } from '../../main/engines/agent/runner/agent.ts';
import { freePort } from '../peers/peer-process.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { configure } from '../support/agent/configure.ts';
import { makeFlumeStores, type FlumeStores } from '../support/agent/flume-stores.ts';
import { testPorts } from '../support/agent/probe.ts';
import { sendDatagrams, tcpClient } from '../support/agent/wires.ts';

const problem = peerProblem('flume');
const TCP = ['nc', 'ncu', 'st', 'sk', 'mp', 'mq', 'js', 'bl', 'hs', 'ss'] as const;
/** Ports of the test's own servers, and one that nothing has. */
const OUT = ['post', 'irc', 'none'] as const;
const UDP = ['nu', 'su'] as const;
type Port = (typeof TCP)[number] | (typeof UDP)[number] | (typeof OUT)[number];
type Ports = Readonly<Record<Port, number>>;

/** Channel -> how its file is written. */
const FILES = {
  nc: 'text', ncu: 'text', st: 'header_and_text', sk: 'header_and_text', mp: 'header_and_text', mq: 'header_and_text', js: 'avro_event', nu: 'text', su: 'header_and_text',
  ex: 'header_and_text', e2: 'header_and_text', t1: 'text', t2: 'text', m1: 'header_and_text', m2: 'header_and_text', md: 'header_and_text',
  hs: 'header_and_text', ss: 'header_and_text', fo: 'text', la: 'text', lb: 'text',
} as const;
type File = keyof typeof FILES;

function config(ports: Ports, dir: string, { keyStore, password }: FlumeStores): string {
  const lines = [
    'sources = nc ncu st sk mp mq js nu su ex sq mu hs ss pr', `channels = lg po ir ${Object.keys(FILES).join(' ').replace(' lb', '')}`, `sinks = lg po ir fx ${Object.keys(FILES).join(' ')}`, 'sinkgroups = gf gl',
    `sources.nc.type = netcat`, `sources.nc.bind = 127.0.0.1`, `sources.nc.port = ${ports.nc}`, 'sources.nc.max-line-length = 40', 'sources.nc.channels = nc lg',
    'sources.ncu.type = netcat', 'sources.ncu.bind = 127.0.0.1', `sources.ncu.port = ${ports.ncu}`, 'sources.ncu.encoding = UTF-16LE', 'sources.ncu.ack-every-event = false', 'sources.ncu.channels = ncu',
    'sources.nu.type = netcatudp', 'sources.nu.bind = 127.0.0.1', `sources.nu.port = ${ports.nu}`, 'sources.nu.remoteAddress = from', 'sources.nu.channels = nu',
    'sources.st.type = syslogtcp', 'sources.st.host = 127.0.0.1', `sources.st.port = ${ports.st}`, 'sources.st.eventSize = 120', 'sources.st.clientIPHeader = ip', 'sources.st.channels = st',
    'sources.sk.type = syslogtcp', 'sources.sk.host = 127.0.0.1', `sources.sk.port = ${ports.sk}`, 'sources.sk.keepFields = priority timestamp hostname', 'sources.sk.channels = sk',
    'sources.mp.type = multiport_syslogtcp', 'sources.mp.host = 127.0.0.1', `sources.mp.ports = ${ports.mp}`, 'sources.mp.eventSize = 120', 'sources.mp.channels = mp',
    'sources.mq.type = multiport_syslogtcp', 'sources.mq.host = 127.0.0.1', `sources.mq.ports = ${ports.mq}`, `sources.mq.charset.port.${ports.mq} = ISO-8859-1`, 'sources.mq.keepFields = all', 'sources.mq.channels = mq',
    'sources.su.type = syslogudp', 'sources.su.host = 127.0.0.1', `sources.su.port = ${ports.su}`, 'sources.su.channels = su',
    'sources.js.type = http', 'sources.js.bind = 127.0.0.1', `sources.js.port = ${ports.js}`, 'sources.js.channels = js lg',
    // interceptors, on the lines of a program
    'sources.ex.type = exec', 'sources.ex.shell = /bin/sh -c', `sources.ex.command = printf '${EXEC_LINES}'`, 'sources.ex.channels = ex e2', 'sources.ex.selector.optional = e2',
    'sources.ex.interceptors = f s x m g r z', 'sources.ex.interceptors.f.type = regex_filter', 'sources.ex.interceptors.f.regex = ^drop', 'sources.ex.interceptors.f.excludeEvents = true',
    'sources.ex.interceptors.s.type = static', 'sources.ex.interceptors.s.key = dc', 'sources.ex.interceptors.s.value = east',
    'sources.ex.interceptors.x.type = regex_extractor', 'sources.ex.interceptors.x.regex = (?i)level=(\\\\w+)\\\\s*(?:user=)?(\\\\S*+)', 'sources.ex.interceptors.x.serializers = a b', 'sources.ex.interceptors.x.serializers.a.name = level', 'sources.ex.interceptors.x.serializers.b.name = user',
    'sources.ex.interceptors.m.type = regex_extractor', 'sources.ex.interceptors.m.regex = ^(\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d \\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d)', 'sources.ex.interceptors.m.serializers = t',
    'sources.ex.interceptors.m.serializers.t.type = org.apache.flume.interceptor.RegexExtractorInterceptorMillisSerializer', 'sources.ex.interceptors.m.serializers.t.name = timestamp', 'sources.ex.interceptors.m.serializers.t.pattern = yyyy-MM-dd HH:mm:ss',
    'sources.ex.interceptors.g.type = static', 'sources.ex.interceptors.g.key = gone', 'sources.ex.interceptors.r.type = remove_header', 'sources.ex.interceptors.r.fromList = nothing, gone',
    'sources.ex.interceptors.z.type = search_replace', 'sources.ex.interceptors.z.searchPattern = (\\\\d{4})-(\\\\d\\\\d)-(\\\\d\\\\d)', 'sources.ex.interceptors.z.replaceString = $3.$2.$1',
    'sources.sq.type = seq', 'sources.sq.totalEvents = 101', 'sources.sq.channels = t1 t2',
    // a selector, on JSON by the other handler's cousin
    'sources.mu.type = http', 'sources.mu.bind = 127.0.0.1', `sources.mu.port = ${ports.bl}`, 'sources.mu.channels = m1 m2 md', 'sources.mu.selector.type = multiplexing', 'sources.mu.selector.header = to',
    'sources.mu.selector.mapping.one = m1', 'sources.mu.selector.mapping.both = m1 m2', 'sources.mu.selector.optional.one = m2 m1', 'sources.mu.selector.default = md',
    // TLS, by the old spellings and the new
    'sources.hs.type = http', 'sources.hs.bind = 127.0.0.1', `sources.hs.port = ${ports.hs}`, 'sources.hs.enableSSL = true', `sources.hs.keystore = ${keyStore}`, `sources.hs.keystorePassword = ${password}`, 'sources.hs.channels = hs',
    'sources.ss.type = syslogtcp', 'sources.ss.host = 127.0.0.1', `sources.ss.port = ${ports.ss}`, 'sources.ss.ssl = true', `sources.ss.keystore = ${keyStore}`, `sources.ss.keystore-password = ${password}`, 'sources.ss.channels = ss',
    // sinks with a far side, and groups
    'sources.pr.type = exec', "sources.pr.command = printf a\\\\nb\\\\nc\\\\n", 'sources.pr.channels = po ir fo la',
    'channels.po.type = memory', 'sinks.po.type = http', 'sinks.po.channel = po', `sinks.po.endpoint = http://127.0.0.1:${ports.post}/in`, 'sinks.po.rollback.2XX = false', 'sinks.po.backoff.2XX = false', 'sinks.po.rollback.404 = false', 'sinks.po.backoff.404 = false',
    'channels.ir.type = memory', 'sinks.ir.type = irc', 'sinks.ir.channel = ir', 'sinks.ir.hostname = 127.0.0.1', `sinks.ir.port = ${ports.irc}`, 'sinks.ir.nick = flume', 'sinks.ir.user = flume', 'sinks.ir.name = flume', 'sinks.ir.chan = c',
    'sinks.fx.type = avro', 'sinks.fx.hostname = 127.0.0.1', `sinks.fx.port = ${ports.none}`, 'sinks.fx.channel = fo',
    'sinkgroups.gf.sinks = fx fo', 'sinkgroups.gf.processor.type = failover', 'sinkgroups.gf.processor.priority.fx = 10', 'sinkgroups.gf.processor.priority.fo = 5',
    'sinkgroups.gl.sinks = la lb', 'sinkgroups.gl.processor.type = load_balance', 'sinkgroups.gl.processor.backoff = true', 'sinks.la.sink.batchSize = 1', 'sinks.lb.sink.batchSize = 1',
    'channels.lg.type = memory', 'channels.lg.capacity = 1000', 'sinks.lg.type = logger', 'sinks.lg.channel = lg',
    ...Object.entries(FILES).flatMap(([name, serializer]) => [
      `channels.${name}.type = memory`, `channels.${name}.capacity = 1000`,
      `sinks.${name}.type = file_roll`, `sinks.${name}.channel = ${name === 'lb' ? 'la' : name}`, `sinks.${name}.sink.directory = ${dir}/${name}`, `sinks.${name}.sink.rollInterval = 0`, `sinks.${name}.sink.serializer = ${serializer}`,
    ]),
  ];
  return lines.map((line) => `a1.${line}\n`).join('');
}

const EXEC_LINES = '2024-02-29 12:34:56 level=INFO user=ann done\\\\ndrop me\\\\nLEVEL=warn\\\\r\\\\nplain\\\\n\\\\nno end';

interface Side {
  readonly ports: Ports;
  readonly dir: string;
  /** "Event: ..." of the logger sink. */
  printed(): readonly string[];
}

const written = ({ dir }: Side, file: File): Buffer => Buffer.concat(readdirSync(join(dir, file)).sort().map((name) => readFileSync(join(dir, file, name))));
const linesOf = (side: Side, file: File): string[] => written(side, file).toString('latin1').split('\n').slice(0, -1).map(inOrder);
/** Headers by name: in Flume their order depends on how a map grew. */
const inOrder = (line: string): string => line.replace(/^\{([^}]*)\} /, (_, headers: string) => `{${notStale(headers.split(', ')).sort().join(', ')}} `);
/** Flume's syslogtcp leaves priority and version of the last good message on an invalid one. */
const notStale = (headers: string[]): string[] => (headers.includes('flume.syslog.status=Invalid') ? headers.filter((header) => !/^(priority|version)=/.test(header)) : headers);

/** Waits until both sides have `count` lines, and answers them. */
async function both(sides: readonly Side[], count: number, look: (side: Side) => readonly string[] | Promise<readonly string[]>): Promise<readonly (readonly string[])[]> {
  for (const end = Date.now() + 15_000; ;) {
    const seen = await Promise.all(sides.map(look));
    if (seen.every((lines) => lines.length >= count)) return seen;
    if (Date.now() > end) throw new Error(`${count} are wanted: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

describe.skipIf(problem)(`as Flume does${problem ? ` (${problem})` : ''}`, () => {
  const root = mkdtempSync(join(tmpdir(), 'agent-basic-'));
  let flume: RunningPeer<'flume'>;
  let ours: RunningAgent;
  let sides: [Side, Side];
  /** What came to servers of the test, by port. */
  const far = new Map<number, Far>();
  /** Of both sides. */
  const answers = new Map<Port, string[]>();

  beforeAll(async () => {
    const made: Ports[] = [];
    for (let i = 0; i < 2; i++) made.push(Object.fromEntries(await Promise.all([...TCP, ...UDP, ...OUT].map(async (name) => [name, await freePort()]))) as unknown as Ports);
    const [theirs, own] = made as [Ports, Ports];
    for (const side of ['flume', 'ours']) for (const name of Object.keys(FILES)) mkdirSync(join(root, side, name), { recursive: true });
    const stores = makeFlumeStores(root);
    for (const ports of made) {
      far.set(ports.post, await answering(ports.post));
      far.set(ports.irc, await listening(ports.irc));
    }
    flume = await startPeer('flume', { config: config(theirs, join(root, 'flume'), stores), ports: TCP.map((name) => theirs[name]) });
    const ports = testPorts();
    ours = await startAgent(configure(config(own, join(root, 'ours'), stores)), ports);
    const ourLines = (): string[] => ports.printed.flatMap((line) => line.split('\n')).filter((line) => line.includes('Event: ') || /^[0-9A-F]{8} /.test(line));
    const theirLines = (): string[] => readFileSync(flume.log, 'utf8').split('\n').flatMap((line) => (/^[0-9A-F]{8} /.test(line) ? [line] : line.includes('Event: {') ? [line.slice(line.indexOf('Event: {'))] : []));
    sides = [{ ports: theirs, dir: join(root, 'flume'), printed: theirLines }, { ports: own, dir: join(root, 'ours'), printed: ourLines }];
    await sendAll();
  }, 120_000);
  afterAll(async () => {
    await ours?.stop();
    if (flume) process.kill(flume.pid, 'SIGKILL');
    await flume?.stop();
    for (const server of far.values()) server.close();
    rmSync(root, { recursive: true, force: true });
  });

  /** Both have the same lines, in the same order. */
  async function same(file: File, count: number, order = (lines: readonly string[]): readonly string[] => lines): Promise<readonly string[]> {
    const [theirs, own] = await both(sides, count, (side) => order(linesOf(side, file)));
    expect(own).toEqual(theirs);
    return own as readonly string[];
  }
  test('N2 netcat answers and keeps lines alike, also one that is too long', async () => {
    expect(answers.get('nc')?.[1]).toBe(answers.get('nc')?.[0]);
    expect(answers.get('nc')?.[0]).toContain('FAILED');
    await same('nc', 4);
    await same('ncu', 2);
  });
  test('N3 netcatudp', async () => { await same('nu', 3); });
  test('N6 syslogtcp', async () => {
    await same('st', 15, (lines) => [...lines].sort()); // two connections have no order between them
    await same('sk', 3);
  });
  test('N11 multiport_syslogtcp', async () => {
    await same('mp', 9);
    await same('mq', 1);
  });
  test('N13 syslogudp', async () => { await same('su', 4); });
  test('N15 http answers alike, and containers of events hold the same', async () => {
    expect(answers.get('js')?.[1]).toBe(answers.get('js')?.[0]);
    expect(answers.get('js')?.[0]).toBe('200 200 400 400 400 400 500 500 500 200 500 403');
    const [theirs, own] = await both(sides, 4, (side) => containerLines(written(side, 'js')));
    expect(own).toEqual(theirs);
  });
  test('I40 multiplexing goes the same ways', async () => {
    await same('m1', 2);
    await same('m2', 2);
    await same('md', 4);
  });
  test('N4 exec and all interceptors', async () => {
    const lines = await same('ex', 5);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain('29.02.2024 12:34:56 level=INFO user=ann done');
    await same('e2', 5);
  });
  test('N1 seq counts alike into two channels', async () => {
    expect(await same('t1', 101)).toHaveLength(101);
    await same('t2', 101);
  });
  test('N15 http and N12 syslogtcp over TLS', async () => {
    await same('hs', 1);
    await same('ss', 1);
  });
  test('N23 the http sink sends the same again and goes on alike', async () => {
    const [theirs, own] = await both(sides, 4, ({ ports }) => (far.get(ports.post) as Far).came);
    expect(own).toEqual(theirs);
    expect(own).toEqual(['a', 'a', 'b', 'c']);
  });
  test('N25 the irc sink says the same', async () => {
    const [theirs, own] = await both(sides, 3, ({ ports }) => (far.get(ports.irc) as Far).came);
    expect(own).toEqual(theirs);
  });
  test('I50 failover falls back alike, I51 load_balance delivers all', async () => {
    expect(await same('fo', 3)).toEqual(['a', 'b', 'c']);
    for (const lines of await both(sides, 3, (side) => [...linesOf(side, 'la'), ...linesOf(side, 'lb')].sort())) expect(lines).toEqual(['a', 'b', 'c']);
  });
  test('N20 the logger prints the same lines', async () => {
    const [theirs, own] = await both(sides, 8, (side) => side.printed());
    expect(own).toEqual(theirs);
  });

  /** All that is sent, to one side and then to the other. */
  async function sendAll(): Promise<void> {
    const now = new Date();
    const short = `${now.toLocaleString('en', { month: 'short', timeZone: 'UTC' })} ${String(now.getUTCDate()).padStart(2, ' ')} 01:02:03`;
    const wide = Buffer.from('größe 漢字\nzwei\n', 'utf16le');
    for (const side of sides) {
      const { ports } = side;
      const client = await tcpClient(ports.nc);
      await client.send('one\ntwo \u00e9\r\n');
      await client.until((text) => text === 'OK\nOK\n');
      await client.send(`\n${'x'.repeat(39)}\n`);
      await client.until((text) => text === 'OK\n'.repeat(4));
      await client.send('y'.repeat(60));
      await client.ended;
      answer('nc', client.received());
      await send(ports.ncu, wide.subarray(0, 5), wide.subarray(5));
      await sendDatagrams(ports.nu, ['first\nrest', 'second', 'dritte ü\n']);
      await send(ports.st, 'no syslog at all\n<10F> bad\n<> bad\n<1234> bad\n<13>only a body\n\n<13>x\r\n'); // on a connection of their own: see notStale
      await send(ports.st,
        `<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - grün\n<165>1 2003-08-24T05:14:15+08:00 192.0.2.1 myproc\n<10>1 - host msg\n<10>1 2012-04-13T11:11:11Z - msg\n<10>2012-04-13T11:11:11 host msg\n<34>${short} mymachine su: failed\n<34>1 ${short} h - hyphen\n`,
        `<13>1 2003-08-24T05:14:15Z h ${'x'.repeat(200)}\n`);
      await send(ports.sk, `<34>1 2003-10-11T22:14:15Z mymachine su - ID47\n<10>1 - host msg\n<34>${short} mymachine su: failed\n`);
      await send(ports.mp,
        `<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - grün\n<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc\n<13>2003-08-24T05:14:15Z localhost snarf?\n<34>${short} mymachine su: failed\n<0>no head\nno syslog\n<13>2003-08-24T05:14:15 localhost no zone\n`,
        `<13>2003-08-24T05:14:15Z localhost ${'x'.repeat(150)}\n`);
      await send(ports.mq, Buffer.from('<13>2003-08-24T05:14:15Z localhost grün\n', 'latin1'));
      await sendDatagrams(ports.su, ['no syslog', '<13>body only\n', '<34>1 2003-10-11T22:14:15Z mymachine su: x\nrest', '<34>1 2003-10-11T22:14:15+02:00 h y']);
      const statuses: number[] = [];
      for (const [body, type, method] of REQUESTS) statuses.push(await post(ports.js, body, type, method));
      answer('js', statuses.join(' '));
      const events = ['one', 'both', 'other', '', ' '].map((to, i) => ({ headers: { to }, body: `b${i}` }));
      expect(await overTls(ports.hs, '[{"body":"secret","headers":{"k":"v"}}]')).toBe(200);
      await sendTls(ports.ss, '<10>1 2012-04-13T11:11:11Z h over tls\n');
      expect(await post(ports.bl, JSON.stringify([...events, { body: 'none' }]), 'application/json')).toBe(200);
    }
  }

  function answer(of: Port, text: string): void {
    answers.set(of, [...(answers.get(of) ?? []), text]);
  }
});

const REQUESTS: readonly (readonly [string | Buffer, string, string?])[] = [
  ['[{"headers":{"a":"b","zz":"1","n":5,"t":true},"body":"first é"},{"body":""},{"headers":{"x":"y"}}]', 'application/json'], ['[]', 'application/json'], ['{"a":1}', 'application/json'], ['[{"body":', 'application/json'],
  ['[{"body":{}}]', 'application/json'], ['[{"headers":{"a":{}},"body":"x"}]', 'application/json'], ['', 'application/json'], ['[null]', 'application/json'], ['[]', 'application/json; charset=ISO-8859-1'],
  [Buffer.from('\uFEFF[{"body":"bödy"}]', 'utf16le').swap16(), 'application/json; charset=UTF-16'], ['', 'text/plain', 'GET'], ['', 'text/plain', 'OPTIONS'],
];

async function post(port: number, body: string | Buffer, type: string, method = 'POST'): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method, headers: { 'Content-Type': type }, ...(method === 'POST' ? { body: body as string } : {}) });
  await response.arrayBuffer();
  return response.status;
}

/** A server of the test, and what it was sent. */
interface Far { readonly came: string[]; close(): void }

/** Answers 503 first, and to "b" 404. */
async function answering(port: number): Promise<Far> {
  const came: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => { body += String(part); });
    request.on('end', () => { response.writeHead(came.push(body) === 1 ? 503 : body === 'b' ? 404 : 200).end('x'); });
  });
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return { came, close: () => { server.closeAllConnections(); server.close(); } };
}

/** Lets in, answers pings, keeps what is said. */
async function listening(port: number): Promise<Far> {
  const came: string[] = [];
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    createInterface({ input: socket }).on('line', (line) => {
      if (/^USER/i.test(line)) socket.write(':srv 001 flume :welcome\r\n');
      if (/^JOIN/i.test(line)) socket.write(`:flume!u@h JOIN ${line.slice(5)}\r\n`);
      if (/^PING/i.test(line)) socket.write(`:srv PONG srv ${line.slice(5)}\r\n`);
      if (/^PRIVMSG/i.test(line)) came.push(line);
    });
  });
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve); });
  return { came, close: () => { for (const socket of sockets) socket.destroy(); server.close(); } };
}

function overTls(port: number, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', rejectUnauthorized: false, headers: { 'Content-Type': 'application/json' } }, (response) => { response.resume(); resolve(response.statusCode ?? 0); });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function sendTls(port: number, text: string): Promise<void> {
  const socket = tlsConnect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await new Promise((resolve, reject) => { socket.once('secureConnect', resolve); socket.once('error', reject); });
  socket.on('error', () => {});
  socket.end(text);
}

async function send(port: number, ...pieces: readonly (string | Buffer)[]): Promise<void> {
  const client = await tcpClient(port);
  for (const piece of pieces) await client.send(piece);
  client.end();
}

/** The events of a container as JSON; those that are there so far. */
function containerLines(bytes: Buffer): Promise<string[]> {
  const lines: string[] = [];
  const decoder = new avsc.streams.BlockDecoder();
  return new Promise((resolve) => {
    decoder.on('data', ({ headers, body }: { headers: Record<string, string>; body: Buffer }) => { lines.push(JSON.stringify([Object.entries(headers).sort(), body.toString('hex')])); });
    decoder.on('error', () => { resolve(lines); });
    decoder.on('end', () => { resolve(lines); });
    decoder.end(bytes);
  });
}
