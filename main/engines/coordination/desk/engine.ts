// The coordination engine itself: nodes, connections and looks by the ids of clusters, behind the contract of api.ts.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationEngine } from '../api.ts';
import type { OpenClient } from '../client/client-types.ts';
import { listBackups } from './backups.ts';
import { DeskConnection } from './connection.ts';
import { Health } from './health.ts';
import { findLocks } from './locks.ts';
import { hexId } from './keeper-words.ts';
import { freePort, Nodes, type StartDeskNode } from './nodes.ts';
import { sessionsOf } from './sessions.ts';
import { exportTree, importTree } from './transfer.ts';
import { shownData } from './znode-facts.ts';

export interface DeskDeps {
  readonly openClient: OpenClient;
  readonly startNode: StartDeskNode;
}

/** How long a word may take, milliseconds: `dump` and `wchp` are long on a large tree. */
const WORD_ANSWER = 10_000;
const NEVER = new AbortController().signal;

export class LocalCoordinationEngine {
  readonly #deps: DeskDeps;
  readonly #nodes: Nodes;
  readonly #open = new Map<string, DeskConnection>();
  readonly #health = new Map<string, Health>();
  readonly #closing = new Set<Promise<void>>();

  constructor(deps: DeskDeps) {
    this.#deps = deps;
    this.#nodes = new Nodes(deps.startNode);
  }

  readonly calls: CoordinationEngine = {
    freePort: async ({ host, wanted, strict }) => ({ port: await freePort(host, wanted, strict) }),
    'node.run': ({ id, spec }, signal = NEVER) => this.#nodes.run(id, spec, signal),
    'node.stop': async ({ id }) => { await this.#nodes.stop(id); return {}; },
    open: ({ id, access }, signal = NEVER) => this.#session(id, access, signal),
    health: ({ id, everyMs }, signal = NEVER) => this.#look(id, everyMs, signal),
    word: async ({ id, member, word }, signal) => {
      const place = this.#health.get(id)?.place(member);
      if (!place) throw SluiceError.of('COORD_CONNECT', { hosts: member, reason: 'no such member' });
      return { text: await this.#of(id).word(place, word, WORD_ANSWER, signal) };
    },
    sessions: ({ id }, signal) => {
      const { client, word } = this.#of(id);
      const members = (this.#health.get(id)?.places ?? []).map((place) => ({ name: place.sid === null ? `${place.host}:${place.port}` : `n${place.sid}`, word: (asked: string) => word(place, asked, WORD_ANSWER, signal) }));
      return sessionsOf({ members, ours: client.sessionId === 0n ? null : hexId(client.sessionId) });
    },
    locks: ({ id, path }) => this.#of(id).ask(path, (client) => findLocks(client, path)),

    children: ({ id, ...input }) => this.#of(id).children(input),
    changes: ({ id }, signal = NEVER) => this.#of(id).changes.follow(signal),
    read: ({ id, path }) => this.#of(id).read(path),
    save: ({ id, path, data, gzip, version }) => this.#of(id).save(path, data, gzip, version),
    create: ({ id, ...input }) => this.#of(id).create(input),
    delete: async ({ id, path, version }) => { await this.#of(id).delete(path, version); return {}; },
    deletePlan: ({ id, path }) => this.#of(id).deletePlan(path),
    deleteTree: ({ id, path, token }) => this.#of(id).deleteTree(path, token),
    setAcl: ({ id, path, acl, aversion }) => this.#of(id).setAcl(path, acl, aversion),
    watch: ({ id, path, below }, signal = NEVER) => this.#of(id).watch(path, below, signal),
    versions: async ({ id, path }) => {
      const versions = (await this.#nodes.node(id)?.versions(path)) ?? null;
      return { versions: versions && await Promise.all(versions.map(async (one) => ({ ...one, ...(await shownData(one.data)) }))) };
    },
    export: ({ id, path }) => {
      const connection = this.#of(id);
      return connection.ask(path, (client) => exportTree(client, path, (at) => connection.ownerOf(at)));
    },
    import: ({ id, path, data, overwrite }) => this.#of(id).ask(path, (client) => importTree(client, path, Buffer.from(data), overwrite)),
    backup: async ({ id, folder }) => {
      const node = this.#nodes.node(id);
      if (!node) throw SluiceError.of('COORD_ARCHIVE', { file: folder, reason: 'the node does not run' });
      const { file, zxid, bytes } = await node.backup(folder);
      const found = (await listBackups(folder)).find((backup) => backup.file === file);
      return found ?? { id: file.slice(-64), at: Date.now(), zxid, bytes, file };
    },
    backups: ({ folder }) => listBackups(folder),

    ping: async () => ({ pid: process.pid }),
    drain: async () => { await this.close(); return {}; },
  };

  /** Sessions end first, so that their ephemerals are gone before a node of ours stops. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((connection) => connection.close()));
    await Promise.all(this.#closing);
    await this.#nodes.close();
  }

  async *#session(id: string, access: Parameters<CoordinationEngine['open']>[0]['access'], signal: AbortSignal) {
    const connection = new DeskConnection(this.#deps.openClient, access, (path) => this.#nodes.node(id)?.ownerOf(path) ?? null);
    this.#open.set(id, connection);
    try {
      yield* connection.states(signal);
    } finally {
      if (this.#open.get(id) === connection) this.#open.delete(id);
      const closing = connection.close();
      this.#closing.add(closing);
      void closing.finally(() => { this.#closing.delete(closing); });
    }
  }

  async *#look(id: string, everyMs: number, signal: AbortSignal) {
    const opened = this.#open.get(id);
    if (!opened) throw SluiceError.of('COORD_CONNECT', { hosts: id, reason: 'not open' });
    const health = new Health({ connectString: opened.hosts, secure: opened.secure, ask: opened.word, client: () => this.#open.get(id)?.client ?? null, own: () => this.#nodes.get(id) });
    this.#health.set(id, health);
    try {
      yield* health.follow(everyMs, signal);
    } finally {
      if (this.#health.get(id) === health) this.#health.delete(id);
    }
  }

  #of(id: string): DeskConnection {
    const connection = this.#open.get(id);
    if (!connection) throw SluiceError.of('COORD_CONNECT', { hosts: id, reason: 'not open' });
    return connection;
  }
}
