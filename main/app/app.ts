// The object graph: store, services, engine and host by plain constructors, and the order of start and drain.
import { hostname, userInfo } from 'node:os';
import type { AppStatus, Settings } from '../../preload/contract/domain.ts';
import { contract } from '../../preload/contract/index.ts';
import type { Locale } from '../../preload/contract/locale.ts';
import { serve } from '../../preload/rpc/server.ts';
import type { Wire } from '../../preload/rpc/wire.ts';
import { ValueTopic } from '../lib/topic.ts';
import { ActivityService } from '../services/activity.ts';
import { ClustersService } from '../services/clusters.ts';
import { FilesService } from '../services/files.ts';
import { NotificationsService } from '../services/notifications.ts';
import { PathRefs } from '../services/path-refs.ts';
import { PipelinesService } from '../services/pipelines.ts';
import { PlansService } from '../services/plans.ts';
import { RunsService } from '../services/runs.ts';
import { SyncLocks } from '../services/run-locks.ts';
import { ServersService } from '../services/servers.ts';
import { SettingsService } from '../services/settings.ts';
import { SyncsService } from '../services/syncs.ts';
import { TrayService } from '../services/tray.ts';
import { ZnodesService } from '../services/znodes.ts';
import type { AgentEngine } from '../engines/agent/api.ts';
import type { CoordinationEngine } from '../engines/coordination/api.ts';
import { ActivityRows } from '../store/activity.ts';
import { ClusterRows } from '../store/clusters.ts';
import { openStore } from '../store/open.ts';
import { PipelineRows } from '../store/pipelines.ts';
import { PlanIndexRows } from '../store/plan-index.ts';
import { RunRows } from '../store/runs.ts';
import { ServerRows } from '../store/servers.ts';
import { SettingsRows } from '../store/settings.ts';
import { SyncRows } from '../store/syncs.ts';
import type { EngineControl } from './engine-control.ts';
import { handlersOf } from './handlers.ts';
import type { Host } from './host.ts';
import { superviseAgent } from './supervise/agent-engine.ts';
import { superviseCoordination } from './supervise/coordination-engine.ts';
import { superviseSync } from './supervise/sync-engine.ts';

/** A run or engine that has not ended by then is cut, milliseconds. */
const DRAIN_LIMIT = 10_000;
/** For sessions to end and nodes to stop, milliseconds. */
const NODE_LIMIT = 5000;
const BACKUP_EVERY = 6 * 3_600_000;

export interface AppOptions {
  readonly host: Host;
  readonly dataDir: string;
  readonly version: string;
  /** The system's, BCP 47 or POSIX. */
  readonly locale: string;
  /** This machine's name as shown; the system's by default. */
  readonly machine?: string;
  /** In tests: the engine in this process. Otherwise the host's launcher starts it. */
  readonly engines?: EngineControl;
  readonly coordination?: EngineControl<CoordinationEngine>;
  readonly agent?: EngineControl<AgentEngine>;
  readonly now?: () => number;
  /** Told of what is a bug of ours, for the host's log. */
  readonly onBug?: (where: string, error: unknown) => void;
}

export interface App {
  /** Answers one window over its wire until that closes. */
  serveUi(wire: Wire): void;
  activeRuns(): number;
  settings(): Settings;
  changeSettings(change: Partial<Settings>): Settings;
  /** The language chosen, for what the host itself shows. */
  locale(): Locale;
  onSettings(listener: (settings: Settings) => void): void;
  /** Ends in order: runs are finished or parked, the engine stops, the store closes. Safe to call twice. */
  drain(): Promise<void>;
}

/** STORE_NEWER or STORE_IO before anything else has happened; no window should be opened then. */
export async function startApp(options: AppOptions): Promise<App> {
  const { host } = options;
  const now = options.now ?? Date.now;
  const store = openStore({ dataDir: options.dataDir, now });
  const backup = (): void => {
    try {
      store.backup();
    } catch (error) {
      options.onBug?.('backup', error); // a full disk is no reason not to start
    }
  };
  backup();

  const engines = options.engines ?? superviseSync(host.launcher);
  const coordination = options.coordination ?? superviseCoordination(host.launcher);
  const agent = options.agent ?? superviseAgent(host.launcher);
  const rows = {
    settings: new SettingsRows(store.db), activity: new ActivityRows(store.db), servers: new ServerRows(store.db),
    syncs: new SyncRows(store.db), plans: new PlanIndexRows(store.db), runs: new RunRows(store.db), clusters: new ClusterRows(store.db), pipelines: new PipelineRows(store.db),
  };
  const refs = new PathRefs();
  const settings = new SettingsService({ rows: rows.settings, host, systemLocale: options.locale });
  const locale = (): Locale => settings.locale();
  const activity = new ActivityService({ rows: rows.activity, now });
  const notifications = new NotificationsService({ host, locale });
  const servers = new ServersService({ rows: rows.servers, syncRows: rows.syncs, vault: host.vault, engines, activity, now });
  const files = new FilesService({ refs, servers, engines });
  const syncs = new SyncsService({ rows: rows.syncs, runRows: rows.runs, refs, servers, engines, activity, now });
  const plans = new PlansService({ index: rows.plans, runRows: rows.runs, syncs, servers, engines, now });
  const machine = options.machine ?? hostname();
  const locks = new SyncLocks({ settings: () => settings.get().coordination, info: { machine, user: userInfo().username, pid: process.pid } });
  const runs = new RunsService({ rows: rows.runs, plans, syncs, servers, engines, activity, now, locks });

  const clusters = new ClustersService({ rows: rows.clusters, vault: host.vault, engines: coordination, activity, dataDir: options.dataDir, now, machine });
  const znodes = new ZnodesService(clusters);
  const pipelines = new PipelinesService({ rows: rows.pipelines, engines: agent, activity, dataDir: options.dataDir, now });

  if (store.restored) activity.record({ kind: 'storeRestored', params: store.restored.params, error: store.restored, problem: true });
  runs.recover();
  const tray = new TrayService({ host, locale, facts: () => ({ runs: runs.active(), problems: activity.unseenProblems(), last: activity.last(20) }) });

  const statusNow = (): AppStatus => ({
    version: options.version, host: host.kind, hostDetail: host.detail, platform: process.platform,
    machine, locale: options.locale,
    engines: [engines.status(), agent.status(), coordination.status()],
    vault: { kind: host.vault.kind, locked: host.vault.locked },
  });
  const status = new ValueTopic<AppStatus>(statusNow());

  for (const engine of [engines, agent, coordination]) {
    engine.onChange(() => status.set(statusNow()));
    engine.onRestart(() => activity.record({ kind: 'engineRestarted', params: { engine: engine.status().name } }));
  }
  host.vault.onChange(() => status.set(statusNow()));
  settings.onChange(() => tray.update());
  activity.onChange(() => tray.update());
  activity.onRecord((entry) => {
    if (entry.kind === 'hostKeyChanged' && entry.link) notifications.hostKeyChanged(String(entry.params['server']), entry.link);
  });
  runs.onChange(() => tray.update());
  runs.onEnd((run) => notifications.runEnded(run));
  clusters.onQuorum((cluster, lost) => notifications.quorum(cluster.name, lost, `/cluster/${cluster.id}`));
  pipelines.onFailed((pipeline) => notifications.pipelineFailed(pipeline.name, pipeline.error, `/pipelines/${pipeline.id}`));
  clusters.resume();
  pipelines.resume();

  const handlers = handlersOf({ host, status, settings, activity, servers, files, syncs, plans, runs, clusters, znodes, pipelines });
  const backups = setInterval(backup, BACKUP_EVERY);
  backups.unref();

  const open = new Set<{ close(reason: string): void }>();
  let draining: Promise<void> | null = null;

  async function drain(): Promise<void> {
    clearInterval(backups);
    runs.beginDrain();
    const limit = new Promise<void>((resolve) => { setTimeout(resolve, DRAIN_LIMIT).unref(); });
    pipelines.close();
    await Promise.race([Promise.all([engines.drain(), agent.drain()]), limit]);
    await runs.drained(limit);
    await Promise.race([locks.close(), limit]);
    // last, since the locks of runs may lie in our own node
    clusters.close();
    await Promise.race([coordination.drain(), new Promise<void>((resolve) => { setTimeout(resolve, NODE_LIMIT).unref(); })]);
    plans.close();
    notifications.close();
    tray.close();
    for (const served of open) served.close('quit');
    store.close();
  }

  return {
    serveUi: (wire) => {
      const served = serve(contract, handlers, wire, { build: options.version, ...(options.onBug ? { onBug: options.onBug } : {}) });
      open.add(served);
      void served.closed.then(() => open.delete(served));
    },
    activeRuns: () => runs.active().length,
    settings: () => settings.get(),
    changeSettings: (change) => settings.change(change),
    locale,
    onSettings: (listener) => settings.onChange(listener),
    drain: () => (draining ??= drain()),
  };
}
