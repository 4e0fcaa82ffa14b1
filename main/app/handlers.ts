// The contract, procedure by procedure, as calls of services. No logic: what is decided is decided in a service.
import type { Handlers } from '../../preload/contract/define.ts';
import type { AppStatus } from '../../preload/contract/domain.ts';
import type { SluiceContract } from '../../preload/contract/index.ts';
import type { ValueTopic } from '../lib/topic.ts';
import type { ActivityService } from '../services/activity.ts';
import type { ClustersService } from '../services/clusters.ts';
import type { FilesService } from '../services/files.ts';
import type { PipelinesService } from '../services/pipelines.ts';
import type { PlansService } from '../services/plans.ts';
import type { RunsService } from '../services/runs.ts';
import type { ServersService } from '../services/servers.ts';
import type { SettingsService } from '../services/settings.ts';
import type { SyncsService } from '../services/syncs.ts';
import type { ZnodesService } from '../services/znodes.ts';
import type { Host } from './host.ts';

export interface Services {
  readonly host: Host;
  readonly status: ValueTopic<AppStatus>;
  readonly settings: SettingsService;
  readonly activity: ActivityService;
  readonly servers: ServersService;
  readonly files: FilesService;
  readonly syncs: SyncsService;
  readonly plans: PlansService;
  readonly runs: RunsService;
  readonly clusters: ClustersService;
  readonly znodes: ZnodesService;
  readonly pipelines: PipelinesService;
}

export function handlersOf({ host, status, settings, activity, servers, files, syncs, plans, runs, clusters, znodes, pipelines }: Services): Handlers<SluiceContract> {
  return {
    'app.status': (_input, signal) => status.watch(signal),
    'app.quit': () => done(host.quit()),

    'settings.watch': (_input, signal) => settings.watch(signal),
    'settings.change': (input) => settings.change(input),

    'vault.create': async (input) => done(await host.vault.create(input.passphrase)),
    'vault.unlock': async (input) => done(await host.vault.unlock(input.passphrase)),

    'servers.watch': (_input, signal) => servers.watch(signal),
    'servers.add': (input) => servers.add(input),
    'servers.change': async (input) => {
      const server = await servers.change(input);
      syncs.refreshAll();
      return server;
    },
    'servers.remove': async (input) => done(await servers.remove(input.id)),
    'servers.aliases': () => servers.aliases(),
    'servers.probe': (input, signal) => servers.probe(input.id, signal),
    'servers.trust': (input) => servers.trust(input),

    'files.roots': (input, signal) => files.roots(input.place, signal),
    'files.list': (input, signal) => files.list(input.ref, input.limit, signal),
    'files.resolve': (input, signal) => files.resolve(input.place, input.path, signal),
    'files.dropped': (input, signal) => files.resolve('local', input.path, signal),
    'files.makeFolder': (input, signal) => files.makeFolder(input.parent, input.name, signal),

    'syncs.watch': (_input, signal) => syncs.watch(signal),
    'syncs.create': (input, signal) => syncs.create(input, signal),
    'syncs.change': (input, signal) => syncs.change(input, signal),
    'syncs.remove': (input) => done(syncs.remove(input.id)),
    'syncs.command': (input) => ({ text: syncs.command(input.id) }),

    'plans.create': (input) => plans.create(input.syncId),
    'plans.cancel': async (input) => done(await plans.cancel(input.id)),
    'plans.watch': (input, signal) => plans.watch(input.id, signal),
    'plans.rows': (input, signal) => plans.rows(input, signal),
    'plans.decide': (input, signal) => plans.decide(input, signal),

    'runs.start': (input) => runs.start(input),
    'runs.pause': async (input) => done(await runs.pause(input.id)),
    'runs.resume': async (input) => done(await runs.resume(input.id)),
    'runs.stop': async (input) => done(await runs.stop(input.id, input.how)),
    'runs.watch': (input, signal) => runs.watch(input.id, signal),
    'runs.active': (_input, signal) => runs.watchActive(signal),
    'runs.list': (input) => runs.list(input),

    'clusters.watch': (_input, signal) => clusters.watch(signal),
    'clusters.add': (input) => clusters.add(input),
    'clusters.rename': (input) => clusters.rename(input.id, input.name),
    'clusters.remove': async (input) => done(await clusters.remove(input.id, input.data)),
    'clusters.connect': (input) => done(clusters.connect(input.id)),
    'clusters.disconnect': async (input) => done(await clusters.disconnect(input.id)),
    'clusters.allowChanges': (input) => clusters.allowChanges(input.id, input.allow),
    'clusters.start': (input) => clusters.startOwn(input.id, input.port),
    'clusters.stop': async (input) => done(await clusters.disconnect(input.id)),
    'clusters.plan': (input) => clusters.plan(input.members, input.dataDir),
    'clusters.startMember': (input) => clusters.startMember(input.name, input.members, input.myid),
    'clusters.health': (input, signal) => clusters.health(input.id, signal),
    'clusters.events': (input, signal) => clusters.events(input.id, signal),
    'clusters.sessions': (input, signal) => clusters.sessions(input.id, signal),
    'clusters.locks': (input, signal) => clusters.locks(input.id, input.root, signal),
    'clusters.word': (input, signal) => clusters.word(input.id, input.member, input.word, signal),
    'clusters.backups': (input, signal) => clusters.backups(input.id, signal),
    'clusters.backup': (input, signal) => clusters.backup(input.id, signal),

    'znodes.children': (input, signal) => znodes.children(input, signal),
    'znodes.changes': (input, signal) => znodes.changes(input.id, signal),
    'znodes.read': (input, signal) => znodes.read(input.id, input.path, signal),
    'znodes.save': (input, signal) => znodes.save(input, signal),
    'znodes.create': (input, signal) => znodes.create(input, signal),
    'znodes.delete': async (input, signal) => done(await znodes.delete(input, signal)),
    'znodes.deletePlan': (input, signal) => znodes.deletePlan(input.id, input.path, signal),
    'znodes.deleteTree': (input, signal) => znodes.deleteTree(input, signal),
    'znodes.setAcl': (input, signal) => znodes.setAcl(input, signal),
    'znodes.watch': (input, signal) => znodes.watch(input, signal),
    'znodes.versions': (input, signal) => znodes.versions(input.id, input.path, signal),
    'znodes.export': (input, signal) => znodes.export(input.id, input.path, signal),
    'znodes.import': (input, signal) => znodes.import(input, signal),

    'pipelines.watch': (_input, signal) => pipelines.watch(signal),
    'pipelines.create': (input) => pipelines.create(input),
    'pipelines.rename': (input) => pipelines.rename(input.id, input.name),
    'pipelines.remove': async (input) => done(await pipelines.remove(input.id, input.data)),
    'pipelines.text': (input) => pipelines.text(input.id),
    'pipelines.save': (input) => pipelines.save(input),
    'pipelines.examine': (input, signal) => pipelines.examine(input, signal),
    'pipelines.edit': (input, signal) => pipelines.edit(input, signal),
    'pipelines.fix': (input, signal) => pipelines.fix(input, signal),
    'pipelines.plan': (input, signal) => pipelines.plan(input.id, signal),
    'pipelines.deploy': (input, signal) => pipelines.deploy(input.id, input.rev, signal),
    'pipelines.start': (input) => done(pipelines.start(input.id)),
    'pipelines.stop': async (input) => done(await pipelines.stop(input.id)),
    'pipelines.live': (input, signal) => pipelines.live(input.id, signal),
    'pipelines.samples': (input, signal) => pipelines.samples(input.id, signal),
    'pipelines.problems': (input, signal) => pipelines.problems(input.id, signal),
    'pipelines.clearProblems': (input) => done(pipelines.clearProblems(input.id)),
    'pipelines.history': (input) => pipelines.history(input.id),
    'pipelines.tap': (input, signal) => pipelines.tap(input, signal),
    'pipelines.dryRun': (input, signal) => pipelines.dryRun(input, signal),
    'pipelines.inject': (input, signal) => pipelines.inject(input, signal),
    'pipelines.pins': (input) => pipelines.pins(input.id),
    'pipelines.pin': (input) => done(pipelines.pin(input.id, input.event)),
    'pipelines.unpin': (input) => done(pipelines.unpin(input.id, input.event)),
    'pipelines.letters': (input, signal) => pipelines.letters(input.id, signal),
    'pipelines.resubmit': (input, signal) => pipelines.resubmit(input, signal),
    'pipelines.discard': (input, signal) => pipelines.discard(input.id, input.letters, signal),
    'pipelines.passed': (input, signal) => pipelines.passed(input, signal),
    'pipelines.replay': (input, signal) => pipelines.replay(input, signal),

    'activity.watch': (_input, signal) => activity.watch(signal),
    'activity.seen': (input) => done(activity.seen(input.ids)),
  };
}

function done(_nothing: void): Record<string, never> {
  return {};
}
