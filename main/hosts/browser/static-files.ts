// The page's files, from one folder and nothing above it.
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

export interface StaticFile {
  readonly type: string;
  readonly cache: string;
  readonly body: Buffer;
}

/** Parts of a path as our build names them: no dot in front, no separator, no control character. */
const PART = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** The file an address' path names below `root`, or null. Only files of known types, named as our build names them. */
export async function staticFile(root: string, pathname: string): Promise<StaticFile | null> {
  const parts = (pathname === '/' ? '/index.html' : pathname).slice(1).split('/');
  const type = TYPES[extname(parts.at(-1) ?? '')];
  if (type === undefined || !parts.every((part) => PART.test(part))) return null;
  try {
    const body = await readFile(join(root, ...parts));
    // names under assets/ change with their content
    const cache = parts[0] === 'assets' ? 'private, max-age=31536000, immutable' : type.startsWith('text/html') ? 'no-store' : 'no-cache';
    return { type, cache, body };
  } catch {
    return null;
  }
}
