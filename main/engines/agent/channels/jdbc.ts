// Events in a file of SQLite: Flume's channel over a database, which was Derby's alone. What is committed survives a crash. Commits of one turn of the
// event loop share a transaction of the database.
import { join } from 'node:path';
import { JDBC_CHANNEL } from '../../../../preload/contract/agent/specs/channels.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { channel } from '../components/factory.ts';
import { AvroReader } from '../event/avro-reader.ts';
import type { Event } from '../event/event.ts';
import { scanEvent } from '../event/scan-events.ts';
import type { ChannelCounters } from '../monitoring/counters.ts';
import type { Say, Transaction } from '../parts.ts';
import type { AgentPorts, SqlDatabase } from '../ports.ts';
import { decisionsIn, type Decisions } from './decisions.ts';
import type { GroupChannel } from './fan-out.ts';
import { Room } from './room.ts';
import { ChangeSignal } from './signal.ts';
import { BasicTransaction } from './transaction.ts';

/** The bound of Flume's ConfigurationConstants where none is set: batches of any size. */
const TRANSACTION_CAPACITY = 10_000;
/** Events that one take reads at most, beside its first. */
const TAKE_BYTES = 2 ** 24;
/** Rows of one SELECT. */
const ROWS = 500;
/** The numbers of a JSON array. */
const GIVEN = '(SELECT value FROM json_each(?))';

export interface JdbcOptions {
  readonly name: string;
  readonly file: string;
  readonly openSql: NonNullable<AgentPorts['openSql']>;
  /** Null: no bound. */
  readonly capacity: number | null;
  readonly counters: ChannelCounters;
  readonly decisions: () => Promise<Decisions>;
  readonly say: Say;
}

interface Job { readonly work: (sql: SqlDatabase) => void; readonly resolve: () => void; readonly reject: (error: unknown) => void }

export class JdbcChannel implements GroupChannel {
  readonly name: string;
  readonly durable = true;
  readonly capacity: number | null;
  readonly transactionCapacity = TRANSACTION_CAPACITY;
  readonly options: JdbcOptions;
  readonly signal = new ChangeSignal();
  room = new Room(Number.MAX_SAFE_INTEGER);
  /** Numbers of events that are there to be taken. */
  readonly queue: number[] = [];
  head = 0;
  taken = 0;
  group: GroupChannel['group'] = null;
  private sql: SqlDatabase | null = null;
  private next = 1;
  private jobs: Job[] = [];

  constructor(options: JdbcOptions) {
    this.options = options;
    this.name = options.name;
    this.capacity = options.capacity;
  }

  get size(): number { return this.queue.length - this.head + this.taken; }

  async start(): Promise<void> {
    if (this.sql) return;
    const { file, openSql, decisions, capacity } = this.options;
    try {
      const sql = openSql(file);
      sql.run('CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, event BLOB NOT NULL, batch TEXT)');
      sql.run('CREATE TABLE IF NOT EXISTS channel (id TEXT NOT NULL)');
      sql.run('INSERT INTO channel SELECT lower(hex(randomblob(16))) WHERE NOT EXISTS (SELECT 1 FROM channel)');
      const known = await decisions();
      sql.transaction(() => {
        for (const { batch } of sql.all('SELECT DISTINCT batch FROM events WHERE batch IS NOT NULL')) {
          if (known.outcome(String(batch)) === 'aborted') sql.run('DELETE FROM events WHERE batch = ?', batch as string);
          else sql.run('UPDATE events SET batch = NULL WHERE batch = ?', batch as string);
        }
      });
      const id = String(sql.all('SELECT id FROM channel')[0]?.['id']);
      known.allSettled(id);
      this.group = { id, decisions: known };
      this.queue.length = 0;
      this.head = 0;
      this.taken = 0;
      for (const row of sql.all('SELECT id FROM events ORDER BY id')) this.queue.push(Number(row['id']));
      this.next = (this.queue.at(-1) ?? 0) + 1;
      this.room = new Room(capacity ?? Number.MAX_SAFE_INTEGER);
      this.room.force(this.queue.length);
      this.sql = sql;
    } catch (error) {
      throw error instanceof SluiceError ? error : SluiceError.of('AGENT_DISK', { file, reason: codeOf(error) }, error);
    }
    this.signal.changed();
  }

  async stop(): Promise<void> {
    this.flush();
    this.sql?.close();
    this.sql = null;
    this.group = null;
  }

  begin(): Transaction {
    this.database();
    return new JdbcTransaction(this);
  }

  onChange(listener: () => void): () => void { return this.signal.onChange(listener); }

  number(count: number): number {
    const first = this.next;
    this.next += count;
    return first;
  }

  database(): SqlDatabase {
    if (!this.sql) throw SluiceError.of('AGENT_CHANNEL_STOPPED', { channel: this.name });
    return this.sql;
  }

  /** On disk when it resolves. */
  write(work: Job['work']): Promise<void> {
    this.database();
    return new Promise((resolve, reject) => {
      if (this.jobs.push({ work, resolve, reject }) === 1) setImmediate(() => { this.flush(); });
    });
  }

  private flush(): void {
    const jobs = this.jobs;
    this.jobs = [];
    if (jobs.length === 0) return;
    try {
      const sql = this.database();
      sql.transaction(() => { for (const { work } of jobs) work(sql); });
      for (const { resolve } of jobs) resolve();
    } catch (error) {
      const told = error instanceof SluiceError ? error : codeOf(error) === 'SQLITE_FULL'
        ? SluiceError.of('AGENT_DISK_FULL', { dir: this.options.file, free: 0, needed: 0 }, error)
        : SluiceError.of('AGENT_DISK', { file: this.options.file, reason: codeOf(error) }, error);
      for (const { reject } of jobs) reject(told);
    }
  }
}

class JdbcTransaction extends BasicTransaction {
  private readonly channel: JdbcChannel;
  private puts: readonly Event[] = [];
  private ids: number[] = [];
  private reserved = false;
  private prepared: { readonly group: string; readonly first: number } | null = null;

  constructor(owner: JdbcChannel) {
    super();
    this.channel = owner;
  }

  protected doPut(events: readonly Event[]): void {
    const { name, transactionCapacity, options: { counters } } = this.channel;
    counters.EventPutAttemptCount += events.length;
    const count = this.puts.length + events.length;
    if (count > transactionCapacity) throw SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: name, events: count, capacity: transactionCapacity });
    this.puts = this.puts.length === 0 ? events : [...this.puts, ...events];
  }

  /** Never waits, as Flume's does not. */
  protected async doTake(most: number): Promise<readonly Event[]> {
    const { channel } = this;
    channel.options.counters.EventTakeAttemptCount += 1;
    const sql = channel.database();
    const wanted = channel.queue.slice(channel.head, channel.head + Math.min(most, ROWS, channel.transactionCapacity - this.ids.length));
    if (wanted.length === 0) return [];
    const ids = wanted.slice(0, within(sql, wanted));
    const rows = sql.all(`SELECT event FROM events WHERE id IN ${GIVEN} ORDER BY id`, JSON.stringify(ids));
    channel.head += ids.length;
    if (channel.head > 4096 && channel.head * 2 > channel.queue.length) {
      channel.queue.splice(0, channel.head);
      channel.head = 0;
    }
    channel.taken += ids.length;
    for (const id of ids) this.ids.push(id);
    return rows.map((row) => scanEvent(new AvroReader(Buffer.from(row['event'] as Buffer))));
  }

  protected async doPrepare(group: string | null): Promise<void> {
    if (this.puts.length === 0) return;
    if (!this.reserved) this.reserve();
    if (group === null || this.prepared) return;
    this.prepared = { group, first: await this.insert(group) };
  }

  protected async doCommit(): Promise<void> {
    const { channel, puts, ids } = this;
    const { counters } = channel.options;
    if (puts.length > 0) {
      if (!this.reserved) this.reserve();
      const first = this.prepared ? await this.release(this.prepared) : await this.insert(null);
      for (let i = 0; i < puts.length; i++) channel.queue.push(first + i);
      counters.EventPutSuccessCount += puts.length;
      channel.signal.changed();
    }
    if (ids.length > 0) {
      await channel.write((sql) => { sql.run(`DELETE FROM events WHERE id IN ${GIVEN}`, JSON.stringify(ids)); });
      channel.taken -= ids.length;
      channel.room.give(ids.length);
      counters.EventTakeSuccessCount += ids.length;
      channel.signal.changed();
    }
  }

  protected async doRollback(): Promise<void> {
    const { channel, ids } = this;
    const { prepared } = this;
    if (prepared && !channel.group?.decisions.isDoubtful(prepared.group)) {
      await channel.write((sql) => { sql.run('DELETE FROM events WHERE batch = ?', prepared.group); }).catch(() => {}); // the next start finds no decision, which is the same
    }
    if (this.reserved) channel.room.give(this.puts.length);
    if (ids.length === 0) return;
    channel.queue.splice(0, channel.head, ...ids);
    channel.head = 0;
    channel.taken -= ids.length;
    channel.signal.changed();
  }

  private async insert(group: string | null): Promise<number> {
    const { channel, puts } = this;
    const first = channel.number(puts.length);
    await channel.write((sql) => { for (const [i, event] of puts.entries()) sql.run('INSERT INTO events (id, event, batch) VALUES (?, ?, ?)', first + i, event.toAvro(), group); });
    return first;
  }

  private async release({ group, first }: { readonly group: string; readonly first: number }): Promise<number> {
    const { channel } = this;
    await channel.write((sql) => { sql.run('UPDATE events SET batch = NULL WHERE batch = ?', group); });
    channel.group?.decisions.settled(group, channel.group.id);
    return first;
  }

  /** At once or not at all, as in Flume. */
  private reserve(): void {
    const { channel, puts } = this;
    const { room, capacity } = channel;
    channel.database();
    if (!room.tryTake(puts.length)) throw SluiceError.of('AGENT_CHANNEL_FULL', { channel: channel.name, capacity: capacity ?? 0 });
    this.reserved = true;
  }
}

/** How many of the events have no more bytes than one take reads; one at least. */
function within(sql: SqlDatabase, ids: readonly number[]): number {
  let bytes = 0;
  let count = 0;
  for (const row of sql.all(`SELECT length(event) AS size FROM events WHERE id IN ${GIVEN} ORDER BY id`, JSON.stringify(ids))) {
    bytes += Number(row['size']);
    if (count > 0 && bytes > TAKE_BYTES) break;
    count += 1;
  }
  return count;
}

export const jdbcChannel = channel(JDBC_CHANNEL, (values, { name, ports, counters, say }) => {
  const { openSql } = ports;
  if (!openSql) throw SluiceError.of('AGENT_NOT_HERE', { component: name, what: 'a database of SQLite cannot be opened here' });
  const own = name.slice(name.lastIndexOf('.') + 1);
  const url = values['driver.url'];
  if (url !== null || values['db.type'].toUpperCase() !== 'DERBY') say.note(`${name}: db.type, driver and connection of Derby are not used; the events are in ${join(ports.stateDir, `jdbc-${own}.sqlite`)}`);
  return new JdbcChannel({
    name: own, file: join(ports.stateDir, `jdbc-${own}.sqlite`), openSql, counters, say,
    capacity: values['maximum.capacity'] === 0 ? null : values['maximum.capacity'], decisions: () => decisionsIn(ports.disk, ports.stateDir),
  });
});
