// E: the connections of the election ports, over real sockets.
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { ElectionConnections } from '../../../../../../main/engines/coordination/election/election-connections.ts';
import { decodeHello, encodeHello } from '../../../../../../main/engines/coordination/election/hello.ts';
import { withAuth } from '../../../../../../main/engines/coordination/election/quorum-auth.ts';
import { PLAIN, type Transport } from '../../../../../../main/engines/coordination/election/transport.ts';
import type { QuorumServer } from '../../../../../../main/engines/coordination/config/node-config.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';
import { freePort, freeServers, until } from '../broadcast/fakes.ts';

const open: { close(): void }[] = [];
afterEach(() => { for (const one of open.splice(0)) one.close(); });

interface End { readonly connections: ElectionConnections; readonly got: string[]; readonly events: NodeEvent[]; readonly refused: number[] }

async function start(myid: number, servers: ReadonlyMap<number, QuorumServer>): Promise<End> {
  const end = { got: [] as string[], events: [] as NodeEvent[], refused: [] as number[] };
  const connections = new ElectionConnections({
    myid, transport: PLAIN, server: (sid) => servers.get(sid), listenOnAll: false, report: (event) => { end.events.push(event); }, now: () => performance.now(),
    receive: (sid, bytes) => { end.got.push(`${sid}:${bytes.toString()}`); }, refused: (sid) => { end.refused.push(sid); },
  });
  await connections.listen();
  open.push(connections);
  return { connections, ...end };
}
const codes = (end: End): string[] => end.events.map((event) => (event.type === 'warning' ? event.error.code : event.type));

test('E17 two servers reach each other whoever speaks first, and only one connection stays', async () => {
  const servers = await freeServers(2);
  const one = await start(1, servers);
  const two = await start(2, servers);
  one.connections.send(2, Buffer.from('a'));
  await until('a', () => two.got.includes('1:a'));
  two.connections.send(1, Buffer.from('b'));
  one.connections.send(2, Buffer.from('c'));
  await until('b and c', () => one.got.includes('2:b') && two.got.includes('1:c'));
});

test('E18 only the latest message waits for a server that is away, and it comes when the server does', async () => {
  const servers = await freeServers(2);
  const one = await start(1, servers);
  for (const text of ['old', 'older', 'latest']) one.connections.send(2, Buffer.from(text));
  await until('refused', () => one.refused.includes(2));
  expect(one.connections.isRefused(2)).toBe(true);
  const two = await start(2, servers);
  one.connections.connectAll();
  await until('the latest', () => two.got.length > 0);
  expect(two.got).toEqual(['1:latest']);
});

test('E19 a lower number that dials is let go and dialled back', async () => {
  const servers = await freeServers(2);
  const own = servers.get(1)?.addresses[0]?.electionPort as number;
  const greeted: Buffer[] = [];
  const low = createServer((socket) => { socket.on('data', (chunk: Buffer) => { greeted.push(chunk); }); socket.on('error', () => undefined); }).listen(own, '127.0.0.1');
  open.push({ close: () => { low.close(); } });
  await once(low, 'listening');
  await start(2, servers);
  const dialled = connect(servers.get(2)?.addresses[0]?.electionPort as number, '127.0.0.1');
  dialled.on('error', () => undefined).resume();
  dialled.write(encodeHello({ sid: 1, addresses: [{ host: '127.0.0.1', port: own }] }));
  await once(dialled, 'close');
  await until('it dials back', () => greeted.length > 0);
  expect(decodeHello(Buffer.concat(greeted))?.hello.sid).toBe(2);
});

test('E20 garbage, a frame beyond all bounds and a twin of ours are turned away in words, and others go on', async () => {
  const servers = await freeServers(3);
  const end = await start(2, servers);
  const port = servers.get(2)?.addresses[0]?.electionPort as number;
  const dial = async (bytes: Buffer): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
    return socket;
  };
  await dial(Buffer.alloc(24, 0xfe));
  const huge = Buffer.alloc(4);
  huge.writeInt32BE(600 * 1024);
  await dial(Buffer.concat([encodeHello({ sid: 3, addresses: [{ host: '127.0.0.1', port: servers.get(3)?.addresses[0]?.electionPort as number }] }), huge]));
  await dial(encodeHello({ sid: 2, addresses: [{ host: '127.0.0.1', port: 1 }] }));
  await dial(encodeHello({ sid: 2, addresses: [{ host: '127.0.0.1', port: 1 }] }));
  expect(codes(end)).toEqual(['COORD_PEER', 'COORD_PEER', 'COORD_MYID']);
  const three = await start(3, servers);
  three.connections.send(2, Buffer.from('still here'));
  await until('the third', () => end.got.includes('3:still here'));
});

test('E21 a hello of real servers is taken as it is', () => {
  const bytes = Buffer.from('ffffffffffff0000' + '0000000000000003' + '0000000e' + Buffer.from('127.0.0.1:3888').toString('hex'), 'hex');
  expect(decodeHello(bytes)?.hello).toEqual({ sid: 3, addresses: [{ host: '127.0.0.1', port: 3888 }] });
});

test('E22 quorum.auth lets in who knows a password, and turns away who knows another or does not log in', async () => {
  const servers = new Map([['member', 'right']]);
  const auth = (password: string, learnerRequire = true): Transport => withAuth(PLAIN, { serverRequire: true, learnerRequire, servers, learner: { user: 'member', password } });
  const port = await freePort();
  const outcomes: string[] = [];
  const listener = await auth('right').listen('127.0.0.1', port, (stream) => {
    auth('right').challenge(stream).then(async () => { outcomes.push(`in: ${(await stream.pull(4)).toString()}`); }, (error: unknown) => { outcomes.push((error as Error).message); stream.destroy(); });
  });
  open.push(listener);
  const dial = async (transport: Transport): Promise<string> => {
    const stream = await transport.dial('127.0.0.1', port, 1000);
    const said = await transport.authenticate(stream).then(() => 'accepted', (error: unknown) => (error as Error).message);
    stream.socket.write('then');
    stream.socket.end('more bytes');
    return said;
  };
  expect(await dial(auth('right'))).toBe('accepted');
  await until('in', () => outcomes.length === 1);
  expect(await dial(auth('wrong'))).toContain('does not know this user and password');
  expect(await dial(auth('right', false))).toBe('accepted'); // nothing was asked of it, nothing was said
  await until('all', () => outcomes.length === 3);
  expect(outcomes[0]).toBe('in: then');
  expect(outcomes[1]).toContain('wrong password for member');
  expect(outcomes[2]).toContain('does not log in');
});

test('E23 of several addresses the one that answers is used; a server refuses only when all of them do', async () => {
  const servers = await freeServers(2);
  const live = servers.get(2) as QuorumServer;
  const dead = { host: '127.0.0.1', quorumPort: await freePort(), electionPort: await freePort() };
  const seen = new Map(servers).set(2, { ...live, addresses: [dead, ...live.addresses] });
  const one = await start(1, seen);
  const two = await start(2, servers);
  one.connections.send(2, Buffer.from('found'));
  await until('found', () => two.got.includes('1:found'));
  expect(one.refused).toEqual([]);
  two.connections.close();
  await until('it is gone', () => !one.connections.isConnected(2));
  one.connections.send(2, Buffer.from('lost'));
  await until('refused', () => one.refused.includes(2));
});
