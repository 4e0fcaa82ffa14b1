// One server per data directory: a file names the process that has it, and a process that is gone holds nothing.
import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync, linkSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';

const NAME = 'coordination.lock';

/** Directories that this process itself has. */
const held = new Set<string>();

interface Holder {
  readonly pid: number;
  /** When that process began, as its system says; tells it from a later one with its number. */
  readonly began: string;
}

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

/** Takes `dir`, which is there; the answer gives it back. COORD_DATA_LOCKED, which names the holder, when another process has it. */
export function lockDataDir(dir: string): () => void {
  const real = realpathSync(dir);
  if (held.has(real)) throw SluiceError.of('COORD_DATA_LOCKED', { dir, holder: `this process (${process.pid})` });
  const path = join(real, NAME);
  const mine = JSON.stringify({ pid: process.pid, began: began(process.pid) } satisfies Holder);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(path, mine, { flag: 'wx', mode: 0o644 });
      held.add(real);
      return () => {
        if (!held.delete(real)) return;
        if (read(path)?.pid === process.pid) rmSync(path, { force: true });
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw SluiceError.of('COORD_DISK', { file: path, reason: codeOf(error) }, error);
    }
    const holder = read(path);
    if (holder && holder.pid !== process.pid && lives(holder)) throw SluiceError.of('COORD_DATA_LOCKED', { dir, holder: `process ${holder.pid}` });
    putAside(path, holder);
  }
  throw SluiceError.of('COORD_DATA_LOCKED', { dir, holder: 'another process that starts just now' });
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
