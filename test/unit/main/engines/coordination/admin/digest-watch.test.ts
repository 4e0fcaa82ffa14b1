// Members whose data differs are found by their digests.
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { askWord } from '../../../../../../main/engines/coordination/admin/ask-word.ts';
import { DigestLog } from '../../../../../../main/engines/coordination/admin/digest-log.ts';
import { DigestWatch, parseDigests } from '../../../../../../main/engines/coordination/admin/digest-watch.ts';
import { Metrics } from '../../../../../../main/engines/coordination/admin/metrics.ts';
import type { NodeEvent } from '../../../../../../main/engines/coordination/parts.ts';

const servers: Server[] = [];
afterEach(() => { for (const server of servers.splice(0)) server.close(); });

async function member(answer: string): Promise<number> {
  const server = createServer((socket) => { socket.once('data', () => { socket.end(answer); }); });
  servers.push(server);
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return (server.address() as AddressInfo).port;
}

describe('digests of members', () => {
  it('M23 lines and JSON are read alike', () => {
    const expected = new Map([[0x80, '-5'], [0x100000000, '7']]);
    expect(parseDigests('80: -5\n100000000: 7\n')).toEqual(expected);
    expect(parseDigests('{ "digests" : [ { "zxid" : 128, "digest_version" : 2, "digest" : -5 }, { "zxid" : 4294967296, "digest_version" : 2, "digest" : 7 } ] }')).toEqual(expected);
    expect(parseDigests('{ "digests" : [ { "digest" : -5, "digest_version" : 2, "zxid" : 128 }, { "digest" : 7, "digest_version" : 2, "zxid" : 4294967296 } ] }')).toEqual(expected);
  });

  it('M23 equal digests say nothing, a different one is COORD_PEER, told once', async () => {
    const own = new DigestLog();
    own.add(128, 2, 5n);
    own.add(256, 2, 6n);
    const events: NodeEvent[] = [];
    const metrics = new Metrics();
    const good = await member('80: 5\n100: 6\n');
    const bad = await member('80: 5\n100: 9\n');
    const silent = await member('hash is not executed because it is not in the whitelist.\n');
    const watch = new DigestWatch({ members: () => [good, bad, silent].map((port, i) => ({ sid: i + 1, client: { host: '127.0.0.1', port }, admin: null })), own, metrics, report: (event) => { events.push(event); } });
    expect(await watch.look()).toBe(4);
    await watch.look();
    expect(events).toMatchObject([{ type: 'warning', error: { code: 'COORD_PEER', params: { peer: `server.2 (127.0.0.1:${bad})`, reason: expect.stringContaining('at zxid 0x100 its digest is 9, ours is 6') as string } } }]);
    expect(metrics.counters.digest_mismatches_count).toBe(1);
  });

  it('M24 a word that is not allowed, not known, or not answered at all is an error in words', async () => {
    await expect(askWord({ host: '127.0.0.1', port: await member('mntr is not executed because it is not in the whitelist.\n') }, 'mntr')).rejects.toMatchObject({ code: 'COORD_FOUR_LETTER', params: { word: 'mntr' } });
    await expect(askWord({ host: '127.0.0.1', port: await member('') }, 'lead')).rejects.toMatchObject({ code: 'COORD_FOUR_LETTER' });
    await expect(askWord({ host: '127.0.0.1', port: 1 }, 'ruok')).rejects.toMatchObject({ code: 'COORD_CONNECT', params: { hosts: '127.0.0.1:1', reason: 'ECONNREFUSED' } });
    const mute = createServer(() => {});
    servers.push(mute);
    await new Promise<void>((resolve) => { mute.listen(0, '127.0.0.1', resolve); });
    await expect(askWord({ host: '127.0.0.1', port: (mute.address() as AddressInfo).port }, 'ruok', 100)).rejects.toMatchObject({ code: 'COORD_CONNECT', params: { reason: 'ETIMEDOUT' } });
  });
});
