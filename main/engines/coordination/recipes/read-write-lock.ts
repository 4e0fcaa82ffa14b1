// Many readers or one writer, in the order of asking: a reader waits for writers before it, a writer for everyone before it.
import type { CoordinationClient } from '../client/client-types.ts';
import { directlyBefore, standInLine, type Held } from './line.ts';
import type { LockOptions } from './lock.ts';

const READ = '__READ__';
const WRITE = '__WRIT__';

export async function acquireRead(client: CoordinationClient, path: string, options: LockOptions = {}): Promise<Held> {
  return await standInLine(client, path, { prefix: READ, data: options.data ?? null, signal: options.signal, blockedBy: lastWriterBefore }) as Held;
}

export async function acquireWrite(client: CoordinationClient, path: string, options: LockOptions = {}): Promise<Held> {
  return await standInLine(client, path, { prefix: WRITE, data: options.data ?? null, signal: options.signal, blockedBy: directlyBefore }) as Held;
}

function lastWriterBefore(line: readonly string[], mine: string): string | null {
  return line.slice(0, line.indexOf(mine)).findLast((name) => name.includes(WRITE)) ?? null;
}
