import { describe, expect, it } from 'vitest';
import { RunMeter } from '../../../../../../main/engines/sync/executors/run-meter.ts';
import { temporaryName } from '../../../../../../main/engines/sync/executors/temporary-name.ts';
import { secondsOf } from '../../../../../../main/engines/sync/executors/attributes.ts';

describe('RunMeter', () => {
  it('the ETA is silent at first, then falls with the work, and a pause does not count', () => {
    let now = 0;
    const meter = new RunMeter(0, 1000e6, () => now);
    const etas: (number | null)[] = [];
    for (let i = 0; i <= 50; i++) {
      etas.push(meter.progress().etaMs);
      now += 100;
      meter.addBytes(10e6);
    }
    expect(etas.slice(0, 25).every((eta) => eta === null)).toBe(true);
    const steady = etas.filter((eta) => eta !== null);
    expect(steady.length).toBeGreaterThan(20);
    for (let i = 1; i < steady.length; i++) expect(steady[i]).toBeLessThanOrEqual((steady[i - 1] as number) + 1);
    const before = meter.progress();
    meter.paused();
    now += 60_000;
    meter.resumed();
    for (let i = 0; i < 10; i++) { now += 100; meter.addBytes(10e6); meter.progress(); }
    expect(meter.progress().rate).toBeGreaterThan(before.rate * 0.9);
  });

  it.each([
    [{ failed: 0, recheck: 0, vanished: 0 }, 0], [{ failed: 2, recheck: 0, vanished: 2 }, 24], [{ failed: 2, recheck: 0, vanished: 1 }, 23], [{ failed: 0, recheck: 1, vanished: 0 }, 23],
  ])('%j is exit code %i', ({ failed, recheck, vanished }, code) => {
    const meter = new RunMeter(1, 1);
    Object.assign(meter.report, { failed, recheck });
    meter.vanished = vanished;
    expect(meter.finish().exitCode).toBe(code);
  });

  it('never more is done than there is', () => {
    const meter = new RunMeter(1, 10);
    meter.addBytes(25);
    meter.files = 3;
    expect(meter.progress()).toMatchObject({ bytesDone: 10, filesDone: 1 });
  });
});

describe('temporary names', () => {
  it('are the same for a row of a plan, differ between rows, and fit into 255 bytes', () => {
    const name = Buffer.from('report.txt');
    expect(temporaryName(name, 'p', 1).toString()).toMatch(/^\.report\.txt\.[A-Za-z0-9]{6}$/);
    expect(temporaryName(name, 'p', 1)).toEqual(temporaryName(name, 'p', 1));
    expect(temporaryName(name, 'p', 1)).not.toEqual(temporaryName(name, 'p', 2));
    const long = temporaryName(Buffer.from('漢'.repeat(85)), 'p', 1);
    expect(long.length).toBeLessThanOrEqual(255);
    expect(long.toString('utf8')).not.toContain('\ufffd');
  });
});

it('seconds are never rounded into the next one', () => {
  expect(Math.floor(secondsOf(1_700_000_000_999_999_999n))).toBe(1_700_000_000);
  expect(secondsOf(1_500_000_000n)).toBe(1.5);
  expect(secondsOf(-500_000_000n)).toBe(-0.5);
});
