// What an agent reaches through others: an ensemble by the coordination engine's client, SQLite by Node's own. Filled into its ports by whoever runs it.
import { DatabaseSync } from 'node:sqlite';
import type { CoordinationClient, SqlDatabase, SqlValue } from '../engines/agent/ports.ts';
import { openClient } from '../engines/coordination/client/client.ts';
import { follow } from '../engines/coordination/recipes/follow.ts';
import { readConfig, saveConfig } from '../engines/coordination/recipes/config-value.ts';
import { isKeeper, known } from '../engines/coordination/recipes/known.ts';
import { acquireLock } from '../engines/coordination/recipes/lock.ts';
import { onAbort } from '../lib/async.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';

/** How long a call waits for a server, ms. */
const PATIENCE_MS = 15_000;

/** @param who shown to those who look at a lock. COORD_CONFIG for a connect string that is none, COORD_CONNECT when no server answers in time. */
export async function openCoordination(connectString: string, who: Readonly<Record<string, string | number>>): Promise<CoordinationClient> {
  const client = openClient({ connectString, patienceMs: PATIENCE_MS });
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    await client.connected(patience);
  } catch (error) {
    const { problem } = client;
    await client.close();
    throw problem ?? (patience.aborted ? SluiceError.of('COORD_CONNECT', { hosts: connectString, reason: `no answer within ${PATIENCE_MS / 1000} s` }, error) : error);
  }
  return {
    get: async (path) => {
      const { data, version } = await readConfig(client, path);
      return version === -1 ? null : { data: data ?? Buffer.alloc(0), version };
    },
    set: async (path, data, version) => {
      try {
        await saveConfig(client, path, data, version ?? -1);
        return true;
      } catch (error) {
        if (error instanceof SluiceError && error.code === 'COORD_CHANGED') return false;
        throw error;
      }
    },
    children: async (path) => {
      try {
        return (await known(() => client.getChildNames(path))).sort();
      } catch (error) {
        if (isKeeper(error, 'NoNode')) return [];
        throw error;
      }
    },
    watch: (path, changed) => {
      const stop = new AbortController();
      void (async () => {
        let last: number | null = null;
        for await (const { zxid } of follow(client, async (again) => {
          const stat = await known(() => client.exists(path, again));
          return { zxid: stat?.mzxid ?? -1 };
        }, stop.signal)) {
          if (last !== null && last !== zxid) changed();
          last = zxid;
        }
      })().catch(() => {}); // it ends with the client
      return () => { stop.abort(); };
    },
    hold: async (path, lost, signal) => {
      const held = await acquireLock(client, path, { data: Buffer.from(JSON.stringify(who)), signal });
      const undo = onAbort(held.lost, lost);
      return async () => {
        undo();
        await held.release();
      };
    },
    close: () => client.close(),
  };
}

/** A file of SQLite, each transaction on disk when it returns. */
export function openSql(file: string): SqlDatabase {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const prepared = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const statement = (sql: string): ReturnType<DatabaseSync['prepare']> => {
    const found = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, found);
    return found;
  };
  return {
    run: (sql, ...values) => { statement(sql).run(...values); },
    all: (sql, ...values) => statement(sql).all(...values).map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, plain(value)]))),
    transaction: (work) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => { database.close(); },
  };
}

const plain = (value: unknown): SqlValue => (value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value as SqlValue);
