// Runs the tests of a configuration: each input goes through a dry run, and what comes to channels and sinks is compared with what is expected.
import type { AgentConfig } from '../config/agent-config.ts';
import type { Event } from '../event/event.ts';
import type { AgentPorts } from '../ports.ts';
import { dryRun, type DryRun } from './dry-run.ts';
import type { ConfigTest, ExpectedEvent } from './test-file.ts';

/** One difference; in lines: ' ' as expected, '-' expected and not there, '+' there and not expected. */
export interface Difference { readonly where: string; readonly lines: readonly string[] }

export interface TestResult {
  readonly name: string;
  readonly line: number;
  /** Empty when it passed. */
  readonly differences: readonly Difference[];
}

export async function runTests(tests: readonly ConfigTest[], config: AgentConfig, ports: AgentPorts): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const test of tests) results.push({ name: test.name, line: test.line, differences: await differencesOf(test, config, ports) });
  return results;
}

async function differencesOf(test: ConfigTest, config: AgentConfig, ports: AgentPorts): Promise<readonly Difference[]> {
  const missing = [
    ...(config.sources.has(test.source) ? [] : [`source ${test.source}`]),
    ...[...test.channels.keys()].filter((name) => !config.channels.has(name)).map((name) => `channel ${name}`),
    ...[...test.sinks.keys()].filter((name) => !config.sinks.has(name)).map((name) => `sink ${name}`),
  ];
  if (missing.length > 0) return [{ where: 'the configuration', lines: missing.map((name) => `- ${name}`) }];
  const run = await dryRun(config, test.source, test.input, ports);
  const refused = run.steps.find(({ error }) => error !== null);
  if (refused && refused.name !== test.error) {
    return [{ where: `${refused.kind} ${refused.name}`, lines: [`+ ${refused.error?.code} ${JSON.stringify(refused.error?.params)}`] }];
  }
  if (!refused && test.error !== null) return [{ where: test.error, lines: ['- an error'] }];
  return [
    ...compare('channel', test.channels, (name) => eventsIn(run, name)),
    ...compare('sink', test.sinks, (name) => run.sinks.get(name) ?? []),
  ];
}

const eventsIn = ({ routes }: DryRun, channel: string): readonly Event[] => routes.filter((route) => route.channel === channel).flatMap(({ events }) => events);

function compare(kind: string, expected: ReadonlyMap<string, readonly ExpectedEvent[]>, found: (name: string) => readonly Event[]): readonly Difference[] {
  return [...expected].flatMap(([name, wanted]) => {
    const events = found(name);
    if (wanted.length === events.length && wanted.every((one, i) => isMet(one, events[i] as Event))) return [];
    return [{ where: `${kind} ${name}`, lines: diffLines(wanted, events) }];
  });
}

function isMet({ headers, body, json }: ExpectedEvent, event: Event): boolean {
  if (headers !== null && headers.size === 0 && event.headers.size > 0) return false;
  if (headers !== null && [...headers].some(([key, value]) => event.headers.get(key) !== value)) return false;
  if (json !== undefined) return sameJson(json, event.body);
  return body === null || body.equals(event.body);
}

function sameJson(expected: unknown, body: Buffer): boolean {
  try {
    return sorted(JSON.parse(body.toString('utf8'))) === sorted(expected);
  } catch {
    return false;
  }
}

/** The same text for objects that differ in the order of their keys alone. */
const sorted = (value: unknown): string => JSON.stringify(value, (_key, part: unknown) => (part !== null && typeof part === 'object' && !Array.isArray(part)
  ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part));

/** The longest row of events that are as expected stays; the others are told. */
function diffLines(wanted: readonly ExpectedEvent[], events: readonly Event[]): readonly string[] {
  if (wanted.length * events.length > 1_000_000) return [`- ${wanted.length} events`, `+ ${events.length} events`];
  const best: number[][] = Array.from({ length: wanted.length + 1 }, () => new Array<number>(events.length + 1).fill(0));
  const at = (i: number, j: number): number => (best[i] as number[])[j] as number;
  for (let i = wanted.length - 1; i >= 0; i--) {
    for (let j = events.length - 1; j >= 0; j--) {
      (best[i] as number[])[j] = isMet(wanted[i] as ExpectedEvent, events[j] as Event) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < wanted.length || j < events.length) {
    if (i < wanted.length && j < events.length && isMet(wanted[i] as ExpectedEvent, events[j] as Event)) { lines.push(`  ${eventText(events[j] as Event)}`); i += 1; j += 1; }
    else if (i < wanted.length && (j === events.length || at(i + 1, j) >= at(i, j + 1))) { lines.push(`- ${expectedText(wanted[i] as ExpectedEvent)}`); i += 1; }
    else { lines.push(`+ ${eventText(events[j] as Event)}`); j += 1; }
  }
  return lines;
}

const eventText = (event: Event): string => shown(event.headers, event.body);
const expectedText = ({ headers, body, json }: ExpectedEvent): string => shown(headers, json === undefined ? body : Buffer.from(JSON.stringify(json)));

function shown(headers: ReadonlyMap<string, string> | null, body: Buffer | null): string {
  const names = headers && headers.size > 0 ? `{${[...headers].map(([key, value]) => `${key}=${value}`).join(', ')}} ` : '';
  const text = body?.toString('utf8') ?? '(any body)';
  return `${names}${text.length > 500 ? `${text.slice(0, 500)}...` : text}`;
}
