// A file of tests of a configuration (NAME.sluice-test.yaml), read and checked:
//   config: flume.conf            beside the test; several as a list
//   agent: a1                     the only one there is, unless it is named
//   tests:
//     - name: errors go to c2
//       source: r1
//       input:                    events: a text is a body; { headers, body | base64 | json }
//         - { headers: { level: ERROR }, body: disk full }
//       channels: { c2: [{ body: disk full }], c1: [] }     only those that are named are compared
//       sinks: { k2: [disk full] }
//       error: i1                 the interceptor (or `selector`) that refuses the batch
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { z } from 'zod';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { Event } from '../event/event.ts';

const Scalar = z.union([z.string(), z.number(), z.boolean()]);
const Body = z.strictObject({ headers: z.record(z.string(), Scalar).optional(), body: Scalar.optional(), base64: z.base64().optional(), json: z.unknown().optional() })
  .refine(({ body, base64, json }) => [body, base64, json].filter((one) => one !== undefined).length <= 1, 'an event has one of body, base64 and json');
const Sample = z.union([Scalar, Body]);
const Expected = z.record(z.string(), z.array(Sample));
const TestCase = z.strictObject({
  name: z.string().min(1), source: z.string().min(1), input: z.array(Sample).max(10_000), channels: Expected.optional(), sinks: Expected.optional(), error: z.string().optional(),
}).refine(({ channels, sinks, error }) => channels !== undefined || sinks !== undefined || error !== undefined, 'a test expects something: channels, sinks or error');
const TestFile = z.strictObject({ config: z.union([z.string(), z.array(z.string()).min(1)]), agent: z.string().optional(), strict: z.boolean().optional(), tests: z.array(TestCase).min(1) });

/** An event that is expected; headers that are not named are not compared, an empty `headers` wants none. */
export interface ExpectedEvent { readonly headers: ReadonlyMap<string, string> | null; readonly body: Buffer | null; readonly json: unknown }

export interface ConfigTest {
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly source: string;
  readonly input: readonly Event[];
  readonly channels: ReadonlyMap<string, readonly ExpectedEvent[]>;
  readonly sinks: ReadonlyMap<string, readonly ExpectedEvent[]>;
  readonly error: string | null;
}

export interface ConfigTests {
  /** As they are written: relative to the file of tests. */
  readonly configs: readonly string[];
  readonly agent: string | null;
  readonly strict: boolean;
  readonly tests: readonly ConfigTest[];
}

const MOST_BYTES = 10 * 2 ** 20;

/** Throws AGENT_TEST with the line. */
export function readTests(file: string, text: string): ConfigTests {
  const fail = (line: number, reason: string): never => { throw SluiceError.of('AGENT_TEST', { file, line, reason }); };
  if (text.length > MOST_BYTES) fail(0, `the file is larger than ${MOST_BYTES} bytes`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, maxAliasCount: 100 } as Parameters<typeof parseDocument>[1]);
  const lineOf = (node: Node | null | undefined): number => (node?.range ? lines.linePos(node.range[0]).line : 0);
  const [broken] = document.errors;
  if (broken) fail(broken.linePos?.[0].line ?? 0, broken.message.split('\n')[0] ?? '');
  const parsed = TestFile.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail(lineOf(nearest(document.contents, issue?.path ?? [])), `${issue?.path.join('.') ?? ''}${(issue?.path.length ?? 0) > 0 ? ': ' : ''}${issue?.message ?? ''}`);
  }
  const { config, agent, strict, tests } = parsed.data;
  return {
    configs: typeof config === 'string' ? [config] : config, agent: agent ?? null, strict: strict ?? false,
    tests: tests.map(({ name, source, input, channels, sinks, error }, i) => ({
      name, source, line: lineOf(nearest(document.contents, ['tests', i])), input: input.map(eventOf),
      channels: expectedOf(channels), sinks: expectedOf(sinks), error: error ?? null,
    })),
  };
}

/** The node at the path, or the last one on the way to it. */
function nearest(root: unknown, path: readonly PropertyKey[]): Node | null {
  let node = root as Node | null;
  for (const step of path) {
    let next: unknown = null;
    if (isMap(node)) next = node.items.find(({ key }) => isScalar(key) && key.value === step)?.value;
    else if (isSeq(node)) next = node.items[Number(step)];
    if (next === null || next === undefined) break;
    node = next as Node;
  }
  return node;
}

type Written = z.output<typeof Sample>;

const headersOf = (headers: Readonly<Record<string, string | number | boolean>>): ReadonlyMap<string, string> => new Map(Object.entries(headers).map(([key, value]) => [key, String(value)]));

function bodyOf(written: Written): Buffer | null {
  if (typeof written !== 'object') return Buffer.from(String(written));
  if (written.base64 !== undefined) return Buffer.from(written.base64, 'base64');
  if (written.json !== undefined) return Buffer.from(JSON.stringify(written.json));
  return written.body === undefined ? null : Buffer.from(String(written.body));
}

function eventOf(written: Written): Event {
  const headers = typeof written === 'object' && written.headers ? headersOf(written.headers) : null;
  return Event.of(headers, bodyOf(written) ?? Buffer.alloc(0));
}

function expectedOf(expected: z.output<typeof Expected> | undefined): ReadonlyMap<string, readonly ExpectedEvent[]> {
  return new Map(Object.entries(expected ?? {}).map(([name, events]) => [name, events.map((written) => ({
    headers: typeof written === 'object' && written.headers ? headersOf(written.headers) : null,
    body: bodyOf(written),
    json: typeof written === 'object' ? written.json : undefined,
  }))]));
}
