// The files behind app://sluice/: which file an address means, with what headers. Knows nothing of Electron.
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { CONTENT_SECURITY_POLICY } from '../shared/csp.ts';

export const SCHEME = 'app';
export const PAGE = `${SCHEME}://sluice/`;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.wasm': 'application/wasm',
};

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Whether an address is a page of ours: exactly our scheme and host, no port, no user. */
export function isOurs(address: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(address);
    return protocol === `${SCHEME}:` && host === 'sluice' && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Whether what is to be stored is an export of znodes that our page itself made; nothing else leaves it as a file. */
export function isExport(address: string, name: string): boolean {
  return address.startsWith('blob:') && isOurs(address.slice('blob:'.length)) && name.endsWith('.znodes.json');
}

function refused(status: number, words: string): PageAnswer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', 'content-security-policy': CONTENT_SECURITY_POLICY }, body: Buffer.from(words) };
}

/** The path below the root that an address names, or null when it leaves the root or cannot be read. */
function pathOf(address: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(new URL(address).pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\') || path.split('/').includes('..')) return null;
  const normal = normalize(path === '/' ? '/index.html' : path);
  return normal.startsWith(sep) ? normal.slice(1) : null;
}

/** Answers one request out of the folder `root`; every answer carries the content security policy and nosniff. */
export async function answerPage(root: string, method: string, address: string): Promise<PageAnswer> {
  if (!isOurs(address)) return refused(404, 'Not found');
  if (method !== 'GET' && method !== 'HEAD') return refused(405, 'Not allowed');
  const path = pathOf(address);
  const type = path === null ? undefined : TYPES[extname(path)];
  if (path === null || type === undefined) return refused(404, 'Not found');
  try {
    const body = await readFile(join(root, path));
    return {
      status: 200,
      headers: { 'content-type': type, 'x-content-type-options': 'nosniff', 'content-security-policy': CONTENT_SECURITY_POLICY, 'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-cache' },
      body: method === 'HEAD' ? new Uint8Array() : body,
    };
  } catch {
    return refused(404, 'Not found');
  }
}
