// When the desktop is told: every failure, every run a person started; the same outcome of the same sync at most once
// in five minutes, the rest of it as one message at the end of them. All of it stands in the activity list as well.
import type { Run } from '../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../preload/contract/errors.ts';
import type { Locale } from '../../preload/contract/locale.ts';
import { messages } from '../../assets/locales/index.ts';
import type { Host } from '../app/host.ts';

/** Milliseconds. */
export const COALESCE = 5 * 60_000;

interface Window {
  readonly timer: NodeJS.Timeout;
  held: Run[];
}

export class NotificationsService {
  private readonly host: Pick<Host, 'notify'>;
  private readonly locale: () => Locale;
  private readonly windows = new Map<string, Window>();

  constructor(deps: { readonly host: Pick<Host, 'notify'>; readonly locale: () => Locale }) {
    this.host = deps.host;
    this.locale = deps.locale;
  }

  runEnded(run: Run): void {
    if (run.state === 'stopped') return;
    const key = `${run.syncId} ${run.state}`;
    const open = this.windows.get(key);
    if (open) {
      open.held.push(run);
      return;
    }
    this.say(run, 1);
    this.openWindow(key);
  }

  hostKeyChanged(server: string, link: string): void {
    this.host.notify({ ...messages[this.locale()].host.hostKeyChanged({ server }), link });
  }

  /** An ensemble lost its quorum, or has it again. */
  quorum(cluster: string, lost: boolean, link: string): void {
    const words = messages[this.locale()].host;
    this.host.notify({ ...(lost ? words.quorumLost({ cluster }) : words.quorumBack({ cluster })), link });
  }

  /** A pipeline has ended by itself. */
  pipelineFailed(pipeline: string, error: ErrorInfo | null, link: string): void {
    const words = messages[this.locale()];
    const reason = error ? words.errors[error.code](error.params as never).title : '';
    this.host.notify({ ...words.host.pipelineFailed({ pipeline, reason }), link });
  }

  close(): void {
    for (const window of this.windows.values()) clearTimeout(window.timer);
    this.windows.clear();
  }

  private openWindow(key: string): void {
    const timer = setTimeout(() => {
      const held = this.windows.get(key)?.held ?? [];
      this.windows.delete(key);
      const last = held.at(-1);
      if (!last) return;
      this.say(last, held.length);
      this.openWindow(key);
    }, COALESCE);
    timer.unref();
    this.windows.set(key, { timer, held: [] });
  }

  private say(run: Run, times: number): void {
    const words = messages[this.locale()];
    const reason = run.error ? words.errors[run.error.code](run.error.params as never).title : '';
    const facts = {
      sync: run.syncName, times, reason,
      files: (run.report?.copied ?? 0) + (run.report?.updated ?? 0), deleted: run.report?.deleted ?? 0,
      failed: (run.report?.failed ?? 0) + (run.report?.recheck ?? 0),
    };
    const text = run.state === 'done' ? words.host.runDone(facts) : run.state === 'partial' ? words.host.runPartial(facts) : run.state === 'failed' ? words.host.runFailed(facts) : words.host.runInterrupted(facts);
    this.host.notify({ ...text, link: `/runs/${run.id}` });
  }
}
