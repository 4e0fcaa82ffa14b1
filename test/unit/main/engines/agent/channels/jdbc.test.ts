import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JdbcChannel } from '../../../../../../main/engines/agent/channels/jdbc.ts';
import type { AgentPorts, SqlDatabase } from '../../../../../../main/engines/agent/ports.ts';
import { openSql } from '../../../../../../main/services/agent-connections.ts';
import { event, putAll, takeAll, testPorts } from '../../../../../support/agent/probe.ts';
import { bodies, makeChannel, numbers, type Made } from '../../../../../support/agent/channels.ts';

async function started(ports: AgentPorts, values: Record<string, string | number> = {}): Promise<Made<JdbcChannel>> {
  const made = (await makeChannel('jdbc', values, ports)) as Made<JdbcChannel>;
  await made.channel.start();
  return made;
}

const here = (): AgentPorts => testPorts({ stateDir: mkdtempSync(join(tmpdir(), 'sluice-jdbc-')), openSql });

test('K30 events of a group count after a crash when it was committed, and not when it was not', async () => {
  for (const committed of [true, false]) {
    const ports = here();
    const { channel } = await started(ports);
    await putAll(channel, [event('before')]);
    const { decisions, id } = channel.group as NonNullable<JdbcChannel['group']>;
    const group = await decisions.newGroup();
    const transaction = channel.begin();
    transaction.begin();
    transaction.put([event('1'), event('2')]);
    await transaction.prepare(group);
    expect(bodies(await takeAll(channel))).toEqual(['before']);
    if (committed) await decisions.decide(group, [id]);
    await channel.stop(); // without its part of the commit
    const again = await started(ports);
    expect(bodies(await takeAll(again.channel))).toEqual(committed ? ['1', '2'] : []);
    await again.channel.stop();
  }
});

test('K15 a database that fails rejects the commits at hand, and nothing of them is there', async () => {
  let failing = false;
  const ports = here();
  const failingSql = (file: string): SqlDatabase => {
    const sql = openSql(file);
    return { ...sql, transaction: (work) => sql.transaction(() => { const result = work(); if (failing) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' }); return result; }) };
  };
  const { channel } = await started({ ...ports, openSql: failingSql });
  await putAll(channel, [event('1')]);
  failing = true;
  const outcomes = await Promise.allSettled([putAll(channel, [event('2')]), putAll(channel, [event('3')])]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'AGENT_DISK' } });
  failing = false;
  await putAll(channel, [event('4')]);
  expect(bodies(await takeAll(channel))).toEqual(['1', '4']);
  await channel.stop();
});

test('T12 commits of one turn share a transaction of the database, and a full one is refused at once', async () => {
  let transactions = 0;
  const counting = (file: string): SqlDatabase => {
    const sql = openSql(file);
    return { ...sql, transaction: (work) => { transactions += 1; return sql.transaction(work); } };
  };
  const { channel } = await started({ ...here(), openSql: counting }, { 'maximum.capacity': 30 });
  transactions = 0;
  await Promise.all(numbers(0, 30).map((n) => putAll(channel, [event(n)])));
  expect(transactions).toBe(1);
  await expect(putAll(channel, [event('x')])).rejects.toMatchObject({ code: 'AGENT_CHANNEL_FULL' });
  expect(bodies(await takeAll(channel))).toEqual(numbers(0, 30));
  await channel.stop();
});

test('T1 one take reads so many bytes at most, and the order stays', async () => {
  const { channel } = await started(here());
  await putAll(channel, numbers(0, 6).map((n) => event(n.padEnd(5 * 2 ** 20, '.'))));
  const sizes: number[] = [];
  let seen: string[] = [];
  for (let more = await takeAll(channel); more.length > 0; more = await takeAll(channel)) {
    sizes.push(more.length);
    seen = [...seen, ...more.map(({ body }) => body.toString('utf8', 0, 1))];
  }
  expect(sizes).toEqual([3, 3]);
  expect(seen).toEqual(numbers(0, 6));
  await channel.stop();
});

test('K27 keys of Derby are taken and said not to be used; without a database here it is AGENT_NOT_HERE', async () => {
  const { channel, said } = await started(here(), { 'db.type': 'MYSQL', 'driver.url': 'jdbc:mysql://x/y' });
  expect(said.notes.join()).toContain('jdbc-c1.sqlite');
  await channel.stop();
  await expect(makeChannel('jdbc', {}, testPorts())).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
});
