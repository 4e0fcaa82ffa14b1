// Devices and fifos by the system's mknod: Node has no call for them.
import { spawnSync } from 'node:child_process';
import type { FileEntry } from '../flist/file-list.ts';
import { isChar, isDevice, isFifo } from '../flist/mode.ts';

/** Makes the node with mode 600. Throws with the code EPERM or ENOTSUP; a socket cannot be made. */
export function makeNode(path: Buffer, entry: Pick<FileEntry, 'mode' | 'major' | 'minor'>): void {
  const fail = (code: string, message: string): never => { throw Object.assign(new Error(message), { code }); };
  if (!isFifo(entry.mode) && !isDevice(entry.mode)) fail('ENOTSUP', 'a socket cannot be made');
  const words = isFifo(entry.mode) ? ['p'] : [isChar(entry.mode) ? 'c' : 'b', String(entry.major ?? 0), String(entry.minor ?? 0)];
  // The name goes through a shell's octal escapes: arguments of a child are text, names are bytes.
  const octal = [...path].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  const made = spawnSync('/bin/sh', ['-c', `p=$(printf '${octal}.'); exec mknod -m 600 -- "\${p%.}" ${words.join(' ')}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  if (made.status !== 0) fail('EPERM', made.stderr.toString('utf8').trim());
}
