// A backend without an app behind it: enough servers, folders, syncs and runs to show every screen, and a plan of any length.
// Nothing in it moves a file; what a person does changes its lists and comes back by the topics.
import type { z } from 'zod';
import type { Activity, AppStatus, FileEntry, PlanRow, PlanSummary, Run, Server, Settings, Sync } from '../../../preload/contract/domain.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import type { Handlers } from '../../../preload/contract/define.ts';
import type { SluiceContract } from '../../../preload/contract/index.ts';

import { fakePipelines } from './fake-pipelines.ts';
import { fakeClusters } from './fake-clusters.ts';
import { items, Topic, values } from './fake-topics.ts';

type V<S extends z.ZodType> = z.output<S>;
const NOW = Date.now();

const KEY = { type: 'ssh-ed25519', sha256: 'SHA256:Vb8S2w0mJxqQKZr9cFqS6w3n0Zx4h5uTtYw1QnG7P2k' };
const server = (id: string, name: string, more: Partial<Server> = {}): Server => ({ id, name, host: `${name}.lan`, port: 22, user: 'backup', alias: null, auth: { kind: 'auto' }, transport: 'ssh2', hostKeys: [KEY], rsync: '3.4.1', probedAt: NOW - 3_600_000, problem: null, ...more });

const OPTIONS: Sync['options'] = { layout: 'inside', delete: true, checksum: false, update: false, links: true, perms: true, times: true, owner: false, group: false, devices: false, compress: false, wholeFile: false, inplace: false, partial: false, filters: ['- *.tmp'] };
const sync = (id: string, name: string, planId: string | null, state: Sync['state'], more: Partial<Sync> = {}): Sync => ({
  id, name, source: { ref: `local:/home/ada/${name}`, place: 'local', path: `/home/ada/${name}`, name }, target: { ref: 's1:/backup', place: 's1', path: '/backup', name: 'backup' }, result: `nas-01:/backup/${name}`, options: OPTIONS, state, planId,
  lastRun: { id: 'r1', state: 'done', endedAt: NOW - 7_200_000 }, createdAt: NOW - 90_000_000, ...more,
});
const run = (id: string, state: Run['state'], hoursAgo: number, more: Partial<Run> = {}): Run => ({
  id, syncId: 'y1', planId: 'p1', syncName: 'photos', state, startedAt: NOW - hoursAgo * 3_600_000, endedAt: NOW - hoursAgo * 3_600_000 + 184_000,
  progress: { phase: 'done', filesDone: 1253, filesTotal: 1253, bytesDone: 3.1e9, bytesTotal: 3.1e9, sent: 8.4e7, received: 1.2e6, rate: 0, etaMs: null, current: [] },
  report: { copied: 1204, updated: 37, attributes: 4, deleted: 3, skipped: 5, failed: state === 'partial' ? 2 : 0, recheck: state === 'partial' ? 1 : 0, bytes: 3.1e9, literal: 8.1e7, matched: 3.02e9, sent: 8.4e7, received: 1.2e6, exitCode: state === 'partial' ? 23 : 0 }, error: null, ...more,
});

const FOLDERS: Record<string, readonly string[]> = { '/': ['backup', 'etc', 'home', 'srv', 'var'], '/home': ['ada'], '/home/ada': ['Documents', 'photos', '项目资料', '.config', 'music'], '/backup': ['2024', '2025', 'photos'], '/home/ada/photos': ['2023 – Lofoten and the long way back north', '2024', '2025'] };
const FILES: Record<string, readonly string[]> = { '/home/ada': ['notes.md', 'budget-2026.ods', '.bashrc', '会议记录（最终版）.docx'], '/home/ada/photos': ['cover.jpg', 'a-very-long-file-name-that-nobody-would-type-by-hand-but-cameras-do-20260412-183015.raw'] };

function entries(place: string, path: string): FileEntry[] {
  const entry = (name: string, kind: 'dir' | 'file', index: number): FileEntry => ({ ref: `${place}:${path === '/' ? '' : path}/${name}`, name, kind, size: kind === 'dir' ? 4096 : 1234 * (index + 1) ** 5, mtime: NOW - index * 86_400_000, mode: kind === 'dir' ? 0o755 : 0o644, hidden: name.startsWith('.'), target: null, opens: false });
  return [...(FOLDERS[path] ?? []).map((name, index) => entry(name, 'dir', index)), ...(FILES[path] ?? []).map((name, index) => entry(name, 'file', index))];
}

const ACTIONS = ['copy', 'copy', 'copy', 'update', 'copy', 'update', 'delete', 'attributes'] as const;
const REASONS = { copy: 'onlyLeft', update: 'leftNewer', delete: 'onlyRight', attributes: 'permsDiffer', none: 'changedSince' } as const;

function planRow(id: number, decisions: ReadonlyMap<number, V<typeof PlanRow>['decision']>): V<typeof PlanRow> {
  const action = ACTIONS[id % ACTIONS.length] ?? 'copy';
  const side = (age: number) => ({ kind: 'file' as const, size: 5000 + ((id * 7919) % 90_000_000), mtime: NOW - age, mode: 0o644, owner: 'ada', link: null });
  const decision = decisions.get(id) ?? 'do';
  return {
    id, path: `2025/${String(1 + (id % 12)).padStart(2, '0')}/${id % 17 === 0 ? '上海外滩夜景与很长的中文文件名' : 'DSC'}_${String(id).padStart(7, '0')}.jpg`, depth: 2, action, decision, direction: decision === 'reverse' ? 'backward' : 'forward',
    left: action === 'delete' ? null : side(id * 60_000), right: action === 'copy' ? null : side(id * 60_000 + 86_400_000), reason: REASONS[action], itemize: action === 'copy' ? '<f+++++++++' : action === 'delete' ? '*deleting  ' : '<f.st......', state: 'pending', error: null,
  };
}

/** @param rows how many rows the plan of the first sync has */
export function fakeBackend(rows = 1253, settings: Partial<V<typeof Settings>> = {}, empty = false): Handlers<SluiceContract> {
  const per = (action: string): number => Array.from({ length: ACTIONS.length }, (_, index) => index).filter((index) => ACTIONS[index] === action).reduce((sum, index) => sum + Math.floor(rows / ACTIONS.length) + (index < rows % ACTIONS.length ? 1 : 0), 0);
  const decisions = new Map<number, V<typeof PlanRow>['decision']>();
  const status = new Topic<V<typeof AppStatus>>({ version: '0.1.0', host: 'browser', hostDetail: 'Chromium over 127.0.0.1', platform: 'linux', machine: 'atelier', locale: 'en-GB', engines: [{ name: 'sync', state: 'ready', error: null, retryAt: null }, { name: 'agent', state: 'ready', error: null, retryAt: null }, { name: 'coordination', state: 'ready', error: null, retryAt: null }], vault: { kind: 'passphrase', locked: false } });
  const set = new Topic<V<typeof Settings>>({ language: 'en', theme: 'light', density: 'compact', onClose: 'ask', showHidden: false, coordination: null, ...settings });
  const servers = new Topic<readonly Server[]>(empty ? [] : [server('s1', 'nas-01'), server('s2', 'backup-frankfurt', { user: 'root', port: 2222, problem: { code: 'SSH_HOST_KEY_CHANGED', params: { host: 'backup-frankfurt.lan', type: 'ssh-ed25519', sha256: 'SHA256:9tR4yQzq0kM1bX7vWn3sE5uJ8dL2fG6hA0cP4iO1rTs', known: KEY.sha256 } } }), server('s3', '实验室服务器', { host: 'lab.example.org', rsync: null, probedAt: null })]);
  const syncs = new Topic<readonly Sync[]>(empty ? [] : [sync('y1', 'photos', 'p1', 'ready'), sync('y2', 'Documents', null, 'idle', { lastRun: null }), sync('y3', '项目资料', null, 'running', { lastRun: { id: 'r9', state: 'running', endedAt: null } }), sync('y4', 'music', null, 'attention', { lastRun: { id: 'r2', state: 'partial', endedAt: NOW - 93_600_000 } })]);
  const live = run('r9', 'running', 0.02, { syncId: 'y3', syncName: '项目资料', endedAt: null, report: null, progress: { phase: 'transfer', filesDone: 412, filesTotal: 1253, bytesDone: 1.21e9, bytesTotal: 3.1e9, sent: 3.4e8, received: 2.1e6, rate: 4.2e7, etaMs: 45_000, current: ['设计/原型/首页-final-v7.psd', 'archive/2019/a-folder/with-quite-a-long-name/and-a-file.tar.zst'] } });
  const allRuns: readonly Run[] = empty ? [] : [live, run('r1', 'done', 2), run('r2', 'partial', 26, { syncId: 'y4', syncName: 'music' }), run('r3', 'failed', 50, { report: null, error: { code: 'SSH_LOST', params: { host: 'nas-01.lan', reason: 'read ECONNRESET' } } }), run('r4', 'done', 74), run('r5', 'stopped', 98)];
  const activity = new Topic<readonly V<typeof Activity>[]>(empty ? [] : [
    { id: 'a1', at: NOW - 7_200_000, kind: 'runDone', params: { sync: 'photos', name: 'photos' }, error: null, link: '/runs/r1', problem: false, seen: true },
    { id: 'a2', at: NOW - 93_600_000, kind: 'runPartial', params: { sync: 'music', name: 'music' }, error: null, link: '/runs/r2', problem: true, seen: false },
    { id: 'a3', at: NOW - 180_000_000, kind: 'runFailed', params: { sync: 'photos', name: 'photos' }, error: { code: 'SSH_LOST', params: { host: 'nas-01.lan', reason: 'read ECONNRESET' } }, link: '/runs/r3', problem: true, seen: false },
    { id: 'a5', at: NOW - 240_000, kind: 'quorumLost', params: { cluster: '实验室集群', up: 1, of: 3 }, error: null, link: '/cluster/c3', problem: true, seen: false },
    { id: 'a6', at: NOW - 1_200_000, kind: 'leaderElected', params: { cluster: 'kafka-produktion', leader: 'n3', tookMs: 412 }, error: null, link: '/cluster/c2/elections', problem: false, seen: true },
    { id: 'a4', at: NOW - 190_000_000, kind: 'serverAdded', params: { server: 'nas-01', name: 'nas-01' }, error: null, link: '/servers/s1', problem: false, seen: true },
  ]);
  const plan = new Topic<V<typeof PlanSummary>>({ id: 'p1', syncId: 'y1', state: 'ready', createdAt: Date.now(), seen: { left: 41_200, right: 39_800 }, counts: { copy: per('copy'), update: per('update'), attributes: per('attributes'), delete: per('delete'), skipped: 0, error: 0, same: 38_000 }, rows, bytes: 3.1e9, guard: null, error: null, token: 't', rev: 1 });
  const gone = (kind: string, id: string): never => { throw SluiceError.of('STORE_NOT_FOUND', { kind, id }); };
  const shown = (ref: string) => { const cut = ref.indexOf(':'); const path = ref.slice(cut + 1) || '/'; return { ref, place: ref.slice(0, cut), path, name: path.split('/').at(-1) ?? '' }; };

  return {
    'app.status': (_, signal) => values(status, signal), 'app.quit': () => ({}),
    'settings.watch': (_, signal) => values(set, signal), 'settings.change': (input) => { set.set({ ...set.value, ...input } as V<typeof Settings>); return set.value; },
    'vault.create': () => ({}), 'vault.unlock': () => ({}),
    'servers.watch': (_, signal) => items(servers, signal),
    'servers.add': (input) => { const added = server(`s${servers.value.length + 1}`, input.name ?? input.target, { hostKeys: [] }); servers.set([...servers.value, added]); return added; },
    'servers.change': (input) => servers.value.find((item) => item.id === input.id) ?? gone('server', input.id),
    'servers.remove': ({ id }) => { servers.set(servers.value.filter((item) => item.id !== id)); return {}; },
    'servers.aliases': () => [{ alias: 'nas', host: 'nas-01.lan', user: 'backup', port: 22 }, { alias: 'lab', host: 'lab.example.org', user: 'ada', port: 22 }],
    'servers.probe': async function* ({ id }) {
      const host = servers.value.find((item) => item.id === id)?.host ?? '';
      yield { step: 'resolve', state: 'ok', found: { address: '192.168.1.20', ms: 3 } };
      yield { step: 'connect', state: 'ok', found: { port: 22, ms: 11 } };
      if (servers.value.find((item) => item.id === id)?.hostKeys.length === 0) { yield { step: 'hostKey', state: 'failed', error: { code: 'SSH_HOST_KEY_UNKNOWN', params: { host, ...KEY } } }; return; }
      yield { step: 'hostKey', state: 'ok', found: { ...KEY } };
      yield { step: 'login', state: 'ok', found: { method: 'publickey', user: 'backup' } };
      yield { step: 'rsync', state: 'failed', error: { code: 'RSYNC_MISSING', params: { host, install: 'sudo apt install rsync' } } };
      yield { step: 'clock', state: 'warning', found: { skewMs: 2140 } };
    },
    'servers.trust': ({ id, type, sha256 }) => { servers.set(servers.value.map((item) => (item.id === id ? { ...item, hostKeys: [{ type, sha256 }], problem: null } : item))); return servers.value.find((item) => item.id === id) ?? gone('server', id); },
    'files.roots': ({ place }) => (place === 'local' ? [shown('local:/home/ada'), shown('local:/')] : [shown(`${place}:/backup`), shown(`${place}:/`)]),
    'files.list': ({ ref }) => ({ at: shown(ref), parent: null, entries: entries(shown(ref).place, shown(ref).path), more: 0 }),
    'files.resolve': ({ place, path }) => { if (path.includes('missing')) throw SluiceError.of('PATH_NOT_FOUND', { path, place }); return shown(`${place}:${path}`); },
    'files.dropped': ({ path }) => shown(`local:${path}`), 'files.makeFolder': ({ parent, name }) => shown(`${parent}/${name}`),
    'syncs.watch': (_, signal) => items(syncs, signal),
    'syncs.create': ({ source, target, options }) => { const added = sync('y9', shown(source).name, 'p1', 'ready', { source: shown(source), target: shown(target), options, lastRun: null }); syncs.set([...syncs.value.filter((item) => item.id !== 'y9'), added]); return added; },
    'syncs.change': ({ id, name, options }) => { syncs.set(syncs.value.map((item) => (item.id === id ? { ...item, ...(name ? { name } : {}), ...(options ? { options } : {}) } : item))); return syncs.value.find((item) => item.id === id) ?? gone('sync', id); },
    'syncs.remove': ({ id }) => { syncs.set(syncs.value.filter((item) => item.id !== id)); return {}; },
    'syncs.command': () => ({ text: 'rsync -rlptD --delete --filter=\'- *.tmp\' /home/ada/photos backup@nas-01.lan:/backup/' }),
    'plans.create': () => plan.value, 'plans.cancel': () => ({}), 'plans.watch': (_, signal) => values(plan, signal),
    'plans.rows': ({ chip, offset, limit }) => {
      const matches = (row: V<typeof PlanRow>): boolean => (chip === 'all' ? true : chip === 'skipped' ? row.decision === 'skip' : chip === 'error' ? false : row.action === chip && row.decision !== 'skip');
      const total = chip === 'all' ? rows : chip === 'error' ? 0 : plan.value.counts[chip];
      const found: V<typeof PlanRow>[] = [];
      for (let id = chip === 'all' ? offset : 0, place = chip === 'all' ? offset : 0; id < rows && found.length < limit; id += 1) { const row = planRow(id, decisions); if (matches(row) && place++ >= offset) found.push(row); }
      return { rows: found, total, rev: plan.value.rev };
    },
    'plans.decide': ({ what, decision }) => {
      if ('rows' in what) for (const id of what.rows) decisions.set(id, decision);
      const skipped = [...decisions.values()].filter((value) => value === 'skip').length;
      plan.set({ ...plan.value, rev: plan.value.rev + 1, token: `t${plan.value.rev}`, counts: { ...plan.value.counts, copy: per('copy') - skipped, skipped } });
      return plan.value;
    },
    'runs.start': () => live, 'runs.pause': () => ({}), 'runs.resume': () => ({}), 'runs.stop': () => ({}),
    'runs.watch': ({ id }, signal) => values(new Topic(allRuns.find((item) => item.id === id) ?? gone('run', id)), signal),
    'runs.active': (_, signal) => items(new Topic(empty ? [] : [live]), signal),
    'runs.list': ({ syncId, limit }) => { const found = allRuns.filter((item) => syncId === null || item.syncId === syncId).slice(0, limit); return { runs: [...found], total: found.length }; },
    ...fakeClusters(empty),
    ...fakePipelines(empty),
    'activity.watch': (_, signal) => items(activity, signal), 'activity.seen': ({ ids }) => { activity.set(activity.value.map((item) => (ids.includes(item.id) ? { ...item, seen: true } : item))); return {}; },
  };
}
