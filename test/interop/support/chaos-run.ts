// A load of many clients on an ensemble while members are killed, stopped and cut off; in the end all of it is judged.
import { OP } from '../../../main/engines/coordination/op-codes.ts';
import * as jute from '../../../main/engines/coordination/jute/records.ts';
import { checkHistory, type Initial } from '../../support/linearizability.ts';
import { ChaosClient, type ChaosRun } from './chaos-client.ts';
import { body } from './coordination-teller.ts';
import { RawClient } from './raw-client.ts';

export interface ChaosOptions {
  readonly ports: readonly number[];
  readonly clients?: number;
  readonly keys?: number;
  readonly sessionTimeoutMs?: number;
  readonly seed?: number;
  /** Does what is done to the ensemble, and undoes it; the load goes on until it resolves, and a little longer. Those who write leave what is to be avoided. */
  readonly faults: (random: (below: number) => number, avoid: (port: number | null) => void) => Promise<void>;
}

export interface ChaosReport {
  readonly ops: number;
  readonly maybe: number;
  readonly syncs: number;
  readonly expired: number;
  readonly reconnects: number;
  readonly events: number;
  /** In words; none is as it should be. */
  readonly violations: readonly string[];
}

const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * below); };
}

/** A session on any of the ports, however long it takes. */
async function anySession(ports: readonly number[], timeout: number): Promise<RawClient> {
  for (let n = 0; ; n++) {
    const client = new RawClient(ports[n % ports.length] ?? 0);
    const timer = setTimeout(() => client.socket.destroy(), 1000);
    const granted = await client.greet({ timeout });
    clearTimeout(timer);
    if (granted?.timeout) return client;
    await client.cut();
    if (n > 600) throw new Error('no member of the ensemble grants a session');
    await sleep(100);
  }
}

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { ports, clients = 14, keys = 6, sessionTimeoutMs = 4000, seed = 1 } = options;
  const random = randomOf(seed);
  const run: ChaosRun = {
    ports, sessionTimeoutMs, random, keys: Array.from({ length: keys }, (_, n) => `/key${n}`), history: [], violations: [], avoided: null, ending: false,
    counts: { ops: 0, maybe: 0, syncs: 0, expired: 0, reconnects: 0, events: 0, errors: 0 },
  };
  const setup = await anySession(ports, sessionTimeoutMs);
  const initial = new Map<string, Initial>();
  await setup.request(OP.create, body.create('/eph'));
  for (const key of run.keys) {
    const made = await setup.request(OP.create2, body.create(key));
    if (made?.err !== 0) throw new Error(`${key} could not be created: ${made?.err}`);
    initial.set(key, { value: '', version: 0, zxid: jute.Create2Response.decode(made.body).stat.mzxid });
  }
  await setup.close();

  const all = Array.from({ length: clients }, (_, n) => new ChaosClient(run, `c${n}`, n % 2 === 0 ? (ports[(n / 2) % ports.length] ?? null) : null));
  const work = all.map((client) => client.work());
  await sleep(500);
  await options.faults(random, (port) => { run.avoided = port; });
  await sleep(1500);
  run.ending = true;
  await Promise.all(work);
  await judgeEnd(run, all);
  await Promise.all(all.map((client) => client.end()));
  const violations = [...run.violations, ...checkHistory(run.history, initial).map(({ key, rule, detail }) => `${key}: ${rule}: ${detail}`)];
  return { ...run.counts, violations };
}

/** All members tell the same in the end, and every ephemeral belongs to a session that lives. */
async function judgeEnd(run: ChaosRun, all: readonly ChaosClient[]): Promise<void> {
  const told: string[] = [];
  for (const port of run.ports) {
    const client = await anySession([port], run.sessionTimeoutMs);
    const lines: string[] = [];
    for (const key of run.keys) {
      const synced = client.request(OP.sync, body.path(key));
      const start = performance.now();
      const reply = await client.request(OP.getData, body.watch(key));
      await synced;
      if (reply?.err !== 0) { run.violations.push(`${key} cannot be read from ${port} in the end: ${reply?.err}`); continue; }
      const { data, stat } = jute.GetDataResponse.decode(reply.body);
      lines.push(`${key} ${stat.version} ${stat.mzxid} ${data?.toString()}`);
      run.history.push({ key, session: `end ${port}`, kind: 'read', outcome: 'ok', value: data?.toString() ?? '', version: stat.version, zxid: stat.mzxid, start, end: performance.now() });
    }
    told.push(lines.join('\n'));
    await client.close();
  }
  if (new Set(told).size > 1) run.violations.push(`members differ in the end:\n${told.join('\n--\n')}`);
  const client = await anySession(run.ports, run.sessionTimeoutMs);
  const living = new Set(all.map((one) => String(one.session)));
  for (let tries = 0; ; tries++) {
    await client.request(OP.sync, body.path('/eph'));
    const reply = await client.request(OP.getChildren, body.watch('/eph'));
    const names = reply?.err === 0 ? jute.GetChildrenResponse.decode(reply.body).children : [];
    const left = names.filter((name) => !living.has(name));
    if (left.length === 0) break;
    if (tries * 200 > run.sessionTimeoutMs * 4) { run.violations.push(`ephemerals of sessions nobody has: ${left.join(' ')}`); break; }
    await sleep(200);
  }
  await client.close();
}
