// English texts of the Cluster screens. `**bold**` marks figures and names that stand out.
const num = (value: number): string => value.toLocaleString('en');
const many = (value: number, one: string, more: string): string => `${num(value)} ${value === 1 ? one : more}`;
type Params = Record<string, string | number>;

export const cluster = {
  title: 'Clusters', empty: 'No cluster yet.', emptyHint: 'Switch on the node of this computer, or add an ensemble by its connect string.', add: 'Add ensemble…', wizard: 'New ensemble…', notFound: 'This cluster is not here any more.', tabs: 'Parts of the cluster', others: 'Ensembles',
  tab: { health: 'Health', znodes: 'Znodes', sessions: 'Sessions', elections: 'Elections', console: 'Console' },
  columns: { name: 'Name', state: 'State', quorum: 'Quorum', address: 'Connect string', changes: 'Changes' },
  own: {
    title: 'Node on this computer', switch: 'Coordination node', hint: 'ZooKeeper clients connect to it on this computer. Its data stay in the folder of the app.', port: 'Port', portHint: 'Empty: 2181, or the next free one', address: 'Clients connect to', folder: 'Data folder', member: (sid: number, of: number) => `member ${num(sid)} of ${num(of)}`,
    state: { stopped: 'off', starting: 'starting', looking: 'looking for a leader', following: 'follows the leader', leading: 'leads the ensemble', observing: 'observes', standalone: 'serves alone', readOnly: 'reads only: no majority', failed: 'failed' },
    on: 'Switch on', off: 'Switch off',
  },
  connection: { off: 'not connected', connecting: 'connecting', connected: 'connected', connectedReadOnly: 'connected, read-only server', authFailed: 'login refused', expired: 'session expired', closed: 'closed' },
  connect: 'Connect', disconnect: 'Disconnect', rename: 'Rename…', remove: 'Remove…', removeTitle: (name: string) => `Remove “${name}”?`, removeBody: 'It disappears from Sluice, its secrets leave the vault. The ensemble itself is not touched.', removeOwnBody: 'The node stops and its clients lose it.', removeData: 'Delete its data folder too: every znode and all history', copyConnect: 'Copy connect string',
  allow: 'Allow changes', allowed: 'may change', readOnly: 'read-only', allowHint: 'For this session only',
  banner: {
    connecting: 'Not connected. What is shown is from before.', connectingText: 'Connecting again; open branches and the selection stay.', expired: 'The session has expired.', expiredText: 'A new one is opened and everything shown is read again.', readOnlyServer: 'This server reads only: it has no majority behind it.', off: 'Not connected', offText: 'Connect to see its members and znodes.',
  },
  quorum: {
    unknown: 'not known yet', single: 'a server on its own', ok: (up: number, of: number) => `${num(up)} of ${num(of)} up`, risk: (up: number, of: number) => `${num(up)} of ${num(of)}: one more loss stops writes`, lost: (up: number, of: number) => `quorum lost: ${num(up)} of ${num(of)}`,
    title: { unknown: 'It is not known yet whether there is a quorum', single: 'One server: nothing takes over when it fails', ok: (n: number) => `There is a quorum; ${many(n, 'more server may', 'more servers may')} fail`, risk: 'There is a quorum, and one more loss stops writes', lost: 'The quorum is lost: nothing can be written' },
  },
  role: { leader: 'Leader', follower: 'Follower', observer: 'Observer', standalone: 'Standalone', looking: 'Looking', readOnly: 'Read-only', down: 'Not reachable', unknown: 'Unknown' },
  health: {
    members: 'Members', waiting: 'Looking at the members…', epoch: 'Epoch', zxid: 'Zxid', lag: 'Behind', lagValue: (n: number) => (n === 0 ? 'nothing' : many(n, 'txn', 'txns')), outstanding: 'Outstanding', latency: 'Latency', latencyValue: (min: string, avg: string, max: string) => `${min} / ${avg} / ${max} ms`, latencyHint: 'least / mean / most', connections: 'Connections', watches: 'Watches', znodes: 'Znodes', ephemerals: 'Ephemerals', data: 'Data', fsync: 'Fsync', fsyncValue: (avg: string, max: string) => `${avg} ms, most ${max}`, disk: 'Disk free', diskValue: (free: string, used: string) => `${free}, ${used} used here`, version: 'Version', uptime: 'Up for', days: (n: number) => many(n, 'day', 'days'), voter: 'votes', nonVoter: 'does not vote',
    source: { mntr: 'by mntr', srvr: 'by srvr', admin: 'by AdminServer', none: '' }, whitelist: 'This server tells little: mntr is not on its whitelist. Add to its zoo.cfg and restart it:', off: 'There is nothing to see while it is not connected.', asOf: (time: string) => `as of ${time}`, notTold: '–',
  },
  elections: {
    timeline: 'Roles', stories: 'What happened', none: 'Nothing has happened since Sluice looks.', noneHint: 'Changes of role, elections, expired sessions and snapshots are told here.', range: 'Show', ranges: { hour: 'one hour', day: 'one day', week: 'one week' }, segment: (member: string, role: string, from: string, to: string) => `${member}: ${role} from ${from} to ${to}`, now: 'now', mark: (time: string) => `Election at ${time}`,
    kind: {
      role: (p: { member: string; role: string; before: string }) => (p.before === '' ? `**${p.member}**: ${p.role.toLowerCase()}` : `**${p.member}**: ${p.role.toLowerCase()}, was ${p.before.toLowerCase()}`),
      started: (state: string) => `The node of this computer: ${state}`,
      election: (p: { member: string; params: Params; zxid: string; at: string }) => {
        const lost = p.params['previous'] ? `**${p.params['previous']}** lost the lead at ${p.at}; ` : '';
        const took = p.params['tookMs'] === undefined ? '' : `the election took **${num(Number(p.params['tookMs']))} ms**; `;
        const zxid = p.zxid === '' ? '' : ` with zxid ${p.zxid}`;
        const epoch = p.params['epoch'] === undefined ? '' : `, epoch ${num(Number(p.params['epoch']))}`;
        const expired = Number(p.params['expired'] ?? 0);
        return `${lost}${took}**${p.member}** won${zxid}${epoch}${expired > 0 ? `; ${many(expired, 'session', 'sessions')} expired` : ''}`;
      },
      synced: (p: { member: string; by: string }) => `**${p.member}** caught up by ${p.by}`,
      expired: (p: { session: string; ephemerals: number }) => `Session **${p.session}** expired${p.ephemerals > 0 ? ` and took ${many(p.ephemerals, 'ephemeral', 'ephemerals')} with it` : ''}`,
      snapshot: (p: { zxid: string; ms: number; bytes: string }) => `Snapshot up to ${p.zxid}: ${p.bytes} in ${num(p.ms)} ms`,
      quorumLost: (p: Params) => `The quorum is lost: **${p['up'] ?? 0} of ${p['of'] ?? 0}**`, quorumBack: (p: Params) => `There is a quorum again: **${p['up'] ?? 0} of ${p['of'] ?? 0}**`, warning: 'A warning', failed: 'The node of this computer has failed', connection: 'The connection changed',
    },
  },
  znodes: {
    tree: 'Znodes', filter: 'Filter', filterIn: (path: string) => `Filter in ${path}`, go: 'Go to a path', goHint: 'Such as /brokers/topics', breadcrumbs: 'Path', children: (n: number) => many(n, 'child', 'children'), empty: 'no children', noMatch: 'nothing matches', select: 'Choose a znode on the left.', gone: 'This znode is gone.', goneHint: 'It was deleted, or its session ended.', create: 'New child…', delete: 'Delete…', deleteTree: 'Delete with everything below…', export: 'Export…', import: 'Import…', copyLine: 'Copy as zkCli line', copyPath: 'Copy path', refresh: 'Read again', actions: 'Actions of the znode', more: 'Export, import and more',
    mark: { persistent: 'persistent', ephemeral: 'ephemeral', container: 'container', ttl: 'TTL' }, sequential: 'sequential', markHint: { persistent: 'Stays when its session ends', ephemeral: 'Goes when its session ends', container: 'Goes some time after its last child', ttl: 'Goes when nothing has changed it for its time' },
    tabs: { data: 'Data', stat: 'Stat', acl: 'ACL', watches: 'Watches', versions: 'Versions' }, tabsLabel: 'Views of the znode',
    view: { json: 'JSON', text: 'Text', hex: 'Hex' }, viewLabel: 'Show as', noData: 'no data', gzip: 'Packed with gzip; shown unpacked and packed again when saved', size: (bytes: string) => bytes, edit: 'Edit', editLabel: (path: string) => `Data of ${path}`, lossy: 'These bytes are no text: change them as hex.', badHex: 'Two hex digits for each byte, please.', badJson: 'This is not JSON; it is saved all the same as text.', save: 'Save', revert: 'Revert', version: (n: number) => `version ${num(n)}`, saved: (n: number) => `Saved as version ${num(n)}`, changedMeanwhile: 'It was changed while you edit. Saving will ask.', tooBig: (limit: string) => `The first ${limit} are shown.`, showAll: 'Show all',
    conflictTitle: 'Someone else changed it', conflictBody: (path: string, expected: number, found: number) => `You began with version ${num(expected)} of ${path}; now it is at version ${num(found)}.`, theirs: 'As it is now', mine: 'As you have it', overwrite: 'Save mine over it', keepTheirs: 'Keep theirs', goOn: 'Go on editing',
    createTitle: (path: string) => `New child of ${path}`, name: 'Name', kind: 'Kind', sequentialSwitch: 'Append a sequence number', ttl: 'Time to live, seconds', data: 'Data', createAct: 'Create', nameBad: 'A name has no slash and is not empty.',
    deleteTitle: (name: string) => `Delete “${name}”?`, deleteBody: (version: number) => `Version ${num(version)} is deleted, and nothing else: if it has changed meanwhile, nothing happens.`, deleteTreeTitle: (name: string) => `Delete “${name}” and everything below?`, deleteTreeBody: (count: number, ephemerals: number, bytes: string) => `**${num(count)}** ${count === 1 ? 'znode' : 'znodes'} with ${bytes} of data go${ephemerals > 0 ? `, ${num(ephemerals)} of them ephemeral` : ''}. This is all of them:`, deleteTreeMore: (n: number) => `and ${num(n)} more`, deleteTreeAct: (n: number) => `Delete ${many(n, 'znode', 'znodes')}`, deleteTreeChanged: 'The subtree has changed since it was listed. Nothing was deleted; look at the list as it is now.', deleted: (n: number) => `${many(n, 'znode', 'znodes')} deleted`, listing: 'Listing what would go…',
    exported: (n: number) => `${many(n, 'znode', 'znodes')} exported`, importTitle: (path: string) => `Import below ${path}`, importHint: 'A file that was exported here.', importChoose: 'Choose a file…', importOverwrite: 'Overwrite data of znodes that exist', importAct: 'Import', imported: (created: number, updated: number, skipped: number) => `${num(created)} created, ${num(updated)} updated, ${num(skipped)} left as they were`,
    stat: {
      created: 'Created', modified: 'Modified', inTxn: (zxid: string) => `in txn ${zxid}`, data: 'Data', dataValue: (bytes: string, version: number) => `${bytes}, changed ${many(version, 'time', 'times')}`, children: 'Children', childrenValue: (n: number, cversion: number) => `${num(n)} now, added or removed ${many(cversion, 'time', 'times')}`, acl: 'ACL', aclValue: (aversion: number) => `changed ${many(aversion, 'time', 'times')}`, owner: 'Session', ownerNone: 'none: it stays when sessions end', kind: 'Kind', ttlValue: (time: string) => `goes ${time} after its last change`, lastChild: 'Last child added or removed',
    },
    acl: {
      who: { world: 'Anyone', auth: 'Whoever created it', digest: (id: string) => `User ${id}`, ip: (id: string) => `Addresses ${id}`, x509: (id: string) => `Certificate ${id}`, sasl: (id: string) => `SASL user ${id}`, super: 'The superuser', other: (scheme: string, id: string) => `${scheme} ${id}` },
      may: 'may', all: 'do everything', nothing: 'do nothing', perm: { read: 'read', write: 'write', create: 'create children', delete: 'delete children', admin: 'set the ACL' }, sentence: (who: string, what: string) => `**${who}** may ${what}`, edit: 'Change…', add: 'Add entry', removeEntry: 'Remove entry', scheme: 'Scheme', id: 'Id', perms: 'Permissions', hidden: 'Its ACL may not be read by this login.', danger: 'Nobody who is logged in here may change it back after this.', saved: 'ACL saved', raw: 'As ZooKeeper has it',
    },
    watch: { title: 'What happens here', below: 'And everything below', pause: 'Pause', resume: 'Go on', waiting: 'Nothing has happened since you look.', columns: { when: 'When', what: 'What', path: 'Path', zxid: 'Zxid' }, kind: { created: 'created', deleted: 'deleted', changed: 'data changed', children: 'children changed' }, dropped: (n: number) => `${num(n)} came too fast to be shown`, paused: (n: number) => `paused, ${num(n)} waiting`, clear: 'Clear' },
    versions: { none: 'No earlier version is known.', noHistory: 'Only a node of our own keeps its versions where Sluice can read them.', columns: { version: 'Version', when: 'When', what: 'What', size: 'Size' }, what: { created: 'created', changed: 'changed', deleted: 'deleted' }, diff: 'Against what it is now', same: 'Alike', restore: 'Restore this version', restored: 'Restored as a new version', binary: 'Not text: no lines to compare.', added: 'only now', removed: 'only then' },
  },
  sessions: {
    title: 'Sessions', none: 'No session.', whitelist: 'Not every server says who is connected. To hear all of them, add to zoo.cfg:', columns: { id: 'Session', client: 'From', member: 'At', timeout: 'Timeout', ephemerals: 'Ephemerals', traffic: 'Received / sent' }, ours: 'this app', noConnection: 'no connection now', refresh: 'Read again', moreEphemerals: (n: number) => `and ${num(n)} more`,
    locks: 'Locks', locksHint: 'Folders whose children are sequential ephemerals, as recipes for locks and elections make them.', noLocks: 'Nobody holds or waits for a lock here.', root: 'Below', holder: 'Holds it', waiting: 'Waits', since: 'since', looked: (n: number) => `${many(n, 'znode', 'znodes')} looked at`, notAll: (n: number) => `Only the first ${num(n)} znodes were looked at; choose a folder nearer to the lock.`, nobody: 'nobody', waits: (n: number) => many(n, 'waits', 'wait'),
  },
  console: {
    title: 'Four-letter words', member: 'Server', word: 'Word', ask: 'Ask', answer: 'Answer', copy: 'Copy the answer', none: 'Choose a word and ask.', empty: '(no text)',
    words: { srvr: 'the server in short', mntr: 'all figures', stat: 'the server and its clients', ruok: 'is it alive', conf: 'its configuration', cons: 'connections', dump: 'sessions and ephemerals', envi: 'its environment', wchs: 'watches, counted', wchc: 'watches by session', wchp: 'watches by path', dirs: 'size of its files', isro: 'read-only or not', gtmk: 'trace mask', hash: 'digests of the tree' },
    backups: 'Backups', backupsHint: 'A snapshot and the txns after it, as files a ZooKeeper can start from.', backup: 'Back up now', noBackups: 'No backup yet.', onlyOwn: 'Backups are made of nodes that run here. An ensemble’s subtree can be exported under Znodes.', columns: { when: 'When', zxid: 'Up to zxid', size: 'Size', file: 'File' }, done: 'Backup made',
  },
  addDialog: {
    title: 'Add an ensemble', connectString: 'Connect string', connectHint: 'host:port,host:port with an optional /chroot', name: 'Name (optional)', auth: 'Log in with', authKinds: { none: 'Nothing', digest: 'Digest: user and password', sasl: 'SASL DIGEST-MD5' }, user: 'User', password: 'Password', secretHint: 'Kept in the vault only.', tls: 'Connect with TLS', ca: 'Certificate of the authority, PEM (optional)', cert: 'Own certificate, PEM (optional)', key: 'Its private key, PEM (optional)', verify: 'Check the server’s certificate', act: 'Add and connect', note: 'It is opened for reading. Changes are allowed later, for one session at a time.',
  },
  wizardDialog: {
    title: 'New ensemble', intro: 'Three servers keep working when one fails. Give each its own machine, or try all on this one.', name: 'Name', members: 'Members', host: 'Host', client: 'Client port', quorum: 'Quorum port', election: 'Election port', number: (n: number) => `Server ${num(n)}`, dataDir: 'Data folder on the servers', here: 'All on this computer', files: 'Files', filesHint: 'Put these on each server, then start ZooKeeper there, or: sluice coordination start --config zoo.cfg', startHere: (n: number) => `Run server ${num(n)} in this app`, addMember: 'Add a server', removeMember: (n: number) => `Remove server ${num(n)}`, addAsEnsemble: 'Add to the list', copyFile: 'Copy',
    problem: { samePort: (n: number) => `Server ${num(n)} uses a port twice.`, sameServer: (n: number) => `Two servers have the number ${num(n)}.`, loopback: (n: number) => `Server ${num(n)} has a loopback address: the others cannot reach it.`, even: (_: number) => 'An even number of voters is no safer than one fewer.' },
  },
};
