// Four-letter words and AdminServer of our node beside those of a real ZooKeeper 3.9: same lines, same names, same fields.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { freePort } from '../peers/peer-process.ts';
import { fourLetterWord } from '../peers/zookeeper/zookeeper.ts';
import { DigestLog } from '../../main/engines/coordination/admin/digest-log.ts';
import { DigestWatch, parseDigests } from '../../main/engines/coordination/admin/digest-watch.ts';
import { Metrics } from '../../main/engines/coordination/admin/metrics.ts';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import type { NodeEvent } from '../../main/engines/coordination/parts.ts';
import { jsonShape, shapeOf } from './support/admin-shape.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';
import { body } from './support/coordination-teller.ts';
import { RawClient } from './support/raw-client.ts';

const problem = peerProblem('zookeeper');
const options = { superPassword: 'supersecret', admin: true, conf: ['audit.enable=true'] } as const;
const SUPER = { headers: { Authorization: 'digest super:supersecret' } };

/** A session with an ephemeral and two watches. */
async function hold(port: number): Promise<RawClient> {
  const client = await RawClient.open(port);
  await client.request(OP.create, body.create('/kept'));
  await client.request(OP.create, body.create('/held', '', 1));
  await client.request(OP.getData, body.watch('/held', true));
  await client.request(OP.getChildren, body.watch('/', true));
  return client;
}

/** What a connection that begins with these bytes is told before it is closed. */
function said(port: number, bytes: Buffer): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk: Buffer) => { text += chunk.toString(); });
    socket.on('error', () => undefined);
    socket.on('close', () => { done(text); });
    setTimeout(() => socket.destroy(), 2000);
  });
}

describe.skipIf(problem)(`beside a real ZooKeeper 3.9${problem ? ` (${problem})` : ''}`, () => {
  let theirs: RunningPeer<'zookeeper'>;
  let ours: OurNode;
  const held: RawClient[] = [];
  beforeAll(async () => {
    [theirs, ours] = await Promise.all([startPeer('zookeeper', options), startOurs(options)]);
    held.push(await hold(theirs.port), await hold(ours.port));
  });
  afterAll(async () => {
    for (const client of held) client.socket.destroy();
    await Promise.all([theirs?.stop(), ours?.stop()]);
  });

  const both = async (word: string): Promise<readonly [string, string]> => Promise.all([fourLetterWord(theirs.port, word), fourLetterWord(ours.port, word)]);

  test.for(['ruok', 'isro', 'gtmk', 'wchs', 'crst', 'srst', 'nope'])('M2 %s is answered alike', async (word) => {
    const [wanted, got] = await both(word);
    expect(got).toBe(wanted);
  });

  test('M11 stmk with its mask, and the bytes of a closing telnet, are answered alike', async () => {
    for (const bytes of [Buffer.from('stmk\0\0\0\0\0\0\u0001\u0032', 'latin1'), Buffer.from('fff4fffd', 'hex')]) expect(await said(ours.port, bytes)).toBe(await said(theirs.port, bytes));
  });

  test.for(['srvr', 'conf', 'dirs', 'wchp', 'wchc'])('M4 %s has the same lines but for figures', async (word) => {
    const plain = (text: string): string => shapeOf(text).replace(/^(data(Log)?Dir)=.*$/gm, '$1=P');
    const [wanted, got] = await both(word);
    expect(plain(got)).toBe(plain(wanted));
  });

  test('M6 cons, stat and dump tell the same of a session; the real one counts the asking connection too', async () => {
    const withoutAsker = (text: string): string => shapeOf(text).split('\n').filter((line) => line !== ' /A[0](queued=N,recved=N,sent=N)' && !line.endsWith('sessionId: H') && !/^\d+ expire at D:$|^Connections Sets/.test(line)).join('\n');
    for (const word of ['cons', 'stat', 'dump']) {
      const [wanted, got] = await both(word);
      expect(withoutAsker(got)).toBe(withoutAsker(wanted));
    }
  });

  test('envi has the same names in the same order', async () => {
    const names = (text: string): string[] => text.split('\n').map((line) => line.split('=')[0] as string);
    const [wanted, got] = await both('envi');
    expect(names(got)).toEqual(names(wanted));
  });

  /** What mntr of ours leaves out: parts of the Java server that this node does not have, or does not count. */
  const LEFT_OUT = [
    /commit_proc|commitproc|final_proc|prep_proc|prep_process|request_throttle|sync_processor_(queue|request)|sync_process_time|session_queue|learner_request_processor|_commit_process|outstanding_changes|request_commit_queued|requests_not_forwarded/, // its chain of threads
    /response_packet_|response_bytes|client_response_size/, // its response cache and buffers
    /jvm_pause|netty|tls_handshake|unsuccessful_handshake|non_mtls|insecure_admin|cnxn_closed/, // its JVM and sockets
    /dead_watcher|watch_bytes|node_(created|deleted|changed|children)_watch/, // its watch manager
    /throttled|stale_(requests|replies)|connection_(drop|token|request|revalidate)|revalidate_count|large_requests|sessionless/, // its throttles
    /proposal_(latency|ack|process)|quorum_ack|propagation_latency|om_|committed_time|(observer|follower)_sync_time|inflight|(leader_)?unavailable_time|quit_leading|skip_learner/, // stages of its broadcast
    /startup_|socket_closing|close_session_prep|updatelatency|readlatency|ensemble_auth|per_namespace|bytes_received/, // not counted apart
    /max_file_descriptor_count/, // Node does not know the limit
  ];

  test('M9 mntr: every name of ours is one of theirs, and what is left out is on the list', async () => {
    const names = (text: string): Set<string> => new Set(text.trimEnd().split('\n').map((line) => line.split('\t')[0] as string));
    const [theirNames, ourNames] = (await both('mntr')).map(names) as [Set<string>, Set<string>];
    expect([...ourNames].filter((name) => !theirNames.has(name))).toEqual([]);
    expect([...theirNames].filter((name) => !ourNames.has(name) && !LEFT_OUT.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(ourNames.size).toBeGreaterThan(50);
  });

  const get = async (at: string | null, path: string, init?: RequestInit): Promise<readonly [number, unknown]> => {
    const answer = await fetch(`${at}/${path}`, init);
    const text = await answer.text();
    return [answer.status, text.startsWith('{') ? jsonShape(JSON.parse(text)) : text];
  };

  test.for([
    'configuration', 'conf', 'connections', 'connection_stat_reset', 'dirs', 'dump', 'environment', 'get_trace_mask', 'hash', 'initial_configuration', 'is_read_only', 'last_snapshot', 'leader', 'observer_connection_stat_reset',
    'observers', 'ruok', 'server_stats', 'srvr', 'set_trace_mask', 'set_trace_mask?traceMask=5', 'set_trace_mask?traceMask=x', 'stat_reset', 'stats', 'voting_view', 'watches', 'watches_by_path', 'watch_summary', 'zabstate', 'nosuch', 'snapshot',
  ])('M13 GET %s has the same status and fields', async (path) => {
    const [wanted, got] = await Promise.all([get(theirs.admin, path), get(ours.admin, path)]);
    expect(got).toEqual(wanted);
  });

  test('M13 monitor has the names of mntr', async () => {
    const [, shape] = await get(ours.admin, 'monitor');
    const [, theirShape] = await get(theirs.admin, 'monitor');
    const known = new Set(Object.keys(theirShape as object));
    expect(Object.keys(shape as object).filter((name) => !known.has(name))).toEqual([]);
  });

  test('M15 credentials: none, of no scheme, POST where GET is due', async () => {
    for (const init of [{}, { headers: { Authorization: 'nosuch x' } }, { headers: { Authorization: 'digest' } }]) {
      const [wanted, got] = await Promise.all([get(theirs.admin, 'snapshot', init), get(ours.admin, 'snapshot', init)]);
      expect(got).toEqual(wanted);
    }
    expect((await get(ours.admin, 'restore', { method: 'POST', body: 'x' }))[0]).toBe((await get(theirs.admin, 'restore', { method: 'POST', body: 'x' }))[0]);
  });

  test('M20 the audit log has the same lines for the same changes, refused ones too', async () => {
    const work = async (port: number): Promise<void> => {
      const client = await RawClient.open(port);
      const closed = [{ perms: 1, id: { scheme: 'world', id: 'anyone' } }];
      await client.request(OP.create, body.create('/audit', 'x'));
      await client.request(OP.create, body.create('/audit', 'x'));
      await client.request(OP.create2, body.create('/audit/s-', 'x', 2));
      await client.request(OP.createContainer, body.create('/audit/c', '', 4));
      await client.request(OP.createTTL, body.createTTL('/audit/t', 60_000));
      await client.request(OP.setData, body.setData('/audit', 'y'));
      await client.request(OP.setData, body.setData('/audit', 'y', 99));
      await client.request(OP.setACL, body.setACL('/audit', closed));
      await client.request(OP.setACL, body.setACL('/audit'));
      await client.request(OP.multi, body.multi([[OP.create, body.create('/audit/m')], [OP.setData, body.setData('/audit/m', 'z')], [OP.delete, body.version('/audit/m')]]));
      await client.request(OP.multi, body.multi([[OP.create, body.create('/audit/n')], [OP.create, body.create('/audit/n')]]));
      await client.request(OP.delete, body.version('/audit/c'));
      await client.request(OP.delete, body.version('/audit/none'));
      await client.request(OP.getData, body.watch('/audit'));
      client.socket.destroy();
    };
    await Promise.all([work(theirs.port), work(ours.port)]);
    const lines = (text: string): string[] => text.split('\n').filter((line) => line.includes('/audit') || line.includes('multiOperation')).map((line) => line.slice(line.indexOf('session=')).replace(/session=0x[0-9a-f]+/, 'session=H'));
    const wanted = lines(readFileSync(theirs.log, 'utf8').split('\n').filter((line) => line.includes('Slf4jAuditLogger')).join('\n'));
    expect(wanted.length).toBeGreaterThan(12);
    await expect.poll(() => lines(readFileSync(join(ours.dataDir, 'audit.log'), 'utf8'))).toEqual(wanted);
  });

  test('M25 the change feed tells what clients did, from a zxid on, and goes on as they do more', async () => {
    const client = await RawClient.open(ours.port);
    await client.request(OP.create, body.create('/fed', 'one'));
    await client.request(OP.setData, body.setData('/fed', 'two'));
    expect((await fetch(`${ours.admin}/changes`)).status).toBe(401);
    expect((await fetch(`${ours.admin}/changes?zxid=soon`, SUPER)).status).toBe(400);
    const stop = new AbortController();
    const answer = await fetch(`${ours.admin}/changes?zxid=0`, { ...SUPER, signal: stop.signal });
    let text = '';
    const read = (async () => { for await (const chunk of answer.body ?? []) text += Buffer.from(chunk).toString(); })().catch(() => {});
    const fed = (): unknown[] => text.split('\n').filter((line) => line.includes('"/fed"')).map((line) => JSON.parse(line) as unknown);
    await expect.poll(() => fed().length).toBe(2);
    await client.request(OP.delete, body.version('/fed'));
    await expect.poll(() => fed().length).toBe(3);
    stop.abort();
    await read;
    expect(fed()).toMatchObject([{ kind: 'created', data: 'one', version: 0 }, { kind: 'changed', data: 'two', version: 1 }, { kind: 'deleted' }]);
    client.socket.destroy();
  });

  test('M16 a snapshot of each is restored into the other, with all that was in it', async () => {
    const take = async (admin: string | null): Promise<Buffer> => {
      const answer = await fetch(`${admin}/snapshot?streaming=true`, SUPER);
      expect([answer.status, answer.headers.get('last_zxid')]).toEqual([200, expect.stringMatching(/^0x[0-9a-f]+$/)]);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(answer.headers.get('snapshot_size')).toBe(String(bytes.length));
      return bytes;
    };
    const put = async (admin: string | null, bytes: Buffer): Promise<unknown> => (await fetch(`${admin}/restore`, { method: 'POST', body: bytes, ...SUPER })).json();
    const [fromTheirs, fromOurs] = [await take(theirs.admin), await take(ours.admin)];
    const mark = await RawClient.open(ours.port);
    await mark.request(OP.create, body.create('/after'));
    mark.socket.destroy();
    expect(await put(ours.admin, fromTheirs)).toMatchObject({ command: 'restore', error: null, last_zxid: expect.any(Number) as number });
    expect(await put(theirs.admin, fromOurs)).toMatchObject({ command: 'restore', error: null });
    for (const { port } of [ours, theirs]) {
      const client = await RawClient.open(port);
      expect((await client.request(OP.exists, body.watch('/kept')))?.err).toBe(0);
      expect((await client.request(OP.exists, body.watch('/after')))?.err).toBe(-101);
      expect((await client.request(OP.create, body.create(`/made-${port}`)))?.err).toBe(0);
      client.socket.destroy();
    }
    expect((await fetch(`${ours.admin}/snapshot`, SUPER)).status).toBe(429);
  });
});

describe.skipIf(problem)(`without a quorum, beside a real ZooKeeper${problem ? ` (${problem})` : ''}`, () => {
  test('M3 a member that is alone answers every word and command as a real one that is alone', async () => {
    const ports = await Promise.all(Array.from({ length: 6 }, () => freePort()));
    const servers = [1, 2, 3].map((id) => `server.${id}=127.0.0.1:${ports[id * 2 - 2]}:${ports[id * 2 - 1]}`);
    const [theirs, ours] = await Promise.all([startPeer('zookeeper', { ensemble: { id: 1, servers }, admin: true, ready: 'listening' }), startOurs({ ensemble: { id: 2, servers: servers.map((line) => line.replaceAll('127.0.0.1', '127.0.0.2')) }, admin: true, ready: 'listening' })]);
    try {
      for (const word of ['conf', 'cons', 'crst', 'dirs', 'dump', 'hash', 'isro', 'mntr', 'ruok', 'srst', 'srvr', 'stat', 'wchc', 'wchp', 'wchs', 'gtmk']) {
        expect([word, await fourLetterWord(ours.port, word)]).toEqual([word, await fourLetterWord(theirs.port, word)]);
      }
      const get = async (admin: string | null, name: string): Promise<unknown> => { const answer = await fetch(`${admin}/${name}`); return [answer.status, await answer.json()]; };
      for (const { admin } of [theirs, ours]) await expect.poll(() => fetch(`${admin}/ruok`).then((answer) => answer.status, () => null), { timeout: 20_000 }).toBe(200);
      for (const name of ['stats', 'leader', 'connections', 'hash', 'ruok', 'snapshot', 'is_read_only', 'voting_view', 'get_trace_mask']) expect(await get(ours.admin, name)).toEqual(await get(theirs.admin, name));
    } finally {
      await Promise.all([theirs.stop(), ours.stop()]);
    }
  });
});

describe.skipIf(problem)(`in an ensemble with a real ZooKeeper${problem ? ` (${problem})` : ''}`, () => {
  test('M10, M23 members of both kinds have the same digests at the same zxids; one that differs is found', async () => {
    const ports = await Promise.all(Array.from({ length: 9 }, () => freePort()));
    const servers = [1, 2, 3].map((id) => `server.${id}=127.0.0.1:${ports[id * 3 - 3]}:${ports[id * 3 - 2]};127.0.0.1:${ports[id * 3 - 1]}`);
    const at = (id: number): { readonly port: number } => ({ port: ports[id * 3 - 1] as number });
    const members = await Promise.all([
      startPeer('zookeeper', { ensemble: { id: 1, servers }, admin: true }, at(1)), startOurs({ ensemble: { id: 2, servers }, admin: true }, at(2)), startOurs({ ensemble: { id: 3, servers }, admin: true }, at(3)),
    ]);
    try {
      const client = await RawClient.open(members[1].port);
      for (let i = 0; i < 300; i++) expect((await client.request(OP.create, body.create(`/n${i}`)))?.err).toBe(0);
      await client.request(OP.sync, body.path('/'));
      for (const member of members) await expect.poll(async () => parseDigests(await fourLetterWord(member.port, 'hash')).size, { timeout: 20_000 }).toBeGreaterThanOrEqual(2); // the last ones may still be on their way
      const logs = await Promise.all(members.map(async (member) => parseDigests(await fourLetterWord(member.port, 'hash'))));
      const [real, ...ofOurs] = logs as [Map<number, string>, ...Map<number, string>[]];
      for (const other of ofOurs) expect([...other].filter(([zxid]) => real.has(zxid))).toEqual([...real].filter(([zxid]) => other.has(zxid)));
      expect([...real.keys()].filter((zxid) => ofOurs.every((other) => other.has(zxid))).length).toBeGreaterThanOrEqual(2);
      const fieldsOf = async (admin: string | null): Promise<unknown> => jsonShape(await (await fetch(`${admin}/hash`)).json());
      expect(await fieldsOf(members[1].admin)).toEqual(await fieldsOf(members[0].admin));
      // the watch of member 2, with its own digests and with others
      const told: NodeEvent[] = [];
      const others = [0, 2].map((i) => ({ sid: i + 1, client: { host: '127.0.0.1', port: 1 }, admin: (members[i] as OurNode).admin }));
      const watchOf = (change: bigint): DigestWatch => {
        const own = new DigestLog();
        for (const [zxid, digest] of logs[1] as Map<number, string>) own.add(zxid, 2, BigInt(digest) + change);
        return new DigestWatch({ members: () => others, own, metrics: new Metrics(), report: (event) => { told.push(event); } });
      };
      expect(await watchOf(0n).look()).toBeGreaterThanOrEqual(4);
      expect(told).toEqual([]);
      await watchOf(1n).look();
      expect(told.map((event) => (event.type === 'warning' ? `${event.error.code} ${String(event.error.params['peer']).split(' ')[0]}` : event.type)).sort()).toEqual(['COORD_PEER server.1', 'COORD_PEER server.3']);
      const values = await Promise.all(members.map(async (member) => new Map((await fourLetterWord(member.port, 'mntr')).trimEnd().split('\n').map((line) => line.split('\t') as [string, string]))));
      const LEADER = ['zk_last_proposal_size', 'zk_leader_uptime', 'zk_learners', 'zk_max_proposal_size', 'zk_min_proposal_size', 'zk_pending_syncs', 'zk_synced_followers', 'zk_synced_observers'];
      for (const own of values.slice(1)) {
        const leads = own.get('zk_server_state') === 'leader';
        expect([...own.keys()].filter((name) => !(values[0] as Map<string, string>).has(name) && !(leads && LEADER.includes(name)))).toEqual([]);
        expect(own.get('zk_peer_state')).toBe(`${leads ? 'leading' : 'following'} - broadcast`);
        expect([own.get('zk_quorum_size'), leads ? own.get('zk_synced_followers') : '2']).toEqual(['3', '2']);
      }
      const conf = await Promise.all(members.map((member) => fourLetterWord(member.port, 'conf')));
      const membership = (text: string): string => text.slice(text.indexOf('initLimit=')).replace(/^(electionPort|quorumPort)=\d+$/gm, '$1=N');
      expect(membership(conf[1] as string)).toBe(membership(conf[0] as string));
      const fields = async (admin: string | null, command: string): Promise<unknown> => jsonShape(await (await fetch(`${admin}/${command}`)).json());
      expect(await fields((members[1] as OurNode).admin, 'leader')).toEqual({ is_leader: 'boolean', leader_id: 'number', leader_ip: 'string', command: 'string', error: 'null' });
      expect(await fields((members[1] as OurNode).admin, 'zabstate')).toMatchObject({ myid: 'number', is_leader: 'boolean', client_address: 'string', voting: 'boolean', last_zxid: 'string', zab_epoch: 'number', zab_counter: 'number', zabstate: 'string' });
      client.socket.destroy();
    } finally {
      await Promise.all(members.map((member) => member.stop()));
    }
  });
});
