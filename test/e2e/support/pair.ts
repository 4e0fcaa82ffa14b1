// A folder with something in it, two empty ones, and whether two are alike; open to every user, since a host may run as another.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Pair { readonly dir: string; readonly left: string; readonly right: string; readonly third: string; remove(): void }

export function makePair(files: Readonly<Record<string, string | Buffer>>): Pair {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-story-'));
  const [left, right, third] = [join(dir, 'here'), join(dir, 'there'), join(dir, 'elsewhere')];
  for (const [name, content] of Object.entries(files)) {
    const path = join(left, 'photos', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  mkdirSync(left, { recursive: true });
  mkdirSync(right);
  mkdirSync(third);
  for (const path of [dir, left, right, third]) chmodSync(path, 0o777);
  return { dir, left, right, third, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Every file below a folder: path, content and whole-second time. */
export function contents(folder: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = `${Math.floor(statSync(path).mtimeMs / 1000)} ${readFileSync(path).toString('base64')}`;
  }
  return found;
}
