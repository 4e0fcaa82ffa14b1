// A znode that holds the text of the configuration (-z, -p): BASE/NAME, UTF-8, watched (PollingZooKeeperConfigurationProvider).
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { delay, onAbort } from '../../../../lib/async.ts';
import type { CoordinationClient } from '../../ports.ts';
import { digestOf } from './poll.ts';
import type { ConfigProvider, Trouble } from './provider.ts';
import type { ConfigFile } from '../text/read-files.ts';

export interface ZnodeOptions {
  /** zk1:2181,zk2:2181 */
  readonly connect: string;
  /** Flume's is /flume. */
  readonly basePath: string;
  readonly agent: string;
  readonly open: (connectString: string) => Promise<CoordinationClient>;
  readonly trouble: Trouble;
}

function reasonOf(error: unknown): string {
  return error instanceof SluiceError ? String(error.params['reason'] ?? error.code) : (error as Error).message;
}

/** ms between attempts to connect. */
const AGAIN_MS = 5000;

export function znodeProvider({ connect, basePath, agent, open, trouble }: ZnodeOptions): ConfigProvider {
  const path = `${basePath.replace(/\/+$/, '')}/${agent}`;
  const place = `${connect}${path}`;
  let client: Promise<CoordinationClient> | null = null;
  let digest = '';

  const failed = (reason: string, cause?: unknown): SluiceError => SluiceError.of('AGENT_CONFIG_SOURCE', { source: place, reason }, cause);
  const connected = (): Promise<CoordinationClient> => {
    client ??= open(connect).catch((error: unknown) => { client = null; throw error; });
    return client;
  };
  const readOne = async (): Promise<ConfigFile> => {
    try {
      const found = await (await connected()).get(path);
      if (!found) throw failed('there is no such znode');
      return { name: place, bytes: found.data, utf8: true };
    } catch (error) {
      throw error instanceof SluiceError && error.code === 'AGENT_CONFIG_SOURCE' ? error : failed(reasonOf(error), error);
    }
  };

  /** Null once the signal is aborted. */
  const connectedAtLast = async (signal: AbortSignal): Promise<CoordinationClient | null> => {
    for (let told = false; !signal.aborted; told = true) {
      try {
        return await connected();
      } catch (error) {
        if (!told) trouble(failed(reasonOf(error), error));
        await delay(AGAIN_MS, signal).catch(() => {});
      }
    }
    return null;
  };

  return {
    place,
    read: async () => {
      const file = await readOne();
      digest = digestOf([file]);
      return [file];
    },
    async *changes(signal) {
      const watching = await connectedAtLast(signal);
      if (!watching) return;
      let wake: () => void = () => {};
      let pending = true; // it may have changed while there was no watch
      const undoWatch = watching.watch(path, () => { pending = true; wake(); });
      const undoAbort = onAbort(signal, () => { wake(); });
      try {
        while (!signal.aborted) {
          if (!pending) await new Promise<void>((resolve) => { wake = resolve; });
          if (signal.aborted) return;
          pending = false;
          const file = await readOne().catch((error: unknown) => { trouble(error as SluiceError); return null; });
          const found = file ? digestOf([file]) : digest;
          if (found === digest) continue;
          digest = found;
          yield;
        }
      } finally {
        undoAbort();
        undoWatch();
      }
    },
    close: async () => {
      const held = client;
      client = null;
      await held?.then((open) => open.close(), () => {});
    },
    accepted: () => Promise.resolve(),
  };
}
