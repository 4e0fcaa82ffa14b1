// Texts of `sluice agent channel`.
const num = (value: number): string => value.toLocaleString('en');

export const cliAgentChannel = {
  none: (p: { dir: string }): string => `${p.dir}: neither a channel of ours nor a file channel of Flume is there`,
  segment: (p: { path: string; puts: number; events: number; takes: number; skipped: number; key: string }): string =>
    `${p.path}: ${num(p.events)} events in ${num(p.puts)} commits, ${num(p.takes)} takes${p.skipped === 0 ? '' : `, ${num(p.skipped)} stretches skipped by an earlier repair`}${p.key === '' ? '' : `, encrypted with key ${p.key}`}`,
  damaged: (p: { path: string; offset: number; bytes: number }): string => `${p.path}: DAMAGED at byte ${num(p.offset)}, ${num(p.bytes)} bytes`,
  torn: (p: { path: string; offset: number; bytes: number }): string => `${p.path}: ends in ${num(p.bytes)} bytes of a write that was never finished, from byte ${num(p.offset)} on; a start passes over them`,
  checkpointBad: 'the checkpoint cannot be used; a start reads the whole log instead',
  pending: (p: { events: number }): string => `${num(p.events)} events are in the channel`,
  unknown: 'how many events are in the channel is known after a repair',
  whole: 'everything is whole',
  flumeLogs: (p: { logs: number; records: number; puts: number; takes: number }): string => `a file channel of Flume: ${num(p.records)} records in ${num(p.logs)} logs, ${num(p.puts)} events put, ${num(p.takes)} taken`,
  repaired: (p: { stretches: number }): string => `${num(p.stretches)} damaged stretches are marked as skipped; what stood there is lost, what was whole is kept`,
  kept: (p: { path: string }): string => `as it was: ${p.path}`,
  nothingToRepair: 'nothing to repair',
  flumeRepair: 'this is a file channel of Flume: use `sluice agent channel import --skip-damaged`, or its own FCINTEGRITYTOOL',
  imported: (p: { events: number; dir: string }): string => `${num(p.events)} events were brought over into ${p.dir}; the files of Flume are as they were`,
};
