// An ensemble for tests whose members are ours or real servers, and may change from one to the other on the same data directory.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openClient } from '../../../main/engines/coordination/client/client.ts';
import type { CoordinationClient } from '../../../main/engines/coordination/client/client-types.ts';
import type { NodeEvent } from '../../../main/engines/coordination/parts.ts';
import { freePort } from '../../peers/peer-process.ts';
import { startPeer, type RunningPeer } from '../../peers/start-peer.ts';

export type Kind = 'ours' | '3.8' | '3.9';

/** Waits for an outcome; the error says what did not come. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  for (;;) {
    if (await Promise.resolve(holds()).catch(() => false)) return;
    if (performance.now() > end) throw new Error(`did not come in ${ms} ms: ${what}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

export class Member {
  readonly sid: number;
  readonly port: number;
  readonly dir: string;
  readonly #servers: readonly string[];
  readonly #conf: readonly string[];
  readonly #jvm: readonly string[];
  kind: Kind = 'ours';
  /** What ours reported since its last start. */
  events: NodeEvent[] = [];
  /** And since the first. */
  readonly history: NodeEvent[] = [];
  output = '';
  #child: ChildProcess | null = null;
  #peer: RunningPeer<'zookeeper'> | null = null;

  /** @param jvm options of real servers. */
  constructor(sid: number, port: number, dir: string, servers: readonly string[], conf: readonly string[], jvm: readonly string[]) {
    this.sid = sid;
    this.port = port;
    this.dir = dir;
    this.#servers = servers;
    this.#conf = conf;
    this.#jvm = jvm;
    mkdirSync(join(dir, 'data'), { recursive: true });
    writeFileSync(join(dir, 'data', 'myid'), `${sid}\n`);
  }

  get pid(): number { return this.#child?.pid ?? this.#peer?.pid ?? 0; }
  get isRunning(): boolean { return this.#child !== null || this.#peer !== null; }
  /** The configuration of ours; changed by a reconfig. */
  get configFile(): string { return join(this.dir, 'ours.cfg'); }

  /** Starts it; resolves when it listens, which may be before there is a quorum. */
  async start(kind: Kind = this.kind): Promise<void> {
    this.kind = kind;
    if (kind === 'ours') await this.#startOurs();
    else this.#peer = await startPeer('zookeeper', { release: kind, conf: this.#conf, jvm: this.#jvm, ensemble: { id: this.sid, servers: this.#servers }, ready: 'listening' }, { dir: this.dir, port: this.port });
  }

  async #startOurs(): Promise<void> {
    const lines = [
      'tickTime=2000', 'initLimit=10', 'syncLimit=5', `dataDir=${join(this.dir, 'data')}`, `clientPort=${this.port}`, 'clientPortAddress=127.0.0.1', 'maxClientCnxns=0',
      'extendedTypesEnabled=true', 'reconfigEnabled=true', 'admin.enableServer=false', ...this.#conf, ...this.#servers,
    ];
    const config = new Map(lines.map((line) => [line.split('=')[0], line]));
    try {
      if (!readFileSync(this.configFile, 'utf8').includes('dynamicConfigFile')) throw new Error('as it was');
    } catch {
      writeFileSync(this.configFile, `${[...config.values()].join('\n')}\n`);
    }
    this.events = [];
    const child = spawn(process.execPath, [join(import.meta.dirname, 'coordination-member.ts'), this.configFile], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => { this.output += chunk.toString(); });
    child.on('exit', () => { if (this.#child === child) this.#child = null; });
    const lines$ = createInterface({ input: child.stdout });
    const ready = new Promise<void>((resolve, reject) => {
      lines$.on('line', (line) => {
        const event = JSON.parse(line) as NodeEvent | { type: 'ready' };
        if (event.type === 'ready') resolve();
        else {
          this.events.push(event);
          this.history.push(event);
        }
      });
      child.once('exit', () => { reject(new Error(`the member ended: ${this.output}`)); });
    });
    await ready;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const { pid } = this;
    if (pid === 0) return;
    process.kill(pid, 'SIGKILL');
    await this.#gone();
  }

  async stop(): Promise<void> {
    if (this.#child) {
      this.#child.kill('SIGTERM');
      await this.#gone();
    } else if (this.#peer) {
      await this.#peer.stop();
      this.#peer = null;
    }
  }

  async #gone(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    this.#child = null;
    if (this.#peer) {
      await this.#peer.ended;
      await this.#peer.stop();
    }
    this.#peer = null;
  }

  /** What a real one wrote into its log. */
  get log(): string { return this.#peer ? readFileSync(this.#peer.log, 'utf8') : ''; }
}

/** Where members say that their tree is not the leader's: real servers compare digests after every txn, and so do ours. */
export function digestMismatches(running: Ensemble): string[] {
  return running.members.flatMap((member) => {
    const at = member.log.search(/digest mismatch|Digests are not matching/i);
    const ours = member.history.some((event) => event.type === 'warning' && JSON.stringify(event).includes('COORD_DIGEST'));
    return [...(at < 0 ? [] : [`server ${member.sid}: ${member.log.slice(Math.max(0, at - 300), at + 500)}`]), ...(ours ? [`server ${member.sid} of ours`] : [])];
  });
}

export class Ensemble {
  readonly members: Member[];
  readonly dir: string;
  readonly #servers: readonly string[];
  readonly #conf: readonly string[];
  readonly #clients: CoordinationClient[] = [];

  private constructor(dir: string, members: Member[], servers: readonly string[], conf: readonly string[]) {
    this.dir = dir;
    this.members = members;
    this.#servers = servers;
    this.#conf = conf;
  }

  /** One more that is in its own configuration and in no other's, not started; the line is what a reconfig adds. */
  async newcomer(role = 'participant'): Promise<{ readonly member: Member; readonly line: string }> {
    const sid = this.members.length + 1;
    const line = `server.${sid}=127.0.0.1:${await freePort()}:${await freePort()}:${role}`;
    const member = new Member(sid, await freePort(), join(this.dir, String(sid)), [...this.#servers, line], this.#conf, []);
    this.members.push(member);
    return { member, line: `${line};127.0.0.1:${member.port}` };
  }

  /** Members that are not started yet. */
  static async make(count: number, conf: readonly string[] = [], role: (sid: number) => string = () => 'participant', jvm: readonly string[] = [], host: (sid: number) => string = () => '127.0.0.1'): Promise<Ensemble> {
    const dir = mkdtempSync(join(tmpdir(), 'coordination-'));
    const servers: string[] = [];
    for (let sid = 1; sid <= count; sid++) servers.push(`server.${sid}=${host(sid)}:${await freePort()}:${await freePort()}:${role(sid)}`);
    const members: Member[] = [];
    for (let sid = 1; sid <= count; sid++) members.push(new Member(sid, await freePort(), join(dir, String(sid)), servers, conf, jvm));
    return new Ensemble(dir, members, servers, conf);
  }

  async start(...kinds: Kind[]): Promise<void> {
    await Promise.all(this.members.map((member, at) => member.start(kinds[at] ?? 'ours')));
  }

  member(sid: number): Member {
    return this.members[sid - 1] as Member;
  }

  /** A client of these members, or of all. */
  client(...sids: number[]): CoordinationClient {
    const chosen = sids.length === 0 ? this.members : sids.map((sid) => this.member(sid));
    const client = openClient({ connectString: chosen.map((member) => `127.0.0.1:${member.port}`).join(','), sessionTimeoutMs: 20_000, patienceMs: 60_000 });
    this.#clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close().catch(() => undefined)));
    await Promise.all(this.members.map((member) => member.stop()));
    rmSync(this.dir, { recursive: true, force: true });
  }
}
