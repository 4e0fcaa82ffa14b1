// What the tray shows: one state for the icon and a line for each active run, then for each of the last problems.
import type { Activity, Run } from '../../preload/contract/domain.ts';
import type { Locale } from '../../preload/contract/locale.ts';
import { messages } from '../../assets/locales/index.ts';
import type { Host, TrayLine, TrayState } from '../app/host.ts';

/** At most one change of the tray in this time, milliseconds: menus are rebuilt each time. */
const PACE = 1000;
const LINES = 5;

export interface TrayFacts {
  readonly runs: readonly Run[];
  readonly problems: number;
  readonly last: readonly Activity[];
}

export class TrayService {
  private readonly host: Pick<Host, 'tray'>;
  private readonly locale: () => Locale;
  private readonly facts: () => TrayFacts;
  private timer: NodeJS.Timeout | null = null;
  private due = false;
  private shown = '';

  constructor(deps: { readonly host: Pick<Host, 'tray'>; readonly locale: () => Locale; readonly facts: () => TrayFacts }) {
    this.host = deps.host;
    this.locale = deps.locale;
    this.facts = deps.facts;
    this.update();
  }

  /** Shows the newest facts now, or at the end of the pace. */
  update(): void {
    if (this.timer) {
      this.due = true;
      return;
    }
    this.show();
    this.timer = setTimeout(() => {
      this.timer = null;
      if (!this.due) return;
      this.due = false;
      this.update();
    }, PACE);
    this.timer.unref();
  }

  close(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private show(): void {
    const facts = this.facts();
    const state = trayState(facts);
    const lines = this.lines(facts);
    const text = JSON.stringify([state, lines]);
    if (text === this.shown) return;
    this.shown = text;
    this.host.tray(state, lines);
  }

  private lines({ runs, last }: TrayFacts): TrayLine[] {
    const words = messages[this.locale()].host;
    const active = runs.map((run) => ({ text: words.trayRun({ sync: run.syncName, percent: percentOf(run), state: run.state }), link: `/runs/${run.id}` }));
    const problems = last
      .filter((entry) => entry.problem && !entry.seen && entry.link !== null)
      .map((entry) => ({ text: words.trayProblem({ kind: entry.kind, name: String(entry.params['sync'] ?? entry.params['server'] ?? entry.params['cluster'] ?? entry.params['pipeline'] ?? '') }), link: entry.link as string }));
    return [...active, ...problems].slice(0, LINES);
  }
}

/** Work first, since it is what moves; problems when nothing does. */
export function trayState({ runs, problems }: TrayFacts): TrayState {
  if (runs.some((run) => run.state !== 'paused')) return 'syncing';
  if (runs.length > 0) return 'paused';
  return problems > 0 ? 'attention' : 'idle';
}

function percentOf({ progress }: Run): number {
  const [done, total] = progress.bytesTotal > 0 ? [progress.bytesDone, progress.bytesTotal] : [progress.filesDone, progress.filesTotal];
  return total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : 0;
}
