// English texts of the screens, the source of truth. `**bold**` marks figures and names that stand out.
import { cluster } from './cluster.ts';
import { pipelines } from './pipelines.ts';

const num = (value: number): string => value.toLocaleString('en');
const many = (value: number, one: string, more: string): string => `${num(value)} ${value === 1 ? one : more}`;
const strong = (value: number, one: string, more: string): string => `**${num(value)}** ${value === 1 ? one : more}`;
const list = (parts: readonly string[]): string => new Intl.ListFormat('en', { type: 'conjunction' }).format(parts);

export const screens = {
  cluster,
  pipelines,
  common: {
    cancel: 'Cancel', close: 'Close', save: 'Save', add: 'Add', remove: 'Remove', retry: 'Try again', back: 'Back', forward: 'Forward',
    open: 'Open', copy: 'Copy', copied: 'Copied', details: 'Details', copyDetails: 'Copy details', dismiss: 'Dismiss', loading: 'Loading…',
    thisComputer: 'This computer', never: 'never', none: 'none', unknown: 'unknown', yes: 'Yes', no: 'No', more: 'More actions', filter: 'Filter',
    rename: 'Rename', name: 'Name', waitingFor: (what: string) => `Waiting for ${what}…`,
    asOf: (time: string) => `as of ${time}`, default: 'Default', reset: 'Reset',
    moreEntries: (n: number) => `${many(n, 'more entry', 'more entries')} not shown`,
  },
  nav: { main: 'Main', home: 'Home', syncs: 'Syncs', trees: 'Trees', servers: 'Servers', pipelines: 'Pipelines', cluster: 'Cluster', activity: 'Activity', settings: 'Settings', run: 'Run', breadcrumb: 'Breadcrumb', skip: 'Skip to content' },
  shell: {
    search: 'Search or run a command', status: 'Status',
    lost: 'The connection to the app behind this window is lost. Everything shown is from before.', reconnecting: 'Connecting again…', reconnect: 'Connect now',
    gateClosed: 'This window was closed by the app. Open the address with its one-time code again.',
    engine: { sync: 'Sync engine', coordination: 'Coordination engine', agent: 'Pipeline engine' },
    engineState: { starting: 'starting', ready: 'ready', degraded: 'limited', restarting: 'restarting', failed: 'stopped by a fault', draining: 'finishing', stopped: 'stopped' },
    engineRestarting: (engine: string, seconds: number) => (seconds > 0 ? `${engine}: ended, starts again in ${seconds} s. What was running is kept.` : `${engine}: ended and is starting again. What was running is kept.`),
    engineFailed: (engine: string) => `${engine}: does not start.`,
    jobs: (n: number) => (n === 0 ? 'no runs' : many(n, 'run active', 'runs active')),
    host: { electron: 'Desktop', browser: 'Browser' },
    navigated: (page: string) => `${page} opened`,
  },
  palette: { title: 'Commands', placeholder: 'Type a page, a sync, a server or a command', empty: 'Nothing matches.', pages: 'Pages', syncs: 'Syncs', servers: 'Servers', pipelines: 'Pipelines', clusters: 'Clusters', commands: 'Commands' },
  commands: { newSync: 'New sync…', addServer: 'Add server…', theme: 'Switch light and dark', language: 'Switch language (中文)', cheatSheet: 'Keyboard shortcuts', quit: 'Quit Sluice', density: 'Switch row density' },
  keys: {
    znodes: 'Among znodes', expandZnode: 'Open and close a znode', createZnode: 'New child', deleteZnode: 'Delete with everything below', saveZnode: 'Save the data',
    title: 'Keyboard shortcuts', anywhere: 'Anywhere', trees: 'In the trees', plan: 'In a plan',
    palette: 'Search or run a command', rail: 'Go to a page of the rail', history: 'Back and forward', help: 'This list', newSync: 'New sync', filter: 'Filter in the page',
    move: 'Move', expand: 'Open and close a folder', type: 'Jump to a name', syncTo: 'Sync to…', rescan: 'Read the folder again',
    cycle: 'Do, skip or reverse', skip: 'Skip', reverse: 'Reverse', reset: 'As suggested', next: 'Next and previous row', run: 'Run the plan', preview: 'Preview again', menu: 'Actions of the row', pause: 'Pause and resume a run', escape: 'Close, or stop dragging',
  },
  home: {
    title: 'Home', needsYou: 'Needs you', calm: 'Nothing needs you.', now: 'Now', quiet: 'Nothing is running.', last: 'Syncs and their last seven days',
    markSeen: 'Seen', markAllSeen: 'Mark all as seen',
    empty: 'No folder is kept in step yet.', emptyAction: 'Open the trees', emptyHint: 'Drag a folder from the left onto a server on the right.',
    strip: (name: string) => `Runs of ${name} in the last seven days`, noRuns: 'no runs', dayRuns: (day: string, n: number, worst: string) => `${day}: ${many(n, 'run', 'runs')}, ${worst}`,
  },
  syncs: {
    title: 'Syncs', listTab: 'List', treesTab: 'Trees', new: 'New sync', empty: 'No sync yet.', emptyHint: 'Drag a folder from the left tree onto a folder of a server in the right one.', openTrees: 'Open the trees',
    columns: { name: 'Name', route: 'From and to', state: 'State', lastRun: 'Last run', waiting: 'Changes waiting', actions: 'Actions' },
    state: { idle: 'idle', previewing: 'comparing', ready: 'plan ready', running: 'running', paused: 'paused', attention: 'needs you' },
    previewAll: 'Preview all', preview: 'Preview', removeTitle: (name: string) => `Remove “${name}”?`, removeBody: 'The sync and its history disappear from Sluice. No file is touched on either side.',
    to: 'to', waiting: (n: number) => many(n, 'change', 'changes'),
  },
  trees: {
    title: 'Trees', left: 'Local', right: 'Servers', local: 'Local folders', places: 'Servers and their folders', showHidden: 'Show hidden files', path: 'Go to a path', pathHint: 'A path such as /srv/data', go: 'Go',
    addServer: 'Add server', noServers: 'No server yet.', noServersHint: 'Add one by user@host, or drop onto this computer’s own folders below.',
    emptyFolder: 'empty', syncTo: 'Sync to…', syncFrom: 'Sync from…', newFolder: 'New folder…', newFolderName: 'Name of the folder', refresh: 'Read again',
    dropHere: (folder: string) => `Drop to sync into ${folder}`, dragging: (folder: string) => `${folder} picked up. Drop it on a folder of the other side.`,
    hint: 'Drag a folder from one side onto a folder of the other. Nothing is copied before you have seen the plan.',
    columns: { name: 'Name', size: 'Size', modified: 'Modified' },
    target: (folder: string) => `Where shall “${folder}” go?`, targetHint: 'Choose the folder that receives it.', choose: 'Choose', chooseSource: 'Which folder is to be synced?', newSync: 'New sync',
    actionsFor: (name: string) => `Actions for ${name}`, kinds: { file: 'file', dir: 'folder', link: 'link', device: 'device', special: 'special file' },
  },
  compose: {
    title: 'New sync', from: 'From', to: 'To', direction: (from: string, to: string) => `Changes go from **${from}** to **${to}**. ${from} is only read.`,
    layout: 'How it lands', inside: (folder: string, target: string) => `Put “${folder}” inside “${target}”`, contents: (folder: string, target: string) => `Make “${target}” equal to “${folder}”`, result: 'Result', everything: 'everything in it',
    delete: 'Delete at the target what the source does not have', deleteHint: 'Each deletion is listed in the plan before anything happens.',
    options: 'Options', preview: 'Preview', name: 'Name of the sync',
    checksum: 'Compare by content, not by size and time', update: 'Leave what is newer at the target', compress: 'Compress on the way', wholeFile: 'Send whole files, no deltas', inplace: 'Write into the file in place', partial: 'Keep what has arrived of a cut-off file',
    links: 'Copy links as links', perms: 'Keep permissions', times: 'Keep times', owner: 'Keep owner', group: 'Keep group', devices: 'Copy devices and special files',
    filters: 'Filters', filtersHint: 'One rule a line, as rsync writes them: “- *.tmp” leaves out, “+ /keep” takes in.', sameFolder: 'Source and target are the same folder.',
  },
  sync: {
    plan: 'Plan', history: 'History', settings: 'Settings', tabs: 'Parts of the sync', notFound: 'This sync is not here any more.', saved: 'Saved', command: 'The same as an rsync command', copyCommand: 'Copy command', remove: 'Remove sync…', changedOptions: 'Changed options take effect with the next preview.', danger: 'Remove',
  },
  plan: {
    none: 'There is no plan yet.', noneHint: 'A preview compares both sides and lists every change. Nothing is written.', preview: 'Preview', scanning: 'Comparing both sides…',
    seen: (left: number, right: number) => `**${num(left)}** seen at the source, **${num(right)}** at the target`, cancel: 'Stop comparing',
    same: 'Both sides are alike.', sameHint: (n: number) => `${many(n, 'entry was', 'entries were')} compared; nothing is left to do.`,
    sentence: (p: { copy: number; update: number; attributes: number; delete: number; skipped: number; bytes: string; target: string }) => {
      const parts = [
        ...(p.copy > 0 ? [`copy ${strong(p.copy, 'entry', 'entries')}`] : []),
        ...(p.update > 0 ? [`update ${strong(p.update, 'file', 'files')}`] : []),
        ...(p.attributes > 0 ? [`adjust ${strong(p.attributes, 'entry', 'entries')}`] : []),
        ...(p.delete > 0 ? [`delete ${strong(p.delete, 'entry', 'entries')}`] : []),
      ];
      if (parts.length === 0) return `Nothing will be done on **${p.target}**${p.skipped > 0 ? `: ${many(p.skipped, 'change is', 'changes are')} skipped` : ''}.`;
      return `Will ${list(parts)} on **${p.target}** (${p.bytes} of files)${p.skipped > 0 ? `; ${num(p.skipped)} skipped` : ''}.`;
    },
    chips: { all: 'All', copy: 'Copy', update: 'Update', attributes: 'Attributes', delete: 'Delete', skipped: 'Skipped', error: 'Error' }, chipsLabel: 'Show only',
    columns: { path: 'Path', left: 'Source', action: 'Action', right: 'Target', reason: 'Reason' },
    action: { copy: 'Copy', update: 'Update', attributes: 'Attributes', delete: 'Delete', none: 'Nothing' }, decision: { do: 'Do as suggested', skip: 'Skip', reverse: 'Reverse' }, skipped: 'Skip',
    reason: {
      onlyLeft: 'only at the source', onlyRight: 'only at the target', sizeDiffers: 'different size', timeDiffers: 'different time', contentDiffers: 'same size, different content', leftNewer: 'newer at the source', rightNewer: 'newer at the target',
      typeDiffers: 'different kind', linkDiffers: 'link points elsewhere', permsDiffer: 'different permissions', ownerDiffers: 'different owner', unreadable: 'cannot be read', changedSince: 'changed since the preview',
    },
    rowState: { pending: '', done: 'done', failed: 'failed', recheck: 're-check' },
    toRight: 'towards the target', toLeft: 'towards the source', actionMenu: (path: string) => `Action for ${path}`, below: 'with everything below it',
    table: 'Changes', rows: (n: number) => many(n, 'row', 'rows'), search: 'Filter by name', noMatch: 'No row matches the filter.', skipAll: 'Skip these', doAll: 'Do these', clearFilter: 'Show all rows',
    reverseDeletes: 'deletes it at the source', reverseCopies: 'copies it back to the source',
    guardTitle: (n: number, total: number) => `${many(n, 'entry', 'entries')} of ${num(total)} at the target will be deleted`, guardBody: 'That is unusually many. An unmounted or emptied source looks exactly like this. Look at the list before you go on.', guardShow: 'Show the deletions', guardCheck: 'I have looked at the deletions and want them',
    stale: 'Something has changed since this plan was made.', staleAge: 'This plan is more than ten minutes old.', again: 'Preview again', run: (n: number) => (n === 0 ? 'Nothing to run' : `Run ${many(n, 'change', 'changes')}`), running: 'This plan is being run.', finished: 'This plan has been run.', openRun: 'Open the run', failed: 'The comparison could not be finished.',
    arrived: (n: number) => `Plan ready, ${many(n, 'row', 'rows')}`, decided: (path: string, what: string) => `${path}: ${what}`, selection: 'Row', kind: 'Kind', size: 'Size', modified: 'Modified', mode: 'Permissions', ownerLabel: 'Owner', link: 'Points to', itemize: 'rsync’s letters', inspector: 'Selected row', absent: 'not there',
  },
  runs: {
    title: 'Run', titleOf: (name: string) => `Run of ${name}`, phases: { connect: 'Connect', list: 'List', compare: 'Compare', delete: 'Delete', transfer: 'Transfer', attributes: 'Attributes', done: 'Done' }, phasesLabel: 'Phases',
    state: { running: 'running', paused: 'paused', stopping: 'stopping', done: 'done', partial: 'done, some need you', failed: 'failed', stopped: 'stopped', interrupted: 'interrupted' },
    pause: 'Pause', resume: 'Resume', stopAfter: 'Stop after this file', stopNow: 'Stop now', stop: 'Stop…',
    of: (done: string, total: string) => `${done} of ${total}`, files: 'Changes', bytes: 'Bytes', rate: 'Rate', eta: 'Time left', etaUnsteady: 'not steady yet', sent: 'Sent', received: 'Received', elapsed: 'Elapsed', current: 'Now', currentNone: 'no file in hand',
    throughput: 'Throughput', throughputText: (rate: string) => `Throughput, now ${rate}`, problems: 'Rows that need you', noProblems: 'No row has failed.',
    report: 'Report', summary: (p: { done: number; failed: number; recheck: number }) => `**${num(p.done)}** of ${num(p.done + p.failed + p.recheck)} done${p.failed + p.recheck > 0 ? `; **${num(p.failed + p.recheck)}** need you` : ''}.`,
    copied: 'Copied', updated: 'Updated', attributes: 'Attributes', deleted: 'Deleted', skipped: 'Skipped', failed: 'Failed', recheck: 'To re-check', fileBytes: 'File bytes', literal: 'Sent anew', matched: 'Reused', wire: 'Over the wire', exitCode: 'rsync exit code', speedup: 'Speed-up', speedupValue: (x: string) => `${x} ×`,
    again: 'Preview again', openSync: 'Open the sync', list: 'Runs', empty: 'No run yet.', emptyHint: 'Every run of this sync will be listed here.', columns: { started: 'Started', state: 'State', took: 'Took', done: 'Done', bytes: 'Bytes', problems: 'Problems' }, notFound: 'This run is not here any more.', announce: (state: string) => `The run is ${state}`, progress: 'Progress',
    recheckTitle: 'Changed since the preview', recheckBody: 'Not touched: one of its sides is no longer as the plan saw it. Preview again to see it as it is now.',
  },
  servers: {
    title: 'Servers', add: 'Add server', empty: 'No server yet.', emptyHint: 'Any machine with sshd and rsync will do. Nothing is installed there.', select: 'Choose a server on the left.',
    addTitle: 'Add a server', target: 'Address', targetHint: 'user@host, user@host:port, or a name from ~/.ssh/config', aliases: 'From ~/.ssh/config', name: 'Name (optional)', auth: 'Log in with', authKinds: { auto: 'Agent, then keys of ~/.ssh', agent: 'SSH agent only', key: 'A key file', password: 'A password' },
    keyPath: 'Key file', keyHint: 'Such as ~/.ssh/id_ed25519', passphrase: 'Passphrase of the key (if it has one)', password: 'Password', secretHint: 'Kept in the vault only, never in a log or on a command line.', transport: 'Connection by', transports: { ssh2: 'Built-in SSH', openssh: 'The system’s ssh command' },
    check: 'Check the connection', checking: 'Checking…', checkAgain: 'Check again', addAndCheck: 'Add and check', steps: { resolve: 'Find the address', connect: 'Connect', hostKey: 'Host key', login: 'Log in', rsync: 'rsync', clock: 'Clock' }, stepsLabel: 'Steps of the check',
    stepState: { waiting: 'waiting', running: 'running', ok: 'fine', warning: 'look', failed: 'failed', skipped: 'skipped' },
    found: { address: 'address', family: 'family', port: 'port', type: 'type', sha256: 'fingerprint', method: 'by', user: 'user', version: 'version', protocol: 'protocol', path: 'path', skewMs: 'off by', ms: 'took', banner: 'says' } as Record<string, string>,
    hostKeyTitle: 'A host key not seen before', hostKeyBody: (host: string) => `${host} shows this key. Compare it with what its administrator tells you, or with ssh-keygen -lf on the machine itself.`, trust: 'Trust this key', distrust: 'Do not connect', fingerprint: 'Fingerprint', keyType: 'Type',
    changedTitle: 'The host key has changed', changedBody: (host: string) => `${host} shows another key than the one you trusted. Someone may be listening in between, or the machine was set up anew. Nothing was sent. Ask its administrator before you go on.`, known: 'Trusted so far', now: 'Shown now', changedType: (host: string) => `To replace the key, type the name of the host: ${host}`, replace: 'Replace the key',
    edit: 'Change…', editTitle: (name: string) => `Change ${name}`, removeTitle: (name: string) => `Remove “${name}”?`, removeBody: 'Its secret leaves the vault. Syncs that use it stay, but cannot run until it is added again.', address: 'Address', alias: 'Alias', lastCheck: 'Last check', rsyncVersion: 'rsync', keys: 'Trusted keys', noKeys: 'none yet', reachable: 'ready', unchecked: 'not checked', trouble: 'needs you', state: 'State', sameSecret: 'Leave empty to keep the one in the vault',
  },
  vault: {
    createTitle: 'Choose a passphrase for the vault', createBody: 'This system has no keyring that Sluice can use. Passwords and key passphrases are kept in a file that only this passphrase opens.', unlockTitle: 'Unlock the vault', unlockBody: 'A secret is needed. Its vault is locked.', passphrase: 'Passphrase', repeat: 'Repeat it', mismatch: 'The two are not alike.', tooShort: 'At least 8 characters.', create: 'Create vault', unlock: 'Unlock', kind: { os: 'the system’s keyring', passphrase: 'a passphrase vault', none: 'none: secrets are asked for' }, locked: 'locked', unlocked: 'open',
  },
  activity: {
    title: 'Activity', empty: 'Nothing has happened yet.', problemsOnly: 'Problems only', columns: { when: 'When', what: 'What' }, show: 'Show', all: 'All', problems: 'Problems',
    kind: {
      runDone: (p: Record<string, string | number>) => `Run of **${p['sync'] ?? p['name'] ?? ''}** done`, runPartial: (p: Record<string, string | number>) => `Run of **${p['sync'] ?? p['name'] ?? ''}** done, some rows need you`, runFailed: (p: Record<string, string | number>) => `Run of **${p['sync'] ?? p['name'] ?? ''}** failed`, runStopped: (p: Record<string, string | number>) => `Run of **${p['sync'] ?? p['name'] ?? ''}** stopped`, runInterrupted: (p: Record<string, string | number>) => `Run of **${p['sync'] ?? p['name'] ?? ''}** interrupted`,
      serverAdded: (p: Record<string, string | number>) => `Server **${p['server'] ?? p['name'] ?? ''}** added`, hostKeyChanged: (p: Record<string, string | number>) => `The host key of **${p['server'] ?? p['host'] ?? p['name'] ?? ''}** has changed`, syncCreated: (p: Record<string, string | number>) => `Sync **${p['sync'] ?? p['name'] ?? ''}** created`, engineRestarted: (p: Record<string, string | number>) => `The ${p['engine'] === 'coordination' ? 'coordination' : p['engine'] === 'agent' ? 'pipeline' : 'sync'} engine had ended and was started again`, storeRestored: (_: Record<string, string | number>) => 'The database was damaged and its last backup was restored',
      pipelineCreated: (p: Record<string, string | number>) => `Pipeline **${p['pipeline'] ?? ''}** created`, pipelineDeployed: (p: Record<string, string | number>) => `Pipeline **${p['pipeline'] ?? ''}** deployed`, pipelineFailed: (p: Record<string, string | number>) => `Pipeline **${p['pipeline'] ?? ''}** stopped by itself`,
      clusterAdded: (p: Record<string, string | number>) => `Cluster **${p['cluster'] ?? ''}** added`, nodeStarted: (p: Record<string, string | number>) => `Node **${p['cluster'] ?? ''}** started on port ${p['port'] ?? ''}`, nodeStopped: (p: Record<string, string | number>) => `Node **${p['cluster'] ?? ''}** stopped`, nodeFailed: (p: Record<string, string | number>) => `Node **${p['cluster'] ?? ''}** failed`,
      leaderElected: (p: Record<string, string | number>) => `**${p['cluster'] ?? ''}**: **${p['leader'] ?? ''}** was elected${p['tookMs'] === undefined ? '' : ` in ${p['tookMs']} ms`}`, quorumLost: (p: Record<string, string | number>) => `**${p['cluster'] ?? ''}** has lost its quorum: ${p['up'] ?? ''} of ${p['of'] ?? ''}`, quorumBack: (p: Record<string, string | number>) => `**${p['cluster'] ?? ''}** has its quorum again`,
    },
  },
  settings: {
    title: 'Settings', general: 'General', look: 'Look', language: 'Language', languages: { system: 'As the system', en: 'English', 'zh-CN': '简体中文' }, theme: 'Theme', themes: { system: 'As the system', light: 'Light', dark: 'Dark' }, density: 'Rows', densities: { compact: 'Compact', comfortable: 'Comfortable' },
    locks: 'Locks', locksIn: 'A sync that runs is locked in', locksNone: 'Nothing: only this computer knows', locksHint: 'Other workstations that use the same ensemble then do not run the same sync meanwhile.', onClose: 'Closing the window', onCloseKinds: { ask: 'Ask', stay: 'Keep running in the tray', quit: 'Quit Sluice' }, showHidden: 'Show hidden files in the trees', security: 'Security', vault: 'Secrets are kept in', about: 'About', version: 'Version', runsIn: 'Runs in', machine: 'Machine', changedFrom: (value: string) => `Default: ${value}`, lockVault: 'Unlock…',
  },
  error: { reload: 'Reload the window', screen: 'This screen has failed', screenBody: 'A fault in Sluice. Running syncs go on; the window can be loaded again.' },
};
