import { expect, test } from 'vitest';
import { reporter } from '../../../../../main/hosts/cli/agent-report.ts';
import type { Output } from '../../../../../main/hosts/cli/output.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

const error = (reason: string): SluiceError => SluiceError.of('AGENT_CONNECT', { component: 'k1', target: 't', reason });

test('G43 the same complaint of a component is told once a minute, with how often it came', () => {
  const lines: string[] = [];
  const report = reporter({ line: (text: string) => { lines.push(text); } } as Output, false);
  const complain = (at: number, name: string, reason: string): void => { report({ type: 'problem', at, component: { kind: 'sink', name }, error: error(reason) }); };
  for (let at = 0; at < 120_000; at += 5000) complain(at, 'k1', 'refused');
  complain(120_000, 'k2', 'refused');
  complain(121_000, 'k1', 'timed out');
  expect(lines.length).toBe(4);
  expect(lines[1]).toContain('11');
  const first = error('refused');
  report({ type: 'state', at: 0, component: { kind: 'sink', name: 'k3' }, state: 'degraded', error: first });
  report({ type: 'problem', at: 0, component: { kind: 'sink', name: 'k3' }, error: first });
  expect(lines.length).toBe(5);
});

test('G43 as JSON every report is told', () => {
  const lines: string[] = [];
  const report = reporter({ line: (text: string) => { lines.push(text); } } as Output, true);
  for (let i = 0; i < 3; i++) report({ type: 'problem', at: i, component: { kind: 'sink', name: 'k1' }, error: error('x') });
  expect(lines.map((line) => (JSON.parse(line) as { error: { code: string } }).error.code)).toEqual(['AGENT_CONNECT', 'AGENT_CONNECT', 'AGENT_CONNECT']);
});
