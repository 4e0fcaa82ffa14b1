// Places in a coordination tree: a lock that one agent holds while it reads, and the entries in a few znodes, each written only over the version that was read, so that an
// agent that lost the lock cannot advance any more. An agent that waits for the lock takes over where the other one stopped.
//   PATH/lock    PATH/head {"generation":"...","number":5}    PATH/entries-00 ... entries-3f {"number":5,"entries":{"k":"v"}}
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../ports.ts';
import type { PlaceChanges, PlaceStore, StoredPlaces } from './place-store.ts';

const SHARDS = 64;
/** ZooKeeper's own bound of a znode (jute.maxbuffer) is 1 MiB. */
const MOST = 1_000_000;

export interface SharedPlacesOptions {
  readonly component: string;
  readonly path: string;
  readonly connect: () => Promise<CoordinationClient>;
  /** The lock is gone: nothing must be read any more. */
  readonly lost: (error: SluiceError) => void;
}

interface Shard { readonly entries: Map<string, string>; number: number; version: number | null }

export class SharedPlaces implements PlaceStore {
  private readonly options: SharedPlacesOptions;
  private readonly shards: Shard[] = [];
  private client: CoordinationClient | null = null;
  private release: (() => Promise<void>) | null = null;
  private isLost = false;
  private number = 0;

  constructor(options: SharedPlacesOptions) {
    this.options = options;
  }

  get name(): string { return this.options.path; }

  async load(signal: AbortSignal): Promise<StoredPlaces> {
    const { path, connect, lost } = this.options;
    try {
      this.client = await connect();
      this.release = await this.client.hold(`${path}/lock`, () => {
        this.isLost = true;
        lost(this.failed('another agent may hold its lock now'));
      }, signal);
      const generation = await this.generation(this.client);
      for (let i = 0; i < SHARDS; i++) this.shards.push(await this.shard(this.client, i));
      this.number = Math.max(...this.shards.map(({ number }) => number));
      return {
        generation, number: this.number,
        entries: new Map(this.shards.flatMap(({ entries }) => [...entries])),
      };
    } catch (error) {
      await this.close();
      throw error instanceof SluiceError ? error : this.failed(error instanceof Error ? error.message : String(error));
    }
  }

  async save(number: number, changes: PlaceChanges): Promise<void> {
    const touched = new Set<number>();
    for (const [key, value] of changes) {
      const i = shardOf(key);
      touched.add(i);
      const { entries } = this.shards[i] as Shard;
      if (value === null) entries.delete(key);
      else entries.set(key, value);
    }
    // only the last one carries the new number: it stands for all of them
    const order = [...touched];
    for (const [at, i] of order.entries()) await this.write(i, at === order.length - 1 ? number : this.number);
    this.number = number;
  }

  async close(): Promise<void> {
    await this.release?.().catch(() => {});
    await this.client?.close().catch(() => {});
    this.release = null;
    this.client = null;
  }

  private async write(i: number, number: number): Promise<void> {
    const shard = this.shards[i] as Shard;
    const data = Buffer.from(JSON.stringify({ number, entries: Object.fromEntries(shard.entries) }));
    if (data.length > MOST) throw this.failed(`${shard.entries.size} files are too many for one znode`);
    if (this.isLost || this.client === null) throw this.failed('another agent may hold its lock now');
    let written: boolean;
    try {
      written = await this.client.set(`${this.options.path}/${nameOf(i)}`, data, shard.version);
    } catch (error) {
      // it may have been written all the same: the next try must know which version stands there
      const now = await this.client.get(`${this.options.path}/${nameOf(i)}`).catch(() => null);
      if (now?.data.equals(data) !== true) throw error instanceof SluiceError ? error : this.failed(error instanceof Error ? error.message : String(error));
      shard.version = now.version;
      shard.number = number;
      return;
    }
    if (!written) throw this.failed('another agent changed it');
    shard.version = shard.version === null ? 0 : shard.version + 1;
    shard.number = number;
  }

  private async generation(client: CoordinationClient): Promise<string> {
    const path = `${this.options.path}/head`;
    const found = await client.get(path);
    if (found) return this.parse<{ generation: string }>(found.data, path).generation;
    const generation = randomUUID();
    if (!(await client.set(path, Buffer.from(JSON.stringify({ generation })), null))) throw this.failed('another agent changed it');
    return generation;
  }

  private async shard(client: CoordinationClient, i: number): Promise<Shard> {
    const path = `${this.options.path}/${nameOf(i)}`;
    const found = await client.get(path);
    if (!found) return { entries: new Map(), number: 0, version: null };
    const { number, entries } = this.parse<{ number: number; entries: Record<string, string> }>(found.data, path);
    return { entries: new Map(Object.entries(entries)), number, version: found.version };
  }

  private parse<T>(data: Buffer, path: string): T {
    try {
      return JSON.parse(data.toString('utf8')) as T;
    } catch {
      throw this.failed(`${path} holds no place of ours`);
    }
  }

  private failed(reason: string): SluiceError {
    return SluiceError.of('AGENT_PLACE', { component: this.options.component, place: this.options.path, reason });
  }
}

const shardOf = (key: string): number => crc32(key) % SHARDS;
const nameOf = (shard: number): string => `entries-${shard.toString(16).padStart(2, '0')}`;
