// One process per folder: a file in it names the process that has it, and a process that is gone holds nothing.
import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync, linkSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from './errno.ts';

/** Lock files that this process itself has. */
const held = new Set<string>();

interface Holder {
  readonly pid: number;
  /** When that process began, as its system says; tells it from a later one with its number. */
  readonly began: string;
}

/** The folder is taken, and `release` gives it back; or `holder` says who has it. */
export type FolderLock = { readonly release: () => void } | { readonly holder: string };

function began(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function lives({ pid, began: when }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  const now = began(pid);
  return when === '' || now === '' || now === when;
}

function read(path: string): Holder | null {
  try {
    const { pid, began: when } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
    return Number.isSafeInteger(pid) && (pid as number) > 0 ? { pid: pid as number, began: String(when ?? '') } : null;
  } catch {
    return null;
  }
}

/** Takes `dir`, which is there, by a file `name` in it. Throws what the file system says when that file cannot be written. */
export function lockFolder(dir: string, name: string): FolderLock {
  const path = join(realpathSync(dir), name);
  if (held.has(path)) return { holder: `this process (${process.pid})` };
  const mine = JSON.stringify({ pid: process.pid, began: began(process.pid) } satisfies Holder);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o644 });
      held.add(path);
      return {
        release: () => {
          if (!held.delete(path)) return;
          if (read(path)?.pid === process.pid) rmSync(path, { force: true });
        },
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = read(path);
    if (holder && holder.pid !== process.pid && lives(holder)) return { holder: `process ${holder.pid}` };
    putAside(path, holder);
  }
  return { holder: 'another process that starts just now' };
}

/** Takes the file of a dead holder away; one that another process has put there since is given back. */
function putAside(path: string, dead: Holder | null): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // someone else was faster
  }
  const moved = read(aside);
  if (moved?.pid !== dead?.pid || moved?.began !== dead?.began) {
    try {
      linkSync(aside, path);
    } catch {
      // and a third has it by now
    }
  }
  rmSync(aside, { force: true });
}
