// Texts of `sluice agent`.
export const cliAgent = {
  help: `Usage: sluice agent --name NAME --conf DIR --conf-file FILE [OPTION]...
       sluice agent validate [--name NAME] --conf-file FILE... [--strict] [--json]
       sluice agent test FILE|DIR... [--json]
       sluice agent dead-letters list|show|resubmit|discard STATE-DIR [ID...] [--json]
       sluice agent channel verify|dump|repair|import DIR...
       sluice agent avro-client --host HOST --port PORT [--filename FILE | --dirname DIR] [--headerFile FILE]
       sluice agent version | help

Runs the sources, channels and sinks of a Flume configuration in the foreground until SIGTERM or Ctrl+C. READY on standard output says that they were
started; events of a logger sink go to standard output, what happens to standard error.

 -n, --name NAME             the agent of the file to run; when the file has no such agent and only one other, that one runs (not with --strict)
 -f, --conf-file FILE        its configuration; several are read one after the other, later lines win
 -c, --conf DIR              where FILE is looked for when it is not found from here
 -u, --conf-uri URI          a configuration at a file: or http(s): address, in place of -f;  --conf-user, --conf-password
 -z, --zkConnString HOSTS    the configuration is the znode NAME below -p, --zkBasePath PATH (/flume)
 -i, --poll-interval S       how often the configuration is looked at for changes (30 s, 300 s over HTTP); SIGHUP looks at once
 -b, --backup-directory DIR  where the last good configuration is kept for a start at which it cannot be read
     --no-reload-conf        does not look for changes
 -DKEY=VALUE                 flume.monitoring.type=http, flume.monitoring.port=PORT and the other properties Flume reads
     --strict                takes what Flume takes and nothing else
     --state-dir DIR         where places, dead letters and what passed are kept (in the data folder of this account)
     --tap FROM>TO           shows on standard error what passes from one component to the next, as much as can be shown, such as r1>c1
     --json                  one JSON object a line
 -d                          says what would run, and ends
`,
  unknownCommand: (p: { command: string; commands: string }): string => `${p.command}: unknown command of agent. There are: ${p.commands}, version, help.`,
  noConfiguration: 'which configuration? Name it with --conf-file FILE, --conf-uri URI or --zkConnString HOSTS.',
  lintLine: (p: { place: string; severity: string; what: string; why: string; fix: string }): string => `${p.place}${p.place === '' ? '' : ': '}${p.severity}: ${[p.what, p.why, p.fix].filter((part) => part !== '').map((part) => part.replace(/[^.!?]$/, '$&.')).join(' ')}`,
  severity: { error: 'error', warning: 'warning', hint: 'hint' },
  validateClean: (p: { file: string }): string => `${p.file}: nothing to remark`,
  refusedLine: (p: { component: string; error: string }): string => `error: ${p.error.startsWith(p.component) ? '' : `${p.component}: `}${p.error}`,
  kind: { source: 'source', channel: 'channel', sink: 'sink', sinkgroup: 'sink group', interceptor: 'interceptor', agent: 'agent' },
  state: { starting: 'starts', ready: 'works', degraded: 'works with a problem', failed: 'does not work', draining: 'finishes what it has', stopped: 'has stopped' },
  stateLine: (p: { kind: string; name: string; state: string; error: string }): string => `${p.kind} ${p.name} ${p.state}${p.error === '' ? '' : `: ${p.error}`}`,
  problemLine: (p: { kind: string; name: string; error: string }): string => `${p.kind} ${p.name}: ${p.error}`,
  repeated: (p: { times: number }): string => ` (and ${p.times} times since it was told)`,
  noteLine: (p: { kind: string; name: string; text: string }): string => `${p.kind} ${p.name}: ${p.text}`,
  monitoringLine: (p: { address: string }): string => `metrics at ${p.address}/metrics and ${p.address}/metrics/prometheus`,
  monitoringGanglia: 'flume.monitoring.type=ganglia: Ganglia is not fed. The same figures are served with flume.monitoring.type=http and flume.monitoring.port.',
  monitoringUnknown: (p: { type: string }): string => `flume.monitoring.type=${p.type}: only http is served here; metrics are off.`,
  stateDirHeld: (p: { dir: string; pid: number }): string => `${p.dir} is in use by the agent with process number ${p.pid}. End it first, or give this one a folder of its own with --state-dir.`,
  reloadSame: 'the configuration was looked at: nothing changed',
  reloadDone: (p: { changes: string }): string => `new configuration: ${p.changes}`,
  reloadKept: (p: { error: string }): string => `the new configuration is not used, the former one runs on: ${p.error}`,
  reloadErrors: (p: { errors: number }): string => `the new configuration is not used, the former one runs on: ${p.errors} error${p.errors === 1 ? '' : 's'} in it, see above`,
  change: { added: 'added', removed: 'removed', changed: 'changed', kept: 'as before' },
  tapLine: (p: { edge: string; event: string }): string => `tap ${p.edge}: ${p.event}`,
  tapDropped: (p: { edge: string; seen: number; dropped: number }): string => `tap ${p.edge}: ${p.dropped} of ${p.seen} events came too fast to be shown`,
  stopping: 'stopping: sources first, then sinks and channels',
  dryLine: (p: { kind: string; name: string; type: string }): string => `${p.kind} ${p.name}: ${p.type}`,
  testPassed: (p: { name: string }): string => `ok    ${p.name}`,
  testFailed: (p: { name: string }): string => `FAILED ${p.name}`,
  testSummary: (p: { passed: number; failed: number }): string => `${p.passed} passed, ${p.failed} failed`,
  testNone: (p: { place: string }): string => `${p.place}: no test found; they are files whose names end in .sluice-test.yaml`,
  lettersNone: 'no dead letters',
  letterLine: (p: { id: string; at: string; component: string; reason: string; body: string }): string => `${p.id}  ${p.at}  ${p.component}  ${p.reason}  ${p.body}`,
  lettersDone: (p: { count: number; what: string }): string => `${p.count} ${p.what}`,
  lettersWhat: { resubmit: 'marked for delivery: the agent puts them back into its channels when it next starts', discard: 'discarded' },
};
