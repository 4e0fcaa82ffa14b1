import { expect, test } from 'vitest';
import { Voice } from '../../../../../../main/engines/agent/runner/voice.ts';
import type { AgentReport } from '../../../../../../main/engines/agent/parts.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

test('G3 the same problem again is no new state, and is the one that is known of', () => {
  const reports: AgentReport[] = [];
  const voice = new Voice({ kind: 'sink', name: 'k1' }, (report) => { reports.push(report); }, () => 0);
  const refused = (): SluiceError => SluiceError.of('AGENT_CONNECT', { component: 'k1', target: 'h:1', reason: 'nothing listens there' });
  voice.to('ready');
  voice.problem(refused());
  const again = refused();
  voice.problem(again);
  expect(voice.error).toBe(again);
  expect(reports.map((report) => (report.type === 'state' ? report.state : report.type))).toEqual(['ready', 'degraded', 'problem', 'problem']);
  voice.to('stopped');
});
