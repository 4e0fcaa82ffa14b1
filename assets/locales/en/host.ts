// Texts of notifications, tray and other things outside the window. Objects with title and body are notifications.
export interface RunFacts {
  readonly sync: string;
  /** How many runs this message stands for. */
  readonly times: number;
  readonly files: number;
  readonly deleted: number;
  readonly failed: number;
  /** The title of the error, or empty. */
  readonly reason: string;
}

const n = (value: number): string => value.toLocaleString('en');
const files = (count: number): string => (count === 1 ? '1 file' : `${n(count)} files`);
const again = (times: number): string => (times > 1 ? ` (${n(times)} runs in the last minutes)` : '');

export const host = {
  runDone: (p: RunFacts): { title: string; body: string } => ({
    title: `${p.sync}: done${again(p.times)}`,
    body: p.files === 0 && p.deleted === 0 ? 'Both sides are in step.' : `${files(p.files)} copied${p.deleted > 0 ? `, ${n(p.deleted)} deleted` : ''}.`,
  }),
  runPartial: (p: RunFacts): { title: string; body: string } => ({
    title: `${p.sync}: ${p.failed > 0 ? `${files(p.failed)} need you` : 'not everything was done'}${again(p.times)}`,
    body: `${files(p.files)} copied.${p.reason === '' ? '' : ` ${p.reason}.`}`,
  }),
  runFailed: (p: RunFacts): { title: string; body: string } => ({ title: `${p.sync}: the run failed${again(p.times)}`, body: p.reason === '' ? 'Open it to see why.' : `${p.reason}.` }),
  runInterrupted: (p: RunFacts): { title: string; body: string } => ({ title: `${p.sync}: the run was interrupted${again(p.times)}`, body: 'Open it to go on with what is not done yet.' }),
  hostKeyChanged: (p: { server: string }): { title: string; body: string } => ({ title: `The key of ${p.server} has changed`, body: 'Nothing is sent there until you have looked at it.' }),
  trayRun: (p: { sync: string; percent: number; state: string }): string => `${p.sync}: ${p.state === 'paused' ? 'paused at ' : ''}${p.percent} %`,
  trayProblem: (p: { kind: string; name: string }): string => {
    const what: Readonly<Record<string, string>> = { runPartial: 'not everything was done', runFailed: 'failed', runInterrupted: 'interrupted', hostKeyChanged: 'the host key has changed', storeRestored: 'data restored from a backup' };
    const words = what[p.kind] ?? 'needs you';
    return p.name === '' ? words : `${p.name}: ${words}`;
  },
};
