// One of many clients under chaos: keeps a session over whatever members answer, writes down every operation for the checker, and
// watches the watches: an event must come before anything newer can be read.
import { CREATE, EVENT, OP } from '../../../main/engines/coordination/op-codes.ts';
import * as jute from '../../../main/engines/coordination/jute/records.ts';
import type { HistoryOp } from '../../support/linearizability.ts';
import { body } from './coordination-teller.ts';
import { RawClient, type Reply } from './raw-client.ts';

const OP_TIMEOUT_MS = 2000;
const CONNECT_TIMEOUT_MS = 1000;
/** Operations between two absences of a client, about. */
const AWAY_ONE_IN = 600;
const NO_NODE = -101;
const BAD_VERSION = -103;

/** What all clients of a run share. */
export interface ChaosRun {
  readonly ports: readonly number[];
  readonly keys: readonly string[];
  readonly sessionTimeoutMs: number;
  readonly history: HistoryOp[];
  /** What is wrong beside the history: watches, ephemerals. */
  readonly violations: string[];
  readonly counts: { ops: number; maybe: number; syncs: number; expired: number; reconnects: number; events: number; errors: number };
  random(below: number): number;
  /** A member that those who write keep away from: one that has no writes under way answers what it should not more readily. */
  avoided: number | null;
  ending: boolean;
}

const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });
const bodyOf = (reply: Reply): { readonly value: string; readonly version: number; readonly zxid: number } => {
  const { data, stat } = jute.GetDataResponse.decode(reply.body);
  return { value: data?.toString() ?? '', version: stat.version, zxid: stat.mzxid };
};

export class ChaosClient {
  readonly #run: ChaosRun;
  readonly #name: string;
  readonly #reads: number | null;
  #client: RawClient | null = null;
  #session: { readonly id: bigint; readonly passwd: Buffer } | null = null;
  #sessions = 0;
  #port = 0;
  #lastZxid = 0;
  #writes = 0;
  /** Version seen when the data watch that is set now was set. */
  readonly #armed = new Map<string, number>();
  readonly #known = new Map<string, number>();
  /** The session whose ephemeral was seen; the create of another's may have been cut off. */
  #confirmed: bigint | null = null;

  /** One that `reads` only goes on reading where a writer would wait: on a leader that is cut off; it likes to be on that port. */
  constructor(run: ChaosRun, name: string, reads: number | null) {
    this.#run = run;
    this.#name = name;
    this.#reads = reads;
  }

  get #sessionName(): string {
    return `${this.#name}/${this.#sessions}`;
  }

  #wrong(text: string): void {
    this.#run.violations.push(`${this.#sessionName} on ${this.#port}: ${text}`);
  }

  /** Works until the run ends. */
  async work(): Promise<void> {
    while (!this.#run.ending) {
      if (!(await this.#connected())) { await sleep(30); continue; }
      await this.#one();
      if (this.#run.random(AWAY_ONE_IN) === 0) await this.#away();
    }
  }

  /** Gone without a word, sometimes for so long that the session expires. */
  async #away(): Promise<void> {
    await this.#client?.cut();
    const until = performance.now() + this.#run.random(this.#run.sessionTimeoutMs * 3);
    while (performance.now() < until && !this.#run.ending) await sleep(50);
  }

  /** The session that is alive now, with its ephemeral, for the last look. */
  get session(): bigint | null {
    return this.#session?.id ?? null;
  }

  async #connected(): Promise<boolean> {
    const run = this.#run;
    if (this.#client && !this.#client.isEnded) {
      if (this.#reads !== null || this.#port !== run.avoided) return true;
      await this.#client.cut();
    }
    const ports = this.#reads === null ? run.ports.filter((port) => port !== run.avoided) : run.ports;
    this.#port = this.#reads !== null && run.random(4) > 0 ? this.#reads : (ports[run.random(ports.length)] ?? 0);
    const client = new RawClient(this.#port);
    this.#client = client;
    const timer = setTimeout(() => client.socket.destroy(), CONNECT_TIMEOUT_MS);
    const before = this.#session;
    const granted = await client.greet({ timeout: run.sessionTimeoutMs, lastZxid: this.#lastZxid, ...(before ? { sessionId: before.id, passwd: before.passwd } : {}) });
    clearTimeout(timer);
    if (!granted) return false;
    run.counts.reconnects++;
    client.onEvent = (event) => this.#event(event);
    if (before && granted.timeout === 0) {
      run.counts.expired++;
      this.#session = null;
      this.#armed.clear();
      await client.cut();
      await this.#goneAfter(before.id);
      return false;
    }
    this.#session = { id: granted.id, passwd: granted.passwd };
    if (!before) { this.#sessions++; await this.#ask(OP.create, body.create(`/eph/${granted.id}`, this.#sessionName, CREATE.ephemeral)); }
    else if (this.#armed.size > 0) await this.#ask(OP.setWatches, body.setWatches(this.#lastZxid, { data: [...this.#armed.keys()] }), -8);
    return !client.isEnded;
  }

  /** A session that was told to have expired must have taken its ephemeral along. */
  async #goneAfter(id: bigint): Promise<void> {
    for (;;) {
      const client = new RawClient(this.#run.ports[this.#run.random(this.#run.ports.length)] ?? 0);
      const timer = setTimeout(() => client.socket.destroy(), CONNECT_TIMEOUT_MS + OP_TIMEOUT_MS);
      const granted = await client.greet({ timeout: this.#run.sessionTimeoutMs, lastZxid: this.#lastZxid });
      const synced = granted ? await client.request(OP.sync, body.path('/eph')) : null;
      const there = synced?.err === 0 ? await client.request(OP.exists, body.watch(`/eph/${id}`)) : null;
      clearTimeout(timer);
      if (there) {
        if (there.err === 0) this.#wrong(`the ephemeral of session ${id.toString(16)} outlived it`);
        return void client.close();
      }
      await client.cut();
      await sleep(50);
    }
  }

  #event(event: Reply): void {
    const { type, path } = jute.WatcherEvent.decode(event.body);
    this.#run.counts.events++;
    if (type === EVENT.dataChanged || type === EVENT.deleted) {
      if (!this.#armed.delete(path)) this.#wrong(`an event for ${path} that no watch was set for`);
    }
  }

  /** Null when the connection ended, or did not answer in time, which ends it. */
  async #ask(type: number, request: Buffer, xid?: number, seen?: (reply: Reply) => void): Promise<Reply | null> {
    const client = this.#client as RawClient;
    const timer = setTimeout(() => client.socket.destroy(), OP_TIMEOUT_MS);
    const reply = await client.request(type, request, xid, seen);
    clearTimeout(timer);
    if (reply && reply.zxid > this.#lastZxid) this.#lastZxid = reply.zxid;
    return reply;
  }

  async #one(): Promise<void> {
    const { random, keys } = this.#run;
    const key = keys[random(keys.length)] as string;
    const what = this.#reads === null ? random(10) : 5 + random(4);
    if (what < 3) await this.#write(key, 'set');
    else if (what < 5) await this.#write(key, 'cas');
    else if (what < 8) await this.#read(key, true);
    else await this.#read(key, false);
    if (random(40) === 0) await this.#own();
  }

  async #write(key: string, kind: 'set' | 'cas'): Promise<void> {
    const { run, value } = { run: this.#run, value: `${this.#name}-${++this.#writes}` };
    const session = this.#sessionName;
    const expected = this.#known.get(key) ?? 0;
    const start = performance.now();
    const reply = await this.#ask(OP.setData, body.setData(key, value, kind === 'cas' ? expected : -1));
    const base = { key, session, kind, value, start, ...(kind === 'cas' ? { expected } : {}) };
    run.counts.ops++;
    if (!reply) {
      run.counts.maybe++;
      run.history.push({ ...base, outcome: 'unknown', version: -1, zxid: -1, end: Infinity });
    } else if (reply.err === 0) {
      const { stat } = jute.StatResponse.decode(reply.body);
      this.#known.set(key, stat.version);
      run.history.push({ ...base, outcome: 'ok', version: stat.version, zxid: stat.mzxid, end: performance.now() });
    } else if (reply.err === BAD_VERSION && kind === 'cas') {
      this.#known.delete(key);
      run.history.push({ ...base, outcome: 'badVersion', version: -1, zxid: -1, end: performance.now() });
    } else this.#refused(reply);
  }

  /** What is no outcome of the operation ends the connection: an expired or moved session. */
  #refused(reply: Reply): void {
    this.#run.counts.errors++;
    if (![-112, -118].includes(reply.err)) this.#wrong(`error ${reply.err}`);
    this.#client?.socket.destroy();
  }

  async #read(key: string, sync: boolean): Promise<void> {
    const run = this.#run;
    const session = this.#sessionName;
    const start = performance.now();
    const synced = sync ? this.#ask(OP.sync, body.path(key)) : null;
    const asked = this.#ask(OP.getData, body.watch(key, true), undefined, (reply) => { if (reply.err === 0) this.#arm(key, bodyOf(reply).version); });
    const [before, reply] = [await synced, await asked];
    run.counts.ops++;
    if (!reply || (sync && !before)) return;
    if (reply.err !== 0) return this.#refused(reply);
    const seen = bodyOf(reply);
    this.#known.set(key, seen.version);
    const current = sync && before?.err === 0;
    if (current) run.counts.syncs++;
    run.history.push({ key, session, kind: current ? 'read' : 'plainRead', outcome: 'ok', ...seen, start, end: performance.now() });
  }

  /** Events come before what is newer on a connection, so one that is due has been told by now. */
  #arm(key: string, version: number): void {
    const armed = this.#armed.get(key);
    if (armed !== undefined && armed !== version) this.#wrong(`${key} is at version ${version}, and no event came since ${armed}`);
    this.#armed.set(key, version);
  }

  /** A session that lives has its ephemeral. */
  async #own(): Promise<void> {
    const id = this.#session?.id;
    const synced = await this.#ask(OP.sync, body.path('/eph'));
    const reply = synced && this.#client?.isEnded === false ? await this.#ask(OP.exists, body.watch(`/eph/${id}`)) : null;
    if (reply?.err === NO_NODE && id === this.#confirmed) this.#wrong(`its ephemeral is gone while session ${id?.toString(16)} lives`);
    else if (reply?.err === NO_NODE) await this.#ask(OP.create, body.create(`/eph/${id}`, this.#sessionName, CREATE.ephemeral));
    else if (reply?.err === 0) this.#confirmed = id ?? null;
  }

  async end(): Promise<void> {
    await this.#client?.cut();
  }
}
