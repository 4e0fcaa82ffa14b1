// The words after `sluice agent`, as flume-ng and its Application take them: short and long options, -Dkey=value, -Xkey for a JVM that is not there.
import { UsageError } from './args.ts';

export interface AgentArgs {
  readonly name: string | null;
  /** Where other relative files are looked for, as flume-ng's class path does. */
  readonly conf: string | null;
  readonly files: readonly string[];
  readonly uris: readonly string[];
  readonly user: string | null;
  readonly password: string | null;
  readonly zookeeper: string | null;
  readonly basePath: string;
  /** Null: 30 s for files, 300 s over HTTP. */
  readonly pollSeconds: number | null;
  readonly backupDir: string | null;
  readonly reload: boolean;
  /** -D */
  readonly properties: Readonly<Record<string, string>>;
  readonly strict: boolean;
  readonly json: boolean;
  /** Only says what would run. */
  readonly dry: boolean;
  readonly help: boolean;
  readonly stateDir: string | null;
  /** Edges to look at, "r1>c1". */
  readonly taps: readonly string[];
  readonly words: readonly string[];
}

/** Options with a value, by every name they have. */
const VALUES: Readonly<Record<string, keyof AgentArgs>> = {
  n: 'name', name: 'name', c: 'conf', conf: 'conf', f: 'files', 'conf-file': 'files', u: 'uris', 'conf-uri': 'uris', prov: 'words', 'conf-provider': 'words',
  user: 'user', 'conf-user': 'user', pwd: 'password', 'conf-password': 'password', a: 'words', 'auth-provider': 'words', z: 'zookeeper', zkConnString: 'zookeeper', p: 'basePath', zkBasePath: 'basePath',
  i: 'pollSeconds', 'poll-interval': 'pollSeconds', b: 'backupDir', 'backup-directory': 'backupDir', 'state-dir': 'stateDir', tap: 'taps',
};
/** Taken and of no use: there is no JVM whose class path they would be. */
const OF_THE_JVM = new Set(['C', 'classpath', 'plugins-path', 'prov', 'conf-provider', 'a', 'auth-provider']);
const SWITCHES: Readonly<Record<string, keyof AgentArgs>> = { 'no-reload-conf': 'reload', d: 'dry', dryrun: 'dry', h: 'help', help: 'help', strict: 'strict', json: 'json' };

/** Throws UsageError. `usage` is the form of the command, without `sluice agent`. */
export function parseAgentWords(words: readonly string[], usage: string): AgentArgs {
  const files: string[] = [];
  const uris: string[] = [];
  const taps: string[] = [];
  const rest: string[] = [];
  const properties: Record<string, string> = {};
  const values: Record<string, string> = {};
  const switches = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--') { rest.push(...words.slice(i + 1)); break; }
    if (!word.startsWith('-') || word === '-') { rest.push(word); continue; }
    const property = /^-D([^=]+)(?:=(.*))?$/s.exec(word);
    if (property) { properties[property[1] as string] = property[2] ?? ''; continue; }
    if (word.startsWith('-X')) continue;
    const { option, name, given } = split(word);
    const key = SWITCHES[name];
    if (key !== undefined) {
      if (given !== null) throw new UsageError({ kind: 'noValue', option });
      switches.add(key);
      continue;
    }
    const target = VALUES[name];
    if (target === undefined && !OF_THE_JVM.has(name)) throw new UsageError({ kind: 'unknown', option });
    const value = given ?? words[++i];
    if (value === undefined || value === '') throw new UsageError({ kind: 'missingValue', option });
    if (target === 'files') files.push(value);
    else if (target === 'uris') uris.push(value);
    else if (target === 'taps') taps.push(value);
    else if (target !== undefined && target !== 'words') values[target] = value;
  }
  const poll = values['pollSeconds'];
  if (poll !== undefined && !/^\d{1,9}$/.test(poll)) throw new UsageError({ kind: 'badValue', option: '--poll-interval' });
  if (rest.length > 1000) throw new UsageError({ kind: 'agentUsage', option: usage });
  return {
    name: values['name'] ?? null, conf: values['conf'] ?? null, files, uris, user: values['user'] ?? null, password: values['password'] ?? null,
    zookeeper: values['zookeeper'] ?? null, basePath: values['basePath'] ?? '/flume', pollSeconds: poll === undefined ? null : Number(poll), backupDir: values['backupDir'] ?? null,
    reload: !switches.has('reload'), properties, strict: switches.has('strict'), json: switches.has('json'), dry: switches.has('dry'), help: switches.has('help'),
    stateDir: values['stateDir'] ?? null, taps, words: rest,
  };
}

function split(word: string): { readonly option: string; readonly name: string; readonly given: string | null } {
  const isLong = word.startsWith('--');
  const bare = word.slice(isLong ? 2 : 1);
  const equals = bare.indexOf('=');
  const name = equals === -1 ? bare : bare.slice(0, equals);
  return { option: `${isLong ? '--' : '-'}${name}`, name, given: equals === -1 ? null : bare.slice(equals + 1) };
}
