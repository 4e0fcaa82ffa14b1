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
  quorumLost: (p: { cluster: string }): { title: string; body: string } => ({ title: `${p.cluster} has lost its quorum`, body: 'Nothing can be written there until a majority of its servers is up again.' }),
  quorumBack: (p: { cluster: string }): { title: string; body: string } => ({ title: `${p.cluster} has its quorum again`, body: 'Writing goes on.' }),
  pipelineFailed: (p: { pipeline: string; reason: string }): { title: string; body: string } => ({ title: `${p.pipeline} has stopped by itself`, body: p.reason === '' ? 'Open it to see why.' : `${p.reason}.` }),
  trayRun: (p: { sync: string; percent: number; state: string }): string => `${p.sync}: ${p.state === 'paused' ? 'paused at ' : ''}${p.percent} %`,
  trayProblem: (p: { kind: string; name: string }): string => {
    const what: Readonly<Record<string, string>> = { runPartial: 'not everything was done', runFailed: 'failed', runInterrupted: 'interrupted', hostKeyChanged: 'the host key has changed', storeRestored: 'data restored from a backup', quorumLost: 'the quorum is lost', nodeFailed: 'the node has failed', pipelineFailed: 'the pipeline has failed' };
    const words = what[p.kind] ?? 'needs you';
    return p.name === '' ? words : `${p.name}: ${words}`;
  },
  // the Electron host's own
  open: 'Open Sluice',
  quit: 'Quit',
  cancel: 'Cancel',
  trayState: (state: 'idle' | 'syncing' | 'attention' | 'paused'): string => ({ idle: 'everything is in step', syncing: 'syncing', attention: 'something needs you', paused: 'paused' })[state],
  closeTitle: 'Keep Sluice running when its window is closed?',
  closeBody: 'Runs go on in the background, and the tray icon opens the window again. Without a tray, start Sluice once more.',
  closeStay: 'Keep running',
  closeRemember: 'Do this every time (it can be changed in Settings)',
  quitTitle: (runs: number): string => (runs === 1 ? 'One run is going on. Quit all the same?' : `${n(runs)} runs are going on. Quit all the same?`),
  quitBody: 'The file in hand is finished or put aside, and the run can be taken up again.',
  menuEdit: 'Edit', menuUndo: 'Undo', menuRedo: 'Redo', menuCut: 'Cut', menuCopy: 'Copy', menuPaste: 'Paste', menuSelectAll: 'Select all',
  menuView: 'View', menuZoomIn: 'Zoom in', menuZoomOut: 'Zoom out', menuZoomReset: 'Actual size', menuFullScreen: 'Full screen',
  menuClose: 'Close window', menuReload: 'Reload', menuDevTools: 'Developer tools',
};
