// Texts of `sluice coordination`.
export const cliCoordination = {
  help: `Usage: sluice coordination start --config ZOO.CFG [--data-dir DIR] [-DKEY=VALUE...] [--json]
       sluice coordination standalone PORT DATADIR [--json]
       sluice coordination status [--config ZOO.CFG | HOST:PORT...] [--admin-port PORT] [--json]
       sluice coordination lint ZOO.CFG [--json]
       sluice coordination backup DATADIR|HOST[:PORT] FILE [--log-dir DIR] [--zxid Z | --time T] [--auth SCHEME:AUTH]
       sluice coordination verify FILE
       sluice coordination restore FILE|DATADIR DATADIR [--log-dir DIR] [--zxid Z | --time T]
       sluice coordination cli HOST:PORT[,HOST:PORT...][/CHROOT] [COMMAND...]
       sluice coordination export HOST:PORT PATH FILE
       sluice coordination import HOST:PORT PATH FILE [--overwrite]
       sluice coordination mirror FROM TO PATH [--keep] [--cut-over] [--json]

start runs a node that speaks ZooKeeper's protocols until SIGTERM. A line READY on standard output says that it serves; what happens goes to standard error.
-DKEY=VALUE is taken as a JVM takes it: what a real server is given beside its zoo.cfg.
backup writes one snapshot file in ZooKeeper's own format (FILE.gz is compressed). From a folder it is as of the last change, or of --zxid or --time (2026-11-25T20:00:00Z);
from a server it comes through its AdminServer (port 8080). restore puts it, or the state of a data folder at that moment, in the place of DATADIR; the former data are kept beside it.
mirror keeps PATH of the ensemble TO as it is in FROM, until Ctrl+C; with --cut-over it ends when both are equal, and TO is its own from then on. --keep leaves what stood there.
In an ensemble stop all members first and restore the same backup on each.
`,
  severity: { error: 'error', warning: 'warning', note: 'note' },
  lintClean: (p: { file: string }): string => `${p.file}: nothing to remark`,
  lintLine: (p: { file: string; line: number; severity: string; what: string; why: string; fix: string }): string => `${p.file}${p.line > 0 ? `:${p.line}` : ''}: ${p.severity}: ${p.what.replace(/[^?]$/, '$&.')} ${p.why} ${p.fix}`,
  state: {
    looking: 'looks for a leader', following: 'follows', leading: 'leads', observing: 'observes', standalone: 'serves alone', 'read-only': 'serves reads only: it is cut off from the others', stopped: 'has stopped', failed: 'has failed',
  },
  stateLine: (p: { state: string; epoch: number; leader: string; zxid: string }): string => `${p.state}${p.leader === '' ? '' : ` server ${p.leader}`}, epoch ${p.epoch}, zxid ${p.zxid}`,
  electionLine: (p: { leader: number; epoch: number; tookMs: number; reason: string }): string => `election: server ${p.leader} after ${p.tookMs} ms (${p.reason})`,
  learnerLine: (p: { sid: number; by: string; zxid: string }): string => `server ${p.sid} caught up by ${p.by} to zxid ${p.zxid}`,
  expiredLine: (p: { session: string; ephemerals: number }): string => `session ${p.session} expired, with ${p.ephemerals} ephemeral znodes`,
  snapshotLine: (p: { zxid: string; bytes: number; tookMs: number }): string => `snapshot of zxid ${p.zxid}: ${p.bytes} bytes in ${p.tookMs} ms`,
  stopping: 'stopping: what was taken is written and answered',
  columns: { member: 'MEMBER', role: 'ROLE', epoch: 'EPOCH', zxid: 'ZXID', lag: 'LAG', latency: 'LATENCY MIN/AVG/MAX', connections: 'CONNECTIONS', outstanding: 'OUTSTANDING', znodes: 'ZNODES', version: 'VERSION' },
  role: { leader: 'leader', follower: 'follower', observer: 'observer', standalone: 'standalone', 'read-only': 'read-only', none: 'serves nobody', unreachable: 'unreachable' },
  statusNote: (p: { member: string; reason: string }): string => `${p.member}: ${p.reason}`,
  notAllowed: 'srvr is not allowed there (4lw.commands.whitelist) and its AdminServer does not answer either',
  viaAdmin: 'srvr is not allowed there (4lw.commands.whitelist); the figures are its AdminServer’s',
  quorumFine: (p: { up: number; of: number; more: number }): string => `${p.up} of ${p.of} voting servers serve; ${p.more === 0 ? 'one more loss stops writes' : `writes go on after ${p.more} more loss${p.more === 1 ? '' : 'es'}`}`,
  quorumLost: (p: { up: number; of: number }): string => `${p.up} of ${p.of} voting servers serve: too few, writes have stopped`,
  noHosts: 'the configuration names no client port',
  backupDone: (p: { file: string; zxid: string; znodes: number; sessions: number; bytes: number }): string => `${p.file}: zxid ${p.zxid}, ${p.znodes} znodes, ${p.sessions} sessions, ${p.bytes} bytes, verified`,
  verified: (p: { file: string; zxid: string; znodes: number; digest: string }): string => `${p.file}: whole, zxid ${p.zxid}, ${p.znodes} znodes, digest ${p.digest}`,
  restoreDone: (p: { dir: string; zxid: string; znodes: number }): string => `${p.dir}: ${p.znodes} znodes as of zxid ${p.zxid}, verified`,
  kept: (p: { dir: string }): string => `The former data are in ${p.dir}; delete them when they are not needed any more.`,
  exported: (p: { count: number; path: string; file: string }): string => `${p.count} znodes of ${p.path} are in ${p.file}`,
  imported: (p: { created: number; updated: number; skipped: number; path: string }): string => `${p.path}: ${p.created} created, ${p.updated} changed, ${p.skipped} left as they were`,
  mirrorState: { starting: 'begins', scanning: 'compares', following: 'follows', disconnected: 'waits for a server', verifying: 'proves both sides equal', handedOver: 'has handed over', stopped: 'has stopped', failed: 'has failed' },
  mirrorLine: (p: { state: string; created: number; updated: number; deleted: number; conflicts: number; zxid: string }): string => `${p.state}: ${p.created} created, ${p.updated} changed, ${p.deleted} deleted, ${p.conflicts} left alone; up to zxid ${p.zxid}`,
  handedOver: (p: { path: string; nodes: number; to: string }): string => `${p.path}: ${p.nodes} znodes are equal; ${p.to} is on its own from now on`,
  connected: (p: { host: string; session: string }): string => `Connected to ${p.host}, session ${p.session}. "help" lists the commands, "quit" leaves.`,
};
