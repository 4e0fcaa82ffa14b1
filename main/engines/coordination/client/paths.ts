// Paths of znodes as a client may name them, and the chroot in front of them, which only the client knows.
import { KeeperError } from '../keeper-errors.ts';

const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/;

/** Why it is no path of a znode, in words, or null (PathUtils.validatePath). */
export function pathProblem(path: string): string | null {
  if (path === '') return 'is empty';
  if (!path.startsWith('/')) return 'does not begin with a slash';
  if (path === '/') return null;
  if (path.endsWith('/')) return 'ends with a slash';
  if (FORBIDDEN.test(path)) return 'holds a character that no znode may have';
  if (path.includes('//')) return 'has an empty part';
  if (/\/\.\.?(?:\/|$)/.test(path)) return 'is relative: it has a part . or ..';
  return null;
}

/** BadArguments unless it is a path; a sequential create may end with a slash, its number follows. */
export function checkPath(path: string, sequential = false): void {
  if (pathProblem(sequential ? `${path}1` : path) !== null) throw new KeeperError('BadArguments', path);
}

export function withChroot(chroot: string, path: string): string {
  if (chroot === '') return path;
  return path === '/' ? chroot : chroot + path;
}

/** What a server calls it, as this client does; a path outside the chroot stays as it is. */
export function withoutChroot(chroot: string, path: string): string {
  if (chroot === '' || !path.startsWith(chroot)) return path;
  if (path.length === chroot.length) return '/';
  return path[chroot.length] === '/' ? path.slice(chroot.length) : path;
}

/** `/a/b` -> `/a`, `/a` -> `/`. */
export function parentPath(path: string): string {
  const at = path.lastIndexOf('/');
  return at <= 0 ? '/' : path.slice(0, at);
}

/** The last part. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function childPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`;
}
