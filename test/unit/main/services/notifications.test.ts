import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Run } from '../../../../preload/contract/domain.ts';
import type { Locale } from '../../../../preload/contract/locale.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { COALESCE, NotificationsService } from '../../../../main/services/notifications.ts';
import { TrayService, trayState, type TrayFacts } from '../../../../main/services/tray.ts';
import { FakeHost } from '../support/app-parts.ts';
import { NO_PROGRESS, REPORT } from '../support/fake-engine.ts';

const run = (change: Partial<Run> = {}): Run => ({ id: 'r1', syncId: 'y', planId: 'p', syncName: 'photos', state: 'done', startedAt: 0, endedAt: 1, progress: NO_PROGRESS, report: REPORT, error: null, ...change });

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

describe('notifications', () => {
  function service(locale: Locale = 'en') {
    const host = new FakeHost();
    return { host, notifications: new NotificationsService({ host, locale: () => locale }) };
  }

  it('tell what a run came to and open its page; stopping it oneself is no news', () => {
    const { host, notifications } = service();
    notifications.runEnded(run());
    notifications.runEnded(run({ id: 'r2', syncId: 'z', state: 'failed', report: null, error: SluiceError.of('RSYNC_MISSING', { host: 'nas', install: 'x' }).toInfo() }));
    notifications.runEnded(run({ id: 'r3', syncId: 'w', state: 'stopped' }));
    expect(host.notifications).toEqual([
      { title: 'photos: done', body: '4 files copied.', link: '/runs/r1' },
      { title: 'photos: the run failed', body: 'rsync is not installed on nas.', link: '/runs/r2' },
    ]);
  });

  it('speak the chosen language', () => {
    const { host, notifications } = service('zh-CN');
    notifications.runEnded(run({ state: 'partial', report: { ...REPORT, failed: 2, recheck: 1 } }));
    expect(host.notifications[0]?.title).toBe('photos：3 个文件需要处理');
  });

  it('the same outcome of the same sync comes at most once in five minutes, the rest as one', () => {
    const { host, notifications } = service();
    const failed = (id: string) => notifications.runEnded(run({ id, state: 'failed', report: null }));
    failed('r1'); failed('r2'); failed('r3');
    notifications.runEnded(run({ id: 'r4' }));
    expect(host.notifications.map((told) => told.link)).toEqual(['/runs/r1', '/runs/r4']);
    vi.advanceTimersByTime(COALESCE);
    expect(host.notifications.slice(2)).toMatchObject([{ title: 'photos: the run failed (2 runs in the last minutes)', link: '/runs/r3' }]);
    failed('r5');
    expect(host.notifications.length).toBe(3);
    vi.advanceTimersByTime(3 * COALESCE);
    failed('r6');
    expect(host.notifications.slice(3).map((told) => told.link)).toEqual(['/runs/r5', '/runs/r6']);
  });

  it('none comes after the end', () => {
    const { host, notifications } = service();
    notifications.runEnded(run());
    notifications.runEnded(run());
    notifications.close();
    vi.advanceTimersByTime(COALESCE * 2);
    expect(host.notifications.length).toBe(1);
  });
});

describe('the tray', () => {
  const facts = (change: Partial<TrayFacts> = {}): TrayFacts => ({ runs: [], problems: 0, last: [], ...change });

  it('has one state: work before problems, paused only when all is', () => {
    const running = run({ state: 'running' });
    const paused = run({ state: 'paused' });
    expect([facts(), facts({ problems: 1 }), facts({ runs: [paused], problems: 1 }), facts({ runs: [paused, running], problems: 1 })].map(trayState)).toEqual(['idle', 'attention', 'paused', 'syncing']);
  });

  it('shows a line a run and the unseen problems, and changes at most once a second', () => {
    const host = new FakeHost();
    let now = facts();
    const tray = new TrayService({ host, locale: () => 'en', facts: () => now });
    expect(host.trays).toEqual([{ state: 'idle', lines: [] }]);
    for (let done = 0; done <= 50; done++) {
      now = facts({ runs: [run({ state: 'running', progress: { ...NO_PROGRESS, bytesDone: done, bytesTotal: 100 } })] });
      tray.update();
    }
    expect(host.trays.length).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(host.trays.slice(1)).toEqual([{ state: 'syncing', lines: [{ text: 'photos: 50 %', link: '/runs/r1' }] }]);
    now = facts({ problems: 1, last: [{ id: 'a', at: 0, kind: 'runFailed', params: { sync: 'photos' }, error: null, link: '/runs/r1', problem: true, seen: false }] });
    tray.update();
    vi.advanceTimersByTime(1000);
    expect(host.trays.at(-1)).toEqual({ state: 'attention', lines: [{ text: 'photos: failed', link: '/runs/r1' }] });
    tray.update();
    vi.advanceTimersByTime(5000);
    expect(host.trays.length).toBe(3);
    tray.close();
  });
});
