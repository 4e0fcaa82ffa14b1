// -b: what ran last is kept as DIR/.NAME.properties, and read where the place itself cannot be reached (UriConfigurationProvider). References stay as they are
// written, so that nothing from the environment comes to rest on the disk.
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { parseProperties } from '../../../../lib/java-properties.ts';
import { isUtf8 } from '../../../../lib/bytes.ts';
import { writeProperty } from '../text/property-line.ts';
import type { ConfigFile } from '../text/read-files.ts';
import type { ConfigProvider, Trouble } from './provider.ts';

export interface BackupOptions {
  readonly dir: string;
  readonly agent: string;
  /** Told when the backup is read instead. */
  readonly trouble: Trouble;
}

export function withBackup(provider: ConfigProvider, { dir, agent, trouble }: BackupOptions): ConfigProvider {
  const path = join(dir, `.${agent}.properties`);
  let last: readonly ConfigFile[] | null = null;
  return {
    place: provider.place,
    read: async (signal) => {
      try {
        last = null;
        last = await provider.read(signal);
        return last;
      } catch (error) {
        const bytes = await readFile(path).catch(() => null);
        if (bytes === null) throw error;
        trouble(error as SluiceError);
        return [{ name: path, bytes }];
      }
    },
    changes: (signal) => provider.changes(signal),
    close: () => provider.close(),
    accepted: async () => {
      await provider.accepted();
      if (last) await replace(path, merged(last));
    },
  };
}

/** All files as one, in ASCII: Java reads it as it was meant. */
function merged(files: readonly ConfigFile[]): string {
  const all = new Map<string, string>();
  for (const { bytes } of files) {
    for (const { key, value } of parseProperties(bytes, isUtf8(bytes) ? 'utf8' : 'latin1').properties) all.set(key, value);
  }
  return `# The configuration that ran last, kept for when its place cannot be reached\n${[...all].map(([key, value]) => `${writeProperty(key, value, false)}\n`).join('')}`;
}

async function replace(path: string, text: string): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    {
      await using file = await open(part, 'wx', 0o600);
      await file.writeFile(text);
      await file.sync();
    }
    await rename(part, path);
    await chmod(path, 0o600);
  } catch (error) {
    await rm(part, { force: true });
    throw SluiceError.of('AGENT_DISK', { file: path, reason: (error as Error).message }, error);
  }
}
