// Devices, fifos and sockets by the system's mknod and mkfifo: Node has no call for them.
import { spawnSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { isChar, isDevice, isFifo } from '../flist/mode.ts';

/** Makes `path` the same kind of node as `like`. Throws with the code EPERM or ENOTSUP. */
export function makeNode(like: Buffer, path: Buffer): void {
  const stats = lstatSync(like);
  const fail = (code: string, message: string): never => { throw Object.assign(new Error(message), { code }); };
  let words: string[] = [];
  if (isFifo(stats.mode)) words = ['p'];
  else if (isDevice(stats.mode)) {
    const major = ((stats.rdev >>> 8) & 0xfff) | (Math.floor(stats.rdev / 2 ** 32) & ~0xfff);
    const minor = (stats.rdev & 0xff) | ((stats.rdev >>> 12) & 0xfff00);
    words = [isChar(stats.mode) ? 'c' : 'b', String(major), String(minor)];
  } else fail('ENOTSUP', 'a socket cannot be copied');
  // The name goes through a shell's octal escapes: arguments of a child are text, names are bytes.
  const octal = [...path].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  const made = spawnSync('/bin/sh', ['-c', `p=$(printf '${octal}.'); exec mknod -m 600 -- "\${p%.}" ${words.join(' ')}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (made.status !== 0) fail('EPERM', made.stderr.toString('utf8').trim());
}
