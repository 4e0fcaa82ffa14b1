import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import { drain, event, makeMemoryChannel, makeSink, putAll } from '../../../../../support/agent/probe.ts';

const servers: Server[] = [];
afterEach(() => { for (const server of servers.splice(0)) server.close(); });
const once = new AbortController().signal;

/** A server that lets in, and answers pings; `answer` may answer otherwise, or not at all ('drop'). */
async function ircServer(answer: (line: string) => string | null = () => null): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = [];
  const server = createServer((socket: Socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      lines.push(line);
      const other = answer(line);
      if (other === 'drop') { socket.destroy(); return; }
      if (other !== null) { socket.write(other); return; }
      if (line.startsWith('USER')) socket.write(':srv NOTICE * :hello\r\nPING :early\r\n:srv 001 nick :welcome\r\n');
      if (line.startsWith('JOIN')) socket.write(`:nick!u@h JOIN ${line.slice(5)}\r\n`);
      if (line.startsWith('PING')) socket.write(`:srv PONG srv ${line.slice(5)}\r\n`);
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, lines };
}

const make = (port: number, values: Record<string, string | boolean> = {}) => makeSink('irc', { hostname: '127.0.0.1', port, nick: 'nick', chan: 'c', ...values });

test('N25 irc registers, joins and says each event', async () => {
  const { port, lines } = await ircServer();
  const { sink, counters } = await make(port, { user: 'u', name: 'Real Name', password: 'pw', splitlines: true });
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  await putAll(channel, [event('one\ntwo'), event('three\rX')]);
  await drain(sink, channel);
  expect(lines).toEqual(['PASS pw', 'NICK nick', 'USER u 0 * :Real Name', 'PONG :early', 'JOIN #c', 'PRIVMSG #c :one', 'PRIVMSG #c :two', 'PRIVMSG #c :three X', 'PING :sluice1']);
  expect(counters).toMatchObject({ ConnectionCreatedCount: 1, EventDrainSuccessCount: 2 });
  await sink.stop();
});

test('N25 a line that is too long is said in parts, no character cut', async () => {
  const { port, lines } = await ircServer();
  const { sink } = await make(port);
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  await putAll(channel, [event('ä'.repeat(450))]);
  await drain(sink, channel);
  expect(lines.filter((line) => line.startsWith('PRIVMSG')).map((line) => line.slice(12).length)).toEqual([200, 200, 50]);
  await sink.stop();
});

test('N25 events stay in the channel when the server refuses, or goes away before it has shown that it heard', async () => {
  const refusing = await ircServer((line) => (line.startsWith('PRIVMSG') ? ':srv 404 nick #c :Cannot send to channel\r\n' : null));
  const channel = makeMemoryChannel({ keepAliveMs: 0 });
  await putAll(channel, [event('x')]);
  const first = await make(refusing.port);
  await expect(first.sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_REJECTED', params: { reason: '404 Cannot send to channel' } });
  await first.sink.stop();
  const taken = await make((await ircServer((line) => (line.startsWith('NICK') ? ':srv 433 * nick :Nickname is already in use\r\n' : null))).port);
  await expect(taken.sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_REJECTED' });
  await taken.sink.stop();
  let drops = 1;
  const leaving = await make((await ircServer((line) => (line.startsWith('PING :sluice') && drops-- > 0 ? 'drop' : null))).port);
  await expect(leaving.sink.process(channel, once)).rejects.toMatchObject({ code: 'AGENT_CONNECT' });
  expect(channel.size).toBe(1);
  await drain(leaving.sink, channel);
  await leaving.sink.stop();
});
