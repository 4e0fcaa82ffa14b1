// What a reconfig leaves on disk: zoo.cfg.dynamic.<version>, zoo.cfg.dynamic.next while it is proposed, and zoo.cfg pointing there.
// Source: QuorumPeerConfig.writeDynamicConfig and editStaticConfig; other lines and comments of zoo.cfg stay as they are.
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { NodeConfig, QuorumConfig } from './node-config.ts';
import { naturalLines, parseProperties } from '../../../lib/java-properties.ts';
import { formatQuorum } from './quorum-config.ts';

/** By a temporary name, fsync, rename, fsync of the folder; keeps the mode of a file that is there. Throws COORD_DISK. */
async function writeWhole(file: string, text: string): Promise<void> {
  const temporary = `${file}.tmp`;
  try {
    const mode = await stat(file).then((found) => found.mode & 0o777, () => 0o644);
    const handle = await open(temporary, 'w', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw SluiceError.of('COORD_DISK', { file, reason: codeOf(error) }, error);
  }
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `/etc/zoo.cfg.dynamic.100000005` (QuorumPeer.makeDynamicConfigFilename). */
function dynamicFileName(configFile: string, version: number): string {
  return `${configFile}.dynamic.${version.toString(16)}`;
}

/**
 * Makes `quorum` the ensemble this server starts with next time; answers the new dynamic file, or null when there is no zoo.cfg (embedded).
 * The order is safe at every point: the new file is on disk before zoo.cfg names it.
 * @param config its configFile and myid count; a client port in the server's own line takes the place of clientPort in zoo.cfg.
 */
export async function writeDynamicConfig(config: Pick<NodeConfig, 'configFile' | 'myid'>, quorum: QuorumConfig): Promise<string | null> {
  const { configFile, myid } = config;
  if (configFile === null) return null;
  const file = dynamicFileName(configFile, quorum.version);
  await writeWhole(file, formatQuorum(quorum, false).split('\n').toSorted().join('\n'));
  const own = myid === null ? undefined : quorum.servers.get(myid);
  await writeWhole(configFile, withPointer(await readFile(configFile), file, { client: (own?.client ?? null) !== null, secure: own?.secureClient !== undefined }));
  await rm(`${configFile}.dynamic.next`, { force: true });
  return file;
}

/** Notes a configuration that is proposed and not yet committed (`.dynamic.next`, with its version). */
export async function writeNextConfig(config: Pick<NodeConfig, 'configFile'>, quorum: QuorumConfig): Promise<void> {
  if (config.configFile !== null) await writeWhole(`${config.configFile}.dynamic.next`, formatQuorum(quorum).split('\n').toSorted().join('\n'));
}

/** zoo.cfg without members and old pointer, with the new pointer at its end. */
function withPointer(bytes: Uint8Array, dynamicFile: string, erase: { readonly client: boolean; readonly secure: boolean }): string {
  const gone = (key: string): boolean => /^(server\.|group|weight|dynamicConfigFile|peerType)/.test(key)
    || (erase.client && /^clientPort(Address)?$/.test(key)) || (erase.secure && /^secureClientPort(Address)?$/.test(key));
  const dropped = new Set<number>();
  for (const { key, line, lastLine } of parseProperties(bytes).properties) {
    if (gone(key)) for (let at = line; at <= lastLine; at++) dropped.add(at);
  }
  const lines = naturalLines(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')).filter((_, i) => !dropped.has(i + 1));
  while (lines.at(-1) === '') lines.pop();
  return [...lines, `dynamicConfigFile=${dynamicFile.replaceAll('\\', '/')}`, ''].join('\n');
}
