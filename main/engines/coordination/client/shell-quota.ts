// Quotas as zkCli keeps them: limits and stats under /zookeeper/quota (Quotas, StatsTrack, SetQuotaCommand).
import { isKeeper } from '../recipes/known.ts';
import type { CoordinationClient } from './client-types.ts';
import { parentPath } from './paths.ts';
import { walk } from '../trees/walk.ts';

const ROOT = '/zookeeper/quota';
const LIMITS = 'zookeeper_limits';
const STATS = 'zookeeper_stats';
export type QuotaKey = 'count' | 'bytes' | 'countHardLimit' | 'byteHardLimit';
export type Quota = Map<string, number>;

const limitPath = (path: string): string => `${ROOT}${path === '/' ? '' : path}/${LIMITS}`;
const statPath = (path: string): string => `${ROOT}${path === '/' ? '' : path}/${STATS}`;

/** `count=5,bytes=-1=;byteHardLimit=...`; keys nobody knows are kept. */
export function parseQuota(text: string): Quota {
  const quota: Quota = new Map();
  for (const pair of text.split(/[,;]/)) {
    const [key = '', value = ''] = pair.split('=');
    if (key !== '') quota.set(key, value === '' ? -1 : Number(value));
  }
  return quota;
}

export function printQuota(quota: Quota): string {
  const more = [...quota.keys()].filter((key) => key !== 'count' && key !== 'bytes').sort();
  return `count=${quota.get('count') ?? -1},bytes=${quota.get('bytes') ?? -1}${more.length > 0 ? '=' : ''}${more.map((key) => `;${key}=${quota.get(key)}`).join('')}`;
}

async function read(client: CoordinationClient, path: string): Promise<Quota> {
  return parseQuota((await client.getData(path)).data?.toString('utf8') ?? '');
}

/** Lines of `listquota`. */
export async function listQuota(client: CoordinationClient, path: string): Promise<string[]> {
  const lines = [`absolute path is ${limitPath(path)}`];
  try {
    lines.push(`Output quota for ${path} ${printQuota(await read(client, limitPath(path)))}`, `Output stat for ${path} ${printQuota(await read(client, statPath(path)))}`);
  } catch (error) {
    if (!isKeeper(error, 'NoNode')) throw error;
    lines.push(`quota for ${path} does not exist.`);
  }
  return lines;
}

/** Lines of `setquota`; an Error in zkCli's words when the path is not there or one above or below has a quota. */
export async function setQuota(client: CoordinationClient, path: string, wanted: ReadonlyMap<QuotaKey, number>): Promise<string[]> {
  if (!(await client.exists(path))) throw new Error(`${path} does not exist.`);
  await refuseNested(client, path);
  let quota: Quota = new Map<string, number>([['count', -1], ['bytes', -1], ['countHardLimit', -1], ['byteHardLimit', -1]]);
  const exists = await client.exists(limitPath(path));
  if (exists) quota = await read(client, limitPath(path));
  for (const [key, value] of wanted) quota.set(key, value);
  const data = Buffer.from(printQuota(quota));
  if (exists) {
    const lines = warnings(quota, await read(client, statPath(path)));
    await client.setData(limitPath(path), data);
    return lines;
  }
  const parts = limitPath(path).split('/').slice(1, -1);
  for (let depth = 1; depth <= parts.length; depth++) {
    await client.create(`/${parts.slice(0, depth).join('/')}`, null).catch((error: unknown) => { if (!isKeeper(error, 'NodeExists')) throw error; });
  }
  await client.create(limitPath(path), data);
  await client.create(statPath(path), Buffer.from('count=0,bytes=0'));
  return warnings(quota, await read(client, statPath(path)));
}

/** Lines of `delquota`: the keys given, or all of it with the empty nodes above. */
export async function deleteQuota(client: CoordinationClient, path: string, keys: readonly QuotaKey[]): Promise<string[]> {
  if (!(await client.exists(limitPath(path)))) return [`Quota does not exist for ${path}`];
  if (keys.length > 0) {
    const quota = await read(client, limitPath(path));
    for (const key of keys) quota.set(key, -1);
    await client.setData(limitPath(path), Buffer.from(printQuota(quota)));
    return [];
  }
  let at = parentPath(limitPath(path));
  for (const child of await client.getChildNames(at)) await client.delete(`${at}/${child}`);
  for (; at !== ROOT && (await client.getChildNames(at)).length === 0; at = parentPath(at)) await client.delete(at);
  return [];
}

async function refuseNested(client: CoordinationClient, path: string): Promise<void> {
  const own = parentPath(limitPath(path));
  try {
    for await (const node of walk(client, own)) {
      if (node.path.endsWith(`/${LIMITS}`) && parentPath(node.path) !== own) throw new Error(`${path} has a child ${parentPath(node.path).slice(ROOT.length)} which has a quota`);
    }
  } catch (error) {
    if (!isKeeper(error, 'NoNode')) throw error;
  }
  for (let at = parentPath(own); at !== ROOT && at.startsWith(ROOT); at = parentPath(at)) {
    if (await client.exists(`${at}/${LIMITS}`)) throw new Error(`${path} has a parent ${at.slice(ROOT.length)} which has a quota`);
  }
}

function warnings(quota: Quota, stats: Quota): string[] {
  const lines: string[] = [];
  const over = (key: string, used: number): boolean => (quota.get(key) ?? -1) > -1 && (quota.get(key) as number) < used;
  const [count, bytes] = [stats.get('count') ?? 0, stats.get('bytes') ?? 0];
  if (over('count', count) || over('countHardLimit', count)) lines.push(`[Warning]: the count quota you create is less than the existing count:${count}`);
  if (over('bytes', bytes) || over('byteHardLimit', bytes)) lines.push(`[Warning]: the bytes quota you create is less than the existing bytes:${bytes}`);
  return lines;
}
