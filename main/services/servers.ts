// Use cases of servers: add, change, remove, probe, trust. A secret goes to the vault under `server/<id>` and nowhere
// else; it leaves it only inside the ServerAccess of one call to the engine.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import type { HostKey, PlaceId, ProbeStep, Server, ServerAuth } from '../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import { SluiceError, toErrorInfo } from '../../preload/contract/sluice-error.ts';
import type { Vault } from '../app/host.ts';
import type { Place, ResolvedAuth, ServerAccess } from '../engines/sync/api.ts';
import { readSshConfig, resolveSshHost, sshAliases, type SshConfig } from '../engines/sync/transport/ssh-config.ts';
import { parseTarget } from '../engines/sync/transport/target.ts';
import { CollectionTopic } from '../lib/topic.ts';
import type { ServerRows, StoredServer } from '../store/servers.ts';
import type { SyncRows } from '../store/syncs.ts';
import type { ActivityService } from './activity.ts';
import type { EngineSource } from './engine-source.ts';

const vaultKey = (id: string): string => `server/${id}`;
const sameKey = (a: HostKey, b: HostKey): boolean => a.type === b.type && a.sha256 === b.sha256;

/** Errors that say something about the server and not about one file on it. */
const ABOUT_THE_SERVER = /^(SSH_|RSYNC_MISSING|RSYNC_VERSION|RSYNC_NOISE)/;

export class ServersService {
  private readonly rows: ServerRows;
  private readonly syncRows: SyncRows;
  private readonly vault: Vault;
  private readonly engines: EngineSource;
  private readonly activity: ActivityService;
  private readonly sshConfig: () => Promise<SshConfig>;
  private readonly now: () => number;
  private readonly topic: CollectionTopic<Server>;
  /** Host keys the engine has met at each server since the start: only these can be trusted. */
  private readonly offered = new Map<string, HostKey[]>();

  constructor(deps: {
    readonly rows: ServerRows; readonly syncRows: SyncRows; readonly vault: Vault; readonly engines: EngineSource;
    readonly activity: ActivityService; readonly now: () => number; readonly sshConfig?: () => Promise<SshConfig>;
  }) {
    this.rows = deps.rows;
    this.syncRows = deps.syncRows;
    this.vault = deps.vault;
    this.engines = deps.engines;
    this.activity = deps.activity;
    this.now = deps.now;
    this.sshConfig = deps.sshConfig ?? (() => readSshConfig());
    this.topic = new CollectionTopic<Server>(this.rows.all().map((stored) => stored.server));
  }

  watch(signal: AbortSignal): ReturnType<CollectionTopic<Server>['watch']> {
    return this.topic.watch(signal);
  }

  /** SSH_BAD_TARGET, VAULT_*. Nothing is stored when the secret cannot be. */
  async add(input: { target: string; name?: string | undefined; auth: ServerAuth; transport: Server['transport']; secret?: string | undefined }): Promise<Server> {
    const target = parseTarget(input.target);
    const config = await this.sshConfig();
    const isAlias = sshAliases(config).includes(target.host);
    const known = resolveSshHost(config, target.host);
    const server: Server = {
      id: randomUUID(),
      name: input.name?.trim() || target.host,
      host: known.hostName,
      port: target.port ?? known.port ?? 22,
      user: target.user ?? known.user ?? userInfo().username,
      alias: isAlias ? target.host : null,
      auth: input.auth,
      transport: known.needsOpenssh ? 'openssh' : input.transport,
      hostKeys: [], rsync: null, probedAt: null, problem: null,
    };
    const hasSecret = await this.keepSecret(server.id, input.secret);
    try {
      this.rows.insert({ server, hasSecret }, this.now());
    } catch (error) {
      if (hasSecret) await this.vault.remove(vaultKey(server.id));
      throw error;
    }
    this.topic.upsert(server);
    this.activity.record({ kind: 'serverAdded', params: { server: server.name }, link: `/servers/${server.id}` });
    return server;
  }

  /** An empty `secret` forgets the stored one; so does another kind of login without a new one. */
  async change(input: { id: string; name?: string | undefined; auth?: ServerAuth | undefined; transport?: Server['transport'] | undefined; secret?: string | undefined }): Promise<Server> {
    const old = this.stored(input.id);
    const auth = input.auth ?? old.server.auth;
    let hasSecret = old.hasSecret;
    if (input.secret) {
      hasSecret = await this.keepSecret(input.id, input.secret);
    } else if (hasSecret && (input.secret === '' || auth.kind !== old.server.auth.kind)) {
      await this.vault.remove(vaultKey(input.id));
      hasSecret = false;
    }
    const { server } = this.stored(input.id);
    return this.save({ server: { ...server, name: input.name?.trim() || server.name, auth, transport: input.transport ?? server.transport }, hasSecret });
  }

  /** SERVER_IN_USE while a sync has an end there. */
  async remove(id: string): Promise<void> {
    const { server, hasSecret } = this.stored(id);
    const users = this.syncRows.namesUsing(id);
    if (users.length > 0) throw SluiceError.of('SERVER_IN_USE', { server: server.name, syncs: users.join(', ') });
    if (hasSecret) await this.vault.remove(vaultKey(id));
    this.rows.remove(id);
    this.offered.delete(id);
    this.topic.remove(id);
  }

  async aliases(): Promise<{ alias: string; host: string; user: string; port: number }[]> {
    const config = await this.sshConfig();
    return sshAliases(config).map((alias) => {
      const host = resolveSshHost(config, alias);
      return { alias, host: host.hostName, user: host.user ?? userInfo().username, port: host.port ?? 22 };
    });
  }

  /** The engine's steps, passed on as they come; what was found stands in the store before the stream ends. */
  async *probe(id: string, signal: AbortSignal): AsyncGenerator<ProbeStep, void, undefined> {
    const access = await this.access(id);
    const engine = await this.engines.engine();
    let rsync: string | null = null;
    let problem: ErrorInfo | null = null;
    for await (const step of engine.probe({ access }, signal)) {
      if (step.step === 'rsync' && step.found?.['version']) rsync = String(step.found['version']);
      if (step.state === 'failed' && step.error) {
        problem ??= step.error;
        this.noticeHostKey(id, step.error);
      }
      yield step;
    }
    if (signal.aborted) return;
    const stored = this.stored(id);
    this.save({ ...stored, server: { ...stored.server, rsync: rsync ?? stored.server.rsync, probedAt: this.now(), problem } });
  }

  /** SSH_HOST_KEY_UNKNOWN unless the engine has met exactly this key there since the start. */
  trust(input: { id: string; type: string; sha256: string; replace: boolean }): Server {
    const stored = this.stored(input.id);
    const key: HostKey = { type: input.type, sha256: input.sha256 };
    if (!this.offered.get(input.id)?.some((offered) => sameKey(offered, key))) {
      throw SluiceError.of('SSH_HOST_KEY_UNKNOWN', { host: stored.server.host, type: key.type, sha256: key.sha256 });
    }
    const others = input.replace ? [] : stored.server.hostKeys.filter((known) => !sameKey(known, key));
    const problem = stored.server.problem?.code.startsWith('SSH_HOST_KEY_') ? null : stored.server.problem;
    return this.save({ ...stored, server: { ...stored.server, hostKeys: [...others, key], problem } });
  }

  get(id: string): Server {
    return this.stored(id).server;
  }

  /** What a person calls the place; 'local' for this machine. */
  nameOf(place: PlaceId): string {
    return place === 'local' ? 'local' : this.rows.get(place)?.server.name ?? place;
  }

  /** The place as the engine needs it, its secret fetched now. VAULT_LOCKED, STORE_NOT_FOUND. */
  async place(place: PlaceId): Promise<Place> {
    return place === 'local' ? { kind: 'local' } : { kind: 'ssh', access: await this.access(place) };
  }

  /** Notes what an operation at this place ended with; a changed host key becomes an entry of the activity list. */
  notice(place: PlaceId, error: ErrorInfo): void {
    if (place === 'local' || !ABOUT_THE_SERVER.test(error.code)) return;
    const stored = this.rows.get(place);
    if (!stored) return;
    this.noticeHostKey(place, error);
    this.save({ ...stored, server: { ...stored.server, problem: error } });
  }

  /** Notes that the place has just been used with success: at least its login works, or all of it (rsync too). */
  works(place: PlaceId, what: 'login' | 'all'): void {
    const stored = place === 'local' ? null : this.rows.get(place);
    const problem = stored?.server.problem;
    if (!stored || !problem || (what === 'login' && !problem.code.startsWith('SSH_'))) return;
    this.save({ ...stored, server: { ...stored.server, problem: null } });
  }

  /** Runs `work` and notes its failure, if it is one of the server, or that the server is well again. */
  async noticing<T>(place: PlaceId, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.works(place, 'login');
      return result;
    } catch (error) {
      if (error instanceof SluiceError) this.notice(place, toErrorInfo(error));
      throw error;
    }
  }

  private async access(id: string): Promise<ServerAccess> {
    const { server, hasSecret } = this.stored(id);
    const secret = hasSecret ? await this.vault.get(vaultKey(id)) : null;
    return {
      name: server.name, host: server.host, port: server.port, user: server.user, alias: server.alias,
      auth: resolveAuth(server, secret), transport: server.transport, hostKeys: server.hostKeys,
    };
  }

  private noticeHostKey(id: string, error: ErrorInfo): void {
    if (error.code !== 'SSH_HOST_KEY_UNKNOWN' && error.code !== 'SSH_HOST_KEY_CHANGED') return;
    const key: HostKey = { type: String(error.params['type']), sha256: String(error.params['sha256']) };
    const offered = this.offered.get(id) ?? [];
    if (offered.some((known) => sameKey(known, key))) return;
    this.offered.set(id, [...offered, key]);
    if (error.code === 'SSH_HOST_KEY_CHANGED') {
      this.activity.record({ kind: 'hostKeyChanged', params: { server: this.nameOf(id), type: key.type, sha256: key.sha256 }, error, link: `/servers/${id}`, problem: true });
    }
  }

  /** @returns whether there was one to keep. */
  private async keepSecret(id: string, secret: string | undefined): Promise<boolean> {
    if (!secret) return false;
    await this.vault.set(vaultKey(id), secret);
    return true;
  }

  private stored(id: string): StoredServer {
    const stored = this.rows.get(id);
    if (!stored) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'server', id });
    return stored;
  }

  private save(stored: StoredServer): Server {
    this.rows.update(stored);
    this.topic.upsert(stored.server);
    return stored.server;
  }
}

function resolveAuth(server: Server, secret: string | null): ResolvedAuth {
  const { auth } = server;
  switch (auth.kind) {
    case 'agent':
      return { kind: 'agent' };
    case 'auto':
      return { kind: 'auto', ...(secret === null ? {} : { passphrase: secret, password: secret }) };
    case 'key':
      return { kind: 'key', path: auth.path, ...(secret === null ? {} : { passphrase: secret }) };
    case 'password':
      if (secret === null) throw SluiceError.of('SSH_AUTH', { host: server.host, user: server.user, tried: 'password' });
      return { kind: 'password', password: secret };
  }
}
