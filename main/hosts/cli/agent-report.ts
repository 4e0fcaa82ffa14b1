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

/** Writes reports to `err` as they come; a problem that makes a component degraded is told once, with its state. */
export function reporter(err: Output, json: boolean): (report: AgentReport) => void {
  let told: unknown = null;
  return (report) => {
    if (!json) {
      if (report.type === 'problem' && report.error === told) return;
      if (report.type === 'state' && report.error) told = report.error;
    }
    err.line(json ? reportJson(report) : `${new Date(report.at).toISOString()} ${reportLine(report)}`);
  };
}
