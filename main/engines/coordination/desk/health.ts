// The looks at an ensemble, one after another: who its members are, how each is, and what happened since the last look.
import { statfs } from 'node:fs/promises';
import type { ClusterHealth, Member } from '../../../../preload/contract/cluster.ts';
import { delay } from '../../../lib/async.ts';
import type { EngineEvent } from '../api.ts';
import { parseConnectString } from '../client/connect-string.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { Looker, placeName, type Ask, type Look, type Place } from './look.ts';
import { quorumOf, storiesOf, withLag } from './story.ts';

/** Looks after which the members are asked for anew. */
const MEMBERS_EVERY = 10;

/** `server.N=host:quorum:election[:role];[clientHost:]clientPort` lines of /zookeeper/config. Of several addresses the first counts. */
export function membersOf(config: string, hosts: readonly { readonly host: string; readonly port: number }[], secure = false): Place[] {
  const places: Place[] = [];
  for (const line of config.split('\n')) {
    const match = /^server\.(\d+)=([^;]+)(?:;(.*))?$/.exec(line.trim());
    if (!match) continue;
    const [quorum = '', client] = [match[2]?.split('|')[0], match[3]];
    const host = /^\[([^\]]+)\]/.exec(quorum)?.[1] ?? quorum.split(':')[0] ?? '';
    const port = Number(/(\d+)$/.exec(client ?? '')?.[1] ?? 0);
    const clientHost = /^(?:\[([^\]]+)\]|([^:]+)):\d+$/.exec(client ?? '');
    const bound = clientHost?.[1] ?? clientHost?.[2] ?? null;
    const reach = bound === null || bound === '0.0.0.0' || bound === '::' || bound === '0:0:0:0:0:0:0:0' ? host : bound;
    // a static zoo.cfg names no client port there: it is the one the connect string has for that host
    const sameHost = hosts.filter((one) => one.host === host || one.host === reach);
    const known = sameHost.length === 1 ? (sameHost[0]?.port ?? 0) : 0;
    const found = secure ? known : port > 0 ? port : known;
    if (found > 0) places.push({ host: reach, port: found, sid: Number(match[1]), voter: !/:observer/.test(match[2] ?? '') });
  }
  return places;
}

export interface HealthSource {
  readonly connectString: string;
  readonly ask: Ask;
  /** Its clients come over TLS: /zookeeper/config names the plain ports. */
  readonly secure: boolean;
  /** Null while there is no session. */
  readonly client: () => CoordinationClient | null;
  /** Of a node of ours among the members. */
  readonly own: () => { readonly port: number; readonly dataDir: string; readonly electionMs: number | null } | null;
}

export class Health {
  readonly #source: HealthSource;
  readonly #looker: Looker;
  readonly #hosts: readonly { readonly host: string; readonly port: number }[];
  #places: readonly Place[];
  #looks = 0;
  #last: ClusterHealth | null = null;
  #counters = new Map<string, NonNullable<Look['elections']>>();

  constructor(source: HealthSource) {
    this.#source = source;
    this.#looker = new Looker(source.ask);
    this.#hosts = parseConnectString(source.connectString).hosts;
    this.#places = this.#hosts.map((host) => ({ ...host, sid: null, voter: true }));
  }

  /** By name or host:port; null for one that is no member. */
  place(member: string): Place | null {
    return this.#places.find((place) => placeName(place) === member || `${place.host}:${place.port}` === member) ?? null;
  }

  get places(): readonly Place[] {
    return this.#places;
  }

  async *follow(everyMs: number, signal: AbortSignal): AsyncGenerator<{ health: ClusterHealth; events: EngineEvent[] }, void, undefined> {
    while (!signal.aborted) {
      yield await this.look(signal);
      await delay(everyMs, signal).catch(() => undefined);
    }
  }

  async look(signal: AbortSignal): Promise<{ health: ClusterHealth; events: EngineEvent[] }> {
    if (this.#looks % MEMBERS_EVERY === 0 || this.#places.every((place) => place.sid === null)) await this.#askMembers();
    this.#looks += 1;
    const looks = await Promise.all(this.#places.map((place) => this.#looker.look(place, signal)));
    const own = this.#source.own();
    const members = withLag(await Promise.all(looks.map(({ member }) => (own && member.port === own.port ? withDisk(member, own.dataDir, this.#source.ask) : member))));
    const health: ClusterHealth = { at: Date.now(), members, quorum: quorumOf(members) };
    const took = new Map<string, number>();
    for (const { member, elections } of looks) {
      const before = this.#counters.get(member.name);
      if (elections && before && elections.count > before.count) took.set(member.name, (elections.sumMs - before.sumMs) / (elections.count - before.count));
      if (elections) this.#counters.set(member.name, elections);
      if (own?.electionMs !== null && own !== null && member.port === own.port) took.set(member.name, own.electionMs);
    }
    const events = storiesOf(this.#last, health, took);
    this.#last = health;
    return { health, events };
  }

  /** From /zookeeper/config; what the connect string names stays when that cannot be read. */
  async #askMembers(): Promise<void> {
    const client = this.#source.client();
    if (!client || (client.state !== 'connected' && client.state !== 'connectedReadOnly')) return;
    try {
      const { data } = await client.getConfig();
      const found = membersOf((data ?? Buffer.alloc(0)).toString('utf8'), this.#hosts, this.#source.secure);
      if (found.length > 0) this.#places = found.sort((a, b) => (a.sid ?? 0) - (b.sid ?? 0));
    } catch {
      // a chroot, an ACL or a lost connection: the next look tries again
    }
  }
}

async function withDisk(member: Member, dataDir: string, ask: Ask): Promise<Member> {
  try {
    const { bavail, blocks, bsize } = await statfs(dataDir);
    const sizes = await ask(member, 'dirs', 3000).catch(() => '');
    const used = [...sizes.matchAll(/: (\d+)/g)].reduce((sum, match) => sum + Number(match[1]), 0);
    return { ...member, disk: { free: bavail * bsize, total: blocks * bsize, used } };
  } catch {
    return member;
  }
}
