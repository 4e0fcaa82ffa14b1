// Logins shared by all who use the same access: one connection while it is used, closed some seconds after the last user.
import { createHash } from 'node:crypto';
import type { ServerAccess } from '../api.ts';
import { OpensshShell } from './openssh-shell.ts';
import type { SshShell } from './remote-process.ts';
import { Ssh2Connection } from './ssh2-connection.ts';
import { Ssh2Shell } from './ssh2-shell.ts';

interface Shared {
  readonly connection: Promise<Ssh2Connection>;
  users: number;
  idle: NodeJS.Timeout | null;
}

export class SshPool {
  private readonly shared = new Map<string, Shared>();
  private readonly idleMs: number;

  constructor(idleMs = 30_000) { this.idleMs = idleMs; }

  /** A login at a server, to be released; errors as `Ssh2Connection.open`. With the system's ssh each program logs in by itself. */
  async open(access: ServerAccess, signal?: AbortSignal): Promise<SshShell> {
    if (access.transport === 'openssh') return new OpensshShell(access);
    const key = createHash('sha256').update(JSON.stringify(access)).digest('hex');
    const existing = this.shared.get(key);
    if (existing) {
      const connection = await existing.connection.catch(() => null);
      if (connection && !connection.lost) return this.use(existing, connection, access.host);
    }
    // A login that several wait for ends by its own deadlines; an abort by one of them only gives up that one's turn.
    const connection = Ssh2Connection.open(access, () => {}, signal);
    const entry: Shared = { connection, users: 0, idle: null };
    this.shared.set(key, entry);
    const drop = (): void => { if (this.shared.get(key) === entry) this.shared.delete(key); };
    const open = await connection.catch((error: unknown) => { drop(); throw error; });
    open.onLost(drop);
    return this.use(entry, open, access.host);
  }

  /** Closes every connection; those still in use are lost to their users. */
  async close(): Promise<void> {
    const all = [...this.shared.values()];
    this.shared.clear();
    for (const entry of all) {
      if (entry.idle) clearTimeout(entry.idle);
      (await entry.connection.catch(() => null))?.close();
    }
  }

  private use(entry: Shared, connection: Ssh2Connection, host: string): SshShell {
    if (entry.idle) clearTimeout(entry.idle);
    entry.idle = null;
    entry.users++;
    return new Ssh2Shell(connection, host, () => {
      entry.users--;
      if (entry.users > 0) return;
      entry.idle = setTimeout(() => { connection.close(); }, this.idleMs);
      entry.idle.unref();
    });
  }
}
