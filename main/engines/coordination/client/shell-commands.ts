// The commands of zkCli that work on znodes: each takes its arguments and answers the lines it prints (org.apache.zookeeper.cli).
import { readFile } from 'node:fs/promises';
import { walk } from '../trees/walk.ts';
import { deleteTree, listDelete } from '../trees/delete.ts';
import { KeeperError } from '../keeper-errors.ts';
import type { ACL } from '../jute/records.ts';
import { CREATE, WATCH_TYPE } from '../op-codes.ts';
import { OPEN_ACL } from './client.ts';
import type { CoordinationClient, OnWatch } from './client-types.ts';
import { hexDump, parseAcl, printAcl, printError, printStat } from './shell-print.ts';
import { deleteQuota, listQuota, setQuota, type QuotaKey } from './shell-quota.ts';
import { ShellUsageError, type ShellArguments } from './shell-words.ts';

export interface ShellContext {
  readonly client: CoordinationClient;
  readonly watch: OnWatch;
}

export interface ShellCommand {
  readonly usage: string;
  readonly flags?: readonly string[];
  readonly values?: readonly string[];
  /** Least number of words after the command. */
  readonly least?: number;
  run(context: ShellContext, given: ShellArguments): Promise<readonly string[]>;
}

const word = (given: ShellArguments, at: number): string => given.words[at] ?? '';
const watchOf = ({ watch }: ShellContext, given: ShellArguments, at = 1): OnWatch | undefined => (given.flags.has('w') || given.words.length > at ? watch : undefined);
const versionOf = (given: ShellArguments): number => (given.values.has('v') ? integer(given.values.get('v') ?? '', 'For input string: ') : -1);
const list = (items: readonly string[]): string => `[${items.join(', ')}]`;

function integer(text: string, complaint: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ShellUsageError(`${complaint}"${text}"`);
  return Number(text);
}

/** The subtree in zkCli's order: all children of a node, then each child's. */
async function* paths(client: CoordinationClient, path: string): AsyncGenerator<string, void, undefined> {
  for await (const node of walk(client, path, { skip: () => false })) yield node.path;
}

export const SHELL_COMMANDS: Readonly<Record<string, ShellCommand>> = {
  ls: {
    usage: 'ls [-s] [-w] [-R] path', flags: ['?', 's', 'w', 'R'], least: 1,
    run: async (context, given) => {
      const lines: string[] = [];
      if (given.flags.has('R')) {
        for await (const path of paths(context.client, word(given, 0))) lines.push(path);
        return lines;
      }
      const { children, stat } = await context.client.getChildren(word(given, 0), watchOf(context, given));
      return [list(children.sort()), ...(given.flags.has('s') ? [printStat(stat)] : [])];
    },
  },
  stat: {
    usage: 'stat [-w] path', flags: ['w'], least: 1,
    run: async (context, given) => {
      const stat = await context.client.exists(word(given, 0), watchOf(context, given));
      if (!stat) throw new KeeperError('NoNode', word(given, 0));
      return [printStat(stat)];
    },
  },
  get: {
    usage: 'get [-s] [-w] [-b] [-x] path', flags: ['s', 'w', 'b', 'x'], least: 1,
    run: async (context, given) => {
      const { data, stat } = await context.client.getData(word(given, 0), watchOf(context, given));
      const bytes = data ?? Buffer.from('null');
      const shown = given.flags.has('x') ? hexDump(bytes) : given.flags.has('b') ? bytes.toString('base64') : bytes.toString('utf8');
      return [shown, ...(given.flags.has('s') ? [printStat(stat)] : [])];
    },
  },
  set: {
    usage: 'set path data [-s] [-v version] [-b]', flags: ['s', 'b'], values: ['v'], least: 2,
    run: async ({ client }, given) => {
      const stat = await client.setData(word(given, 0), Buffer.from(word(given, 1), given.flags.has('b') ? 'base64' : 'utf8'), versionOf(given));
      return given.flags.has('s') ? [printStat(stat)] : [];
    },
  },
  create: {
    usage: 'create [-s] [-e] [-c] [-t ttl] path [data] [acl]', flags: ['s', 'e', 'c'], values: ['t'], least: 1,
    run: async ({ client }, given) => {
      const { flags, ttl } = createFlags(given);
      const complaints: string[] = [];
      const acl: ACL[] = given.words.length > 2 ? parseAcl(word(given, 2), (line) => complaints.push(line)) : OPEN_ACL;
      const { path } = await client.create(word(given, 0), given.words.length > 1 ? Buffer.from(word(given, 1)) : null, { flags, ttl, acl });
      return [...complaints, `Created ${path}`];
    },
  },
  delete: {
    usage: 'delete [-v version] path', values: ['v'], least: 1,
    run: async ({ client }, given) => { await client.delete(word(given, 0), versionOf(given)); return []; },
  },
  deleteall: {
    usage: 'deleteall path [-b batch size]', values: ['b'], least: 1,
    run: async ({ client }, given) => {
      integer(given.values.get('b') ?? '1000', '-b argument must be an int value: ');
      const { guard } = await listDelete(client, word(given, 0));
      await deleteTree(client, word(given, 0), guard);
      return [];
    },
  },
  getAcl: {
    usage: 'getAcl [-s] path', flags: ['s'], least: 1,
    run: async ({ client }, given) => {
      const { acl, stat } = await client.getACL(word(given, 0));
      return [printAcl(acl), ...(given.flags.has('s') ? [printStat(stat)] : [])];
    },
  },
  setAcl: {
    usage: 'setAcl [-s] [-v version] [-R] path acl', flags: ['s', 'R'], values: ['v'], least: 2,
    run: async ({ client }, given) => {
      const lines: string[] = [];
      const acl = parseAcl(word(given, 1), (line) => lines.push(line));
      if (!given.flags.has('R')) {
        const stat = await client.setACL(word(given, 0), acl, versionOf(given));
        return [...lines, ...(given.flags.has('s') ? [printStat(stat)] : [])];
      }
      for await (const path of paths(client, word(given, 0))) await client.setACL(path, acl, versionOf(given)).catch((error: unknown) => lines.push(printError(error)));
      return lines;
    },
  },
  addauth: {
    usage: 'addauth scheme auth', least: 1,
    run: async ({ client }, given) => { await client.addAuth(word(given, 0), Buffer.from(word(given, 1))); return []; },
  },
  sync: {
    usage: 'sync path', least: 1,
    run: async ({ client }, given) => { await client.sync(word(given, 0)); return ['Sync is OK']; },
  },
  listquota: { usage: 'listquota path', least: 1, run: ({ client }, given) => listQuota(client, word(given, 0)) },
  setquota: {
    usage: 'setquota -n|-b|-N|-B val path', values: ['n', 'b', 'N', 'B'], least: 1,
    run: async ({ client }, given) => {
      if (word(given, 0).startsWith('/zookeeper/quota')) return ['cannot set a quota under the path: /zookeeper/quota'];
      if (given.values.size === 0) throw new ShellUsageError('Missing required option: [-n num soft quota, -b bytes soft quota, -N num hard quota, -B bytes hard quota]');
      const wanted = new Map<QuotaKey, number>();
      for (const [option, text] of given.values) {
        if (!/^[+-]?\d+$/.test(text)) return ['NumberFormatException happens when parsing the option value'];
        const counts = option === 'n' || option === 'N';
        if (counts && Number(text) <= 0) return ['the num quota must be greater than zero'];
        if (Number(text) < 0) return ['the bytes quota must be greater than or equal to zero'];
        wanted.set(QUOTA_KEYS[option] as QuotaKey, Number(text));
      }
      return setQuota(client, word(given, 0), wanted);
    },
  },
  delquota: {
    usage: 'delquota [-n|-b|-N|-B] path', flags: ['n', 'b', 'N', 'B'], least: 1,
    run: ({ client }, given) => deleteQuota(client, word(given, 0), [...given.flags].map((flag) => QUOTA_KEYS[flag] as QuotaKey)),
  },
  getEphemerals: { usage: 'getEphemerals path', run: async ({ client }, given) => [list(await client.getEphemerals(word(given, 0) || '/'))] },
  getAllChildrenNumber: { usage: 'getAllChildrenNumber path', least: 1, run: async ({ client }, given) => [String(await client.getAllChildrenNumber(word(given, 0)))] },
  addWatch: {
    usage: 'addWatch [-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - default is PERSISTENT_RECURSIVE', values: ['m'], least: 1,
    run: async ({ client, watch }, given) => {
      const mode = (given.values.get('m') ?? 'PERSISTENT_RECURSIVE').toUpperCase();
      if ((mode !== 'PERSISTENT' && mode !== 'PERSISTENT_RECURSIVE') || given.words.length !== 1) throw new ShellUsageError((SHELL_COMMANDS['addWatch'] as ShellCommand).usage);
      await client.addWatch(word(given, 0), mode === 'PERSISTENT' ? 'persistent' : 'persistentRecursive', watch);
      return [];
    },
  },
  removewatches: {
    usage: 'removewatches path [-c|-d|-a] [-l]', flags: ['c', 'd', 'p', 'r', 'a', 'l'], least: 1,
    run: async ({ client }, given) => {
      const option = ['c', 'd', 'p', 'r'].find((each) => given.flags.has(each)) ?? 'a';
      await client.removeWatches(word(given, 0), { c: WATCH_TYPE.children, d: WATCH_TYPE.data, p: WATCH_TYPE.persistent, r: WATCH_TYPE.persistentRecursive }[option] ?? WATCH_TYPE.any, given.flags.has('l'));
      return [];
    },
  },
  reconfig: {
    usage: 'reconfig [-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | [-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]',
    flags: ['s'], values: ['v', 'file', 'members', 'add', 'remove'],
    run: async ({ client }, given) => {
      const { data, stat } = await client.reconfig(await reconfigOf(given));
      return [`Committed new configuration:\n${data?.toString('utf8') ?? ''}`, ...(given.flags.has('s') ? [printStat(stat)] : [])];
    },
  },
  config: {
    usage: 'config [-c] [-w] [-s]', flags: ['c', 'w', 's'],
    run: async (context, given) => {
      const { data, stat } = await context.client.getConfig(watchOf(context, given, Infinity));
      const text = data?.toString('utf8') ?? 'null';
      return [given.flags.has('c') ? clientConfig(text) : text, ...(given.flags.has('s') ? [printStat(stat)] : [])];
    },
  },
  whoami: { usage: 'whoami', run: async ({ client }) => ['Auth scheme: User', ...(await client.whoAmI()).map(({ authScheme, user }) => `${authScheme}: ${user}`)] },
  version: { usage: 'version', run: () => Promise.resolve(['ZooKeeper CLI version: 3.9 (Sluice)']) },
};

const QUOTA_KEYS: Readonly<Record<string, QuotaKey>> = { n: 'count', b: 'bytes', N: 'countHardLimit', B: 'byteHardLimit' };

function createFlags(given: ShellArguments): { readonly flags: number; readonly ttl: number } {
  const [e, s, c, t] = [given.flags.has('e'), given.flags.has('s'), given.flags.has('c'), given.values.get('t')];
  if (c && (e || s)) throw new ShellUsageError('-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.');
  if (t !== undefined && !/^[+-]?\d+$/.test(t)) throw new ShellUsageError('-t argument must be a long value');
  if (t !== undefined && e) throw new ShellUsageError('TTLs cannot be used with Ephemeral znodes');
  if (t !== undefined && c) throw new ShellUsageError('TTLs cannot be used with Container znodes');
  if (t !== undefined) return { flags: s ? CREATE.ttlSequential : CREATE.ttl, ttl: Number(t) };
  return { flags: c ? CREATE.container : (e ? CREATE.ephemeral : 0) + (s ? CREATE.persistentSequential : 0), ttl: 0 };
}

async function reconfigOf(given: ShellArguments): Promise<Parameters<CoordinationClient['reconfig']>[0]> {
  const [file, members, joining, leaving, version] = ['file', 'members', 'add', 'remove', 'v'].map((name) => given.values.get(name));
  const whole = file !== undefined || members !== undefined;
  if (!whole && joining === undefined && leaving === undefined) throw new ShellUsageError((SHELL_COMMANDS['reconfig'] as ShellCommand).usage);
  if (whole && (joining !== undefined || leaving !== undefined)) throw new ShellUsageError("Can't use -file or -members together with -add or -remove (mixing incremental and non-incremental modes is not allowed)");
  if (file !== undefined && members !== undefined) throw new ShellUsageError("Can't use -file and -members together (conflicting non-incremental modes)");
  if (version !== undefined && !/^[0-9a-fA-F]+$/.test(version)) throw new ShellUsageError('-v must be followed by a long (configuration version)');
  const listed = file === undefined ? members : (await readFile(file, 'utf8')).split(/\r?\n/).filter((line) => /^\s*(server|group|weight)\./.test(line)).join('\n');
  return {
    ...(listed === undefined ? {} : { members: listed.toLowerCase() }), ...(joining === undefined ? {} : { joining: joining.toLowerCase() }),
    ...(leaving === undefined ? {} : { leaving: leaving.toLowerCase() }), ...(version === undefined ? {} : { fromConfig: Number.parseInt(version, 16) }),
  };
}

/** `100000000 host:port,host:port` (ConfigUtils.getClientConfigStr). */
function clientConfig(text: string): string {
  const lines = text.split('\n');
  const version = lines.find((line) => line.startsWith('version='))?.slice('version='.length).trim() ?? '';
  const clients = lines.filter((line) => line.startsWith('server.') && line.includes(';')).map((line) => line.slice(line.lastIndexOf(';') + 1).trim());
  return `${version} ${clients.map((client) => (/^\d+$/.test(client) ? `0.0.0.0:${client}` : client)).join(',')}`;
}
