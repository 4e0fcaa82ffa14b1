// What an agent tells, as lines on standard error: text, or one JSON object a line.
import type { AgentReport } from '../../engines/agent/parts.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { Output } from './output.ts';
import { errorText, words } from './words.ts';

const texts = words.agent;

export function reportLine(report: AgentReport): string {
  const { component: { kind, name } } = report;
  const who = { kind: texts.kind[kind], name };
  switch (report.type) {
    case 'state': return texts.stateLine({ ...who, state: texts.state[report.state], error: report.error ? errorText(toErrorInfo(report.error)) : '' });
    case 'problem': return texts.problemLine({ ...who, error: errorText(toErrorInfo(report.error)) });
    case 'note': return texts.noteLine({ ...who, text: report.text });
  }
}

function reportJson(report: AgentReport): string {
  return JSON.stringify('error' in report && report.error ? { ...report, error: toErrorInfo(report.error) } : report);
}

/** The same complaint of a component is told again after so long, with how often it came. */
const QUIET_MS = 60_000;

/** Writes reports to `err` as they come; a problem that makes a component degraded is told once, with its state. */
export function reporter(err: Output, json: boolean): (report: AgentReport) => void {
  let told: unknown = null;
  const complaints = new Map<string, { readonly text: string; readonly at: number; times: number }>();
  return (report) => {
    if (json) { err.line(reportJson(report)); return; }
    if (report.type === 'problem' && report.error === told) return;
    if (report.type === 'state' && report.error) told = report.error;
    const text = reportLine(report);
    let more = '';
    if (report.type === 'problem') {
      const key = `${report.component.kind} ${report.component.name}`;
      const before = complaints.get(key);
      if (before?.text === text) {
        if (report.at - before.at < QUIET_MS) { before.times += 1; return; }
        if (before.times > 0) more = texts.repeated({ times: before.times });
      }
      complaints.set(key, { text, at: report.at, times: 0 });
    }
    err.line(`${new Date(report.at).toISOString()} ${text}${more}`);
  };
}
