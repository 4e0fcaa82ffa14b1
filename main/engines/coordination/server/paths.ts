// Which paths are none (PathUtils.validatePath), and the parts of those that are.
import { KeeperError } from '../keeper-errors.ts';

const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]|\/\/|\/\.{1,2}(?:\/|$)/;

export function isPath(path: string): boolean {
  if (!path.startsWith('/')) return false;
  if (path.length === 1) return true;
  return !path.endsWith('/') && !FORBIDDEN.test(path);
}

/** BadArguments for a path that is none. */
export function checkPath(path: string): void {
  if (!isPath(path)) throw new KeeperError('BadArguments', path);
}

/** '' for children of the root; BadArguments without a slash or with a null character (PrepRequestProcessor.validatePathForCreate). */
export function parentForCreate(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0 || path.includes('\0')) throw new KeeperError('BadArguments', path);
  return path.slice(0, slash);
}

const SPECIAL = new Set(['/', '', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']);

/** As for a create, and neither the root nor a node of the server's own (getParentPathAndValidate). */
export function parentForDelete(path: string): string {
  const parent = parentForCreate(path);
  if (SPECIAL.has(path)) throw new KeeperError('BadArguments', path);
  return parent;
}
