// The provider that the words of the command line mean.
import { fileURLToPath } from 'node:url';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../../ports.ts';
import { withBackup } from './backup.ts';
import { filesProvider } from './files.ts';
import { httpProvider } from './http.ts';
import type { ConfigProvider, Trouble } from './provider.ts';
import { severalProviders } from './several.ts';
import { znodeProvider } from './znode.ts';

export interface ProviderOptions {
  readonly agent: string;
  readonly files: readonly string[];
  readonly uris: readonly string[];
  /** As Flume 1.11's code: files are not read where addresses are given. Else, as its guide says, they follow these. */
  readonly strict?: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** Null where the configuration is not in a coordination tree. */
  readonly zookeeper: { readonly connect: string; readonly basePath: string } | null;
  readonly backupDir: string | null;
  /** Null: as Flume, 30 s for files and 300 s for addresses. */
  readonly everyMs: number | null;
  readonly openCoordination: ((connectString: string) => Promise<CoordinationClient>) | null;
  readonly trouble: Trouble;
}

const FILES_MS = 30_000;
const ADDRESS_MS = 300_000;

/** A coordination tree is read alone, as in Flume. AGENT_CONFIG_SOURCE for an address of no known kind, AGENT_NOT_HERE without coordination. */
export function openProvider(options: ProviderOptions): ConfigProvider {
  const provider = options.zookeeper ? inTree(options, options.zookeeper) : atPlaces(options);
  return options.backupDir === null ? provider : withBackup(provider, { dir: options.backupDir, agent: options.agent, trouble: options.trouble });
}

function inTree({ openCoordination, agent, trouble }: ProviderOptions, { connect, basePath }: { readonly connect: string; readonly basePath: string }): ConfigProvider {
  if (!openCoordination) throw SluiceError.of('AGENT_NOT_HERE', { component: 'agent', what: `a connection to ${connect}` });
  return znodeProvider({ connect, basePath: basePath === '' ? '/flume' : basePath, agent, open: openCoordination, trouble });
}

function atPlaces({ uris, files, strict = false, user, password, everyMs, trouble }: ProviderOptions): ConfigProvider {
  const local = (paths: readonly string[]): ConfigProvider => filesProvider({ paths, everyMs: everyMs ?? FILES_MS, trouble });
  if (uris.length === 0) return local(files);
  const remote = uris.map((uri) => {
    const { protocol } = URL.canParse(uri) ? new URL(uri) : { protocol: '' };
    switch (protocol) {
      case 'http:': case 'https:': return httpProvider({ uri, user, password, everyMs: everyMs ?? ADDRESS_MS, trouble });
      case 'file:': return local([fileURLToPath(uri)]);
      default: throw SluiceError.of('AGENT_CONFIG_SOURCE', { source: uri, reason: 'only http, https and file are read' });
    }
  });
  return severalProviders(files.length === 0 || strict ? remote : [...remote, local(files)]);
}
