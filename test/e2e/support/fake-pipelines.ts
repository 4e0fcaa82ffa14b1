// The Pipelines part of the fake backend: one that runs with every kind of part and trouble, one at its brim, one that failed, one that was only drawn.
import type { ComponentSpec } from '../../../preload/contract/agent/keys.ts';
import { findLeftOut, findSpec } from '../../../preload/contract/agent/specs/all.ts';
import type { Handlers } from '../../../preload/contract/define.ts';
import type { SluiceContract } from '../../../preload/contract/index.ts';
import type { DeadLetter, EventShown, Examined, Graph, HistoryEntry, Lint, Part, PartLive, Pipeline, PipelineLive, PipelineProblem, Sample } from '../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { items, Topic, values } from './fake-topics.ts';

const NOW = Date.now();

const TEXT = `# Orders of the shops, to HDFS and to the warehouse
a1.sources = web files
a1.channels = durable fast audit
a1.sinks = hdfs1 hdfs2 warehouse console
a1.sinkgroups = g1

a1.sources.web.type = http
a1.sources.web.bind = 0.0.0.0
a1.sources.web.port = 8080
a1.sources.web.channels = durable fast
a1.sources.web.interceptors = time host clean
a1.sources.web.interceptors.time.type = timestamp
a1.sources.web.interceptors.host.type = host
a1.sources.web.interceptors.clean.type = search_replace
a1.sources.web.interceptors.clean.searchPattern = password=\\\\S+
a1.sources.web.interceptors.clean.replaceString = password=***
a1.sources.web.selector.type = multiplexing
a1.sources.web.selector.header = kind
a1.sources.web.selector.mapping.order = durable
a1.sources.web.selector.default = fast
# rotated by logrotate at midnight
a1.sources.files.type = TAILDIR
a1.sources.files.filegroups = f1
a1.sources.files.filegroups.f1 = /var/log/shop/.*\\\\.log
a1.sources.files.channels = audit

a1.channels.durable.type = file
a1.channels.durable.capacity = 1000000
a1.channels.durable.transactionCapacity = 10000
a1.channels.fast.type = memory
a1.channels.fast.capacity = 10000
a1.channels.audit.type = memory

a1.sinks.hdfs1.type = hdfs
a1.sinks.hdfs1.hdfs.path = hdfs://nn1/orders/%Y/%m/%d
a1.sinks.hdfs1.hdfs.rollInterval = 600
a1.sinks.hdfs1.hdfs.rollSize = 134217728
a1.sinks.hdfs1.channel = durable
a1.sinks.hdfs2.type = hdfs
a1.sinks.hdfs2.hdfs.path = hdfs://nn2/orders/%Y/%m/%d
a1.sinks.hdfs2.channel = durable
a1.sinkgroups.g1.sinks = hdfs1 hdfs2
a1.sinkgroups.g1.processor.type = failover
a1.sinkgroups.g1.processor.priority.hdfs1 = 10
a1.sinkgroups.g1.processor.priority.hdfs2 = 5
a1.sinks.warehouse.type = hive
a1.sinks.warehouse.channel = fast
a1.sinks.console.type = loger
a1.sinks.console.channel = audit
`;
const BEFORE = TEXT.replace('a1.channels.fast.capacity = 10000\n', '').replace('rollInterval = 600', 'rollInterval = 300');

/** As draw.ts of the engine does, for the plain lines of this text. */
function graphOf(text: string): Graph {
  const lines = text.split('\n').flatMap((line, index) => { const cut = line.indexOf(' = '); return cut > 0 && !line.startsWith('#') ? [{ key: line.slice(0, cut), value: line.slice(cut + 3), line: index + 1 }] : []; });
  const list = (key: string): string[] => lines.find((line) => line.key === key)?.value.split(' ') ?? [];
  const part = (kind: Part['kind'], name: string, prefix: string): Part => {
    const properties = lines.filter(({ key }) => key.startsWith(prefix)).map(({ key, ...rest }) => ({ key: key.slice(prefix.length), ...rest }));
    const type = properties.find(({ key }) => key === 'type')?.value ?? '';
    const spec = findSpec(kind as ComponentSpec['kind'], type)?.type ?? (kind === 'sinkgroup' ? kind : null);
    return { kind, name, type, spec, instead: spec === null ? ([...(findLeftOut(kind as ComponentSpec['kind'], type)?.instead ?? [])].length > 0 ? [...(findLeftOut(kind as ComponentSpec['kind'], type)?.instead ?? [])] : null) : null, line: properties[0]?.line ?? 0, listed: true, properties };
  };
  return {
    agent: 'a1',
    sources: list('a1.sources').map((name) => ({ ...part('source', name, `a1.sources.${name}.`), channels: list(`a1.sources.${name}.channels`), interceptors: list(`a1.sources.${name}.interceptors`).map((one) => part('interceptor', one, `a1.sources.${name}.interceptors.${one}.`)), selector: text.includes(`a1.sources.${name}.selector`) ? part('selector', 'selector', `a1.sources.${name}.selector.`) : null })),
    channels: list('a1.channels').map((name) => part('channel', name, `a1.channels.${name}.`)),
    sinks: list('a1.sinks').map((name) => ({ ...part('sink', name, `a1.sinks.${name}.`), channel: list(`a1.sinks.${name}.channel`)[0] ?? null })),
    groups: list('a1.sinkgroups').map((name) => ({ ...part('sinkgroup', name, `a1.sinkgroups.${name}.`), sinks: list(`a1.sinkgroups.${name}.sinks`), processor: part('processor', 'processor', `a1.sinkgroups.${name}.processor.`) })),
  };
}

const lint = (index: number, code: Lint['code'], severity: Lint['severity'], line: number, node: string | null, params: Lint['params'], fixable = false): Lint => ({ index, code, severity, line, node, params, fixable });
const LINTS: readonly Lint[] = [
  lint(0, 'TYPE_LEFT_OUT', 'error', 49, 'sink warehouse', { component: 'a1.sinks.warehouse', type: 'hive', instead: 'hdfs', reason: 'jvmPlugin' }),
  lint(1, 'TYPE_UNKNOWN', 'error', 51, 'sink console', { component: 'a1.sinks.console', type: 'loger', nearest: 'logger' }, true),
  lint(2, 'BATCH_TOO_LARGE', 'warning', 24, 'source files', { component: 'a1.sources.files', batch: 1000, channel: 'audit', capacity: 100 }, true),
  lint(3, 'TYPE_OURS', 'hint', 8, 'source web', { component: 'a1.sources.web', type: 'http' }),
];
const examined = (text: string): Examined => (text.trim() === '' ? { agents: [], graph: null, lints: [] } : { agents: [{ name: 'a1', sources: 2, channels: 3, sinks: 4, groups: 1, unknown: 2 }, ...(text.includes('a2.') ? [{ name: 'a2', sources: 1, channels: 1, sinks: 1, groups: 0, unknown: 0 }] : [])], graph: graphOf(text), lints: [...LINTS] });

const pipeline = (id: string, name: string, more: Partial<Pipeline>): Pipeline => ({ id, name, agent: 'a1', on: true, state: 'running', error: null, inRate: 0, outRate: 0, lag: 0, problems: 0, draft: false, deployedAt: NOW - 3_600_000, ...more });
const PIPELINES: readonly Pipeline[] = [
  pipeline('l1', 'shop orders', { state: 'degraded', inRate: 12_400, outRate: 11_900, lag: 734_112, problems: 2, draft: true }),
  pipeline('l2', '日志归档', { inRate: 842, outRate: 842.4, lag: 3 }),
  pipeline('l3', 'edge collector', { state: 'failed', error: { code: 'AGENT_PORT', params: { component: 'a1.sources.r1', address: '0.0.0.0', port: 514, reason: 'EACCES' } } }),
  pipeline('l4', 'drawn yesterday', { state: 'stopped', on: false, draft: true, deployedAt: null, agent: null }),
];

const live = (kind: PartLive['kind'], name: string, more: Partial<PartLive>): PartLive => ({ kind, name, state: 'ready', error: null, in: 48_211_904, out: 48_211_880, inRate: 6200, outRate: 6100, errors: 0, size: null, capacity: null, fullInMs: null, counters: { EventReceivedCount: 48_211_904, EventAcceptedCount: 48_211_880, StartTime: NOW }, ...more });
const HDFS_DOWN = { code: 'AGENT_DELIVERY', params: { component: 'a1.sinks.hdfs1', target: 'hdfs://nn1/orders', reason: 'connect ECONNREFUSED 10.0.0.7:8020' } } as const;
const LIVE: PipelineLive = {
  at: NOW, state: 'degraded', error: null,
  parts: [
    live('source', 'web', { inRate: 12_400, outRate: 12_400 }), live('source', 'files', { inRate: 42, outRate: 42, in: 120_431, out: 120_431 }),
    live('channel', 'durable', { size: 734_000, capacity: 1_000_000, inRate: 9100, outRate: 8600, fullInMs: 532_000 }), live('channel', 'fast', { size: 9120, capacity: 10_000, inRate: 3300, outRate: 3300 }), live('channel', 'audit', { size: 2, capacity: 100, inRate: 42, outRate: 42 }),
    live('sink', 'hdfs1', { state: 'degraded', error: HDFS_DOWN, errors: 31, inRate: 0, outRate: 0 }), live('sink', 'hdfs2', { outRate: 8600 }),
  ],
  edges: [['source web > channel durable', 9100], ['source web > channel fast', 3300], ['source files > channel audit', 42], ['channel durable > sink hdfs1', 0], ['channel durable > sink hdfs2', 8600]].map(([id, rate]) => ({ id: String(id), rate: Number(rate), total: Number(rate) * 3600 })),
};
const SAMPLES: readonly Sample[] = Array.from({ length: 300 }, (_, i) => ({ id: String(i), at: NOW - (300 - i) * 2000, in: 12_000 + 2400 * Math.sin(i / 22), out: 11_400 + 1900 * Math.sin((i - 8) / 22), lag: 500_000 + i * 780, fills: { durable: 0.5 + i * 0.00078, fast: 0.8 + 0.1 * Math.sin(i / 9) } }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const shown = (id: string, body: string, headers: Record<string, string> = {}): EventShown => ({ id, at: NOW - Number(id) * 700, headers, body: bytes(body), size: body.length });
const EVENTS = [
  shown('1', '{"order":4711,"shop":"Bern","items":[{"sku":"A-12","n":2}],"total":84.5}', { kind: 'order', host: 'web-2.lan', timestamp: '1764362400123' }), shown('2', '{"order":4712,"shop":"成都","total":12}', { kind: 'order', host: 'web-1.lan' }),
  shown('3', '\u0000\u0001\u0002binary\u00ff', { kind: 'blob' }), shown('4', 'GET /checkout 200 12ms password=***', { kind: 'access' }),
];
const LETTERS: readonly DeadLetter[] = [
  { id: '1-0', at: NOW - 90_000, node: 'warehouse', reason: 'the far side refuses it: column “total” is not a number', event: shown('5', '{"order":4709,"total":"n/a"}', { kind: 'order' }) },
  { id: '1-88', at: NOW - 80_000, node: 'web.interceptors.clean', reason: 'the body is no UTF-8', event: shown('6', 'caf\u00e9 \u0000', {}) },
];
const PROBLEMS: readonly PipelineProblem[] = [
  { id: 'p1', at: NOW - 4000, node: 'sink hdfs1', error: { ...HDFS_DOWN }, times: 31 },
  { id: 'p2', at: NOW - 60_000, node: 'source web', error: { code: 'AGENT_CLIENT', params: { component: 'a1.sources.web', client: '192.168.1.77:50123', reason: 'the body is no JSON: Unexpected token < at 1' } }, times: 2 },
];
const CHANGES = [
  { node: 'channel fast', what: 'changed', restarts: true, keeps: true, keys: ['capacity'] }, { node: 'sink hdfs1', what: 'changed', restarts: true, keeps: true, keys: ['hdfs.rollInterval'] }, { node: 'source web', what: 'kept', restarts: true, keeps: true, keys: [] },
  { node: 'source files', what: 'kept', restarts: false, keeps: true, keys: [] }, { node: 'channel durable', what: 'kept', restarts: false, keeps: true, keys: [] }, { node: 'channel audit', what: 'kept', restarts: false, keeps: true, keys: [] }, { node: 'sink hdfs2', what: 'kept', restarts: false, keeps: true, keys: [] }, { node: 'sink old', what: 'removed', restarts: true, keeps: false, keys: [] },
] as const;
const changes = (): HistoryEntry['changes'] => CHANGES.map((change) => ({ ...change, keys: [...change.keys] }));
const HISTORY: readonly HistoryEntry[] = [
  { id: 'h4', at: NOW - 60_000, kind: 'refused', changes: changes(), text: TEXT, error: { code: 'AGENT_PORT', params: { component: 'a1.sources.web', address: '0.0.0.0', port: 8080, reason: 'EADDRINUSE' } } },
  { id: 'h3', at: NOW - 3_600_000, kind: 'deployed', changes: changes(), text: BEFORE, error: null }, { id: 'h2', at: NOW - 7_200_000, kind: 'stopped', changes: [], text: null, error: null }, { id: 'h1', at: NOW - 86_400_000, kind: 'imported', changes: [], text: BEFORE, error: null },
];

type Names = Extract<keyof SluiceContract, `pipelines.${string}`>;

export function fakePipelines(empty: boolean): Pick<Handlers<SluiceContract>, Names> {
  const pipelines = new Topic<readonly Pipeline[]>(empty ? [] : PIPELINES);
  const of = (id: string): Pipeline => { const found = pipelines.value.find((one) => one.id === id); if (!found) throw SluiceError.of('STORE_NOT_FOUND', { kind: 'pipeline', id }); return found; };
  const drafts = new Map<string, string>();
  const textOf = (id: string): string => drafts.get(id) ?? (id === 'l4' ? '' : TEXT);
  const idle: PipelineLive = { at: NOW, state: 'stopped', error: null, parts: [], edges: [] };
  return {
    'pipelines.watch': (_, signal) => items(pipelines, signal),
    'pipelines.create': ({ name, text, agent }) => { const made = pipeline('l9', name, { state: 'stopped', on: false, draft: true, deployedAt: null, agent }); drafts.set('l9', text); pipelines.set([...pipelines.value, made]); return made; },
    'pipelines.rename': ({ id }) => of(id), 'pipelines.remove': ({ id }) => { pipelines.set(pipelines.value.filter((one) => one.id !== id)); return {}; },
    'pipelines.text': ({ id }) => ({ id, text: textOf(id), agent: of(id).agent, deployed: id === 'l4' ? null : BEFORE, deployedAgent: id === 'l4' ? null : 'a1', layout: {}, rev: 0 }),
    'pipelines.save': ({ id, text, agent, layout, rev }) => { drafts.set(id, text); return { id, text, agent, deployed: BEFORE, deployedAgent: 'a1', layout, rev: rev + 1 }; },
    'pipelines.examine': ({ text }) => examined(text), 'pipelines.edit': ({ text, agent }) => ({ text, agent }),
    'pipelines.fix': ({ text, agent }) => ({ text: text.replace('loger', 'logger'), agent }),
    'pipelines.plan': ({ id }) => ({ changes: changes(), blocking: id === 'l1' ? LINTS.filter(({ severity }) => severity === 'error') : [], before: BEFORE, after: textOf(id) }),
    'pipelines.deploy': () => HISTORY[1] as HistoryEntry, 'pipelines.start': () => ({}), 'pipelines.stop': () => ({}),
    'pipelines.live': ({ id }, signal) => values(new Topic(id === 'l1' ? LIVE : idle), signal), 'pipelines.samples': ({ id }, signal) => items(new Topic(id === 'l1' ? SAMPLES : []), signal),
    'pipelines.problems': ({ id }, signal) => items(new Topic(id === 'l1' ? PROBLEMS : []), signal), 'pipelines.clearProblems': () => ({}), 'pipelines.history': ({ id }) => (id === 'l1' ? [...HISTORY] : []),
    'pipelines.tap': async function* (_, signal) {
      yield { events: EVENTS, seen: 1648, oneIn: 40, dropped: 212 };
      await new Promise<void>((resolve) => { signal.addEventListener('abort', () => resolve()); });
    },
    'pipelines.dryRun': ({ events }) => ({
      steps: [
        { kind: 'interceptor', name: 'time', type: 'timestamp', before: [...events], after: events.map((event) => ({ ...event, headers: { ...event.headers, timestamp: '1764362400123' } })), error: null },
        { kind: 'interceptor', name: 'clean', type: 'search_replace', before: [...events], after: events.map((event) => ({ ...event, body: bytes('login ada password=***') })), error: null },
      ],
      routes: [{ channel: 'fast', optional: false, events: events.map((event) => ({ headers: { timestamp: '1764362400123' }, body: event.body })) }],
    }),
    'pipelines.inject': () => ({ count: 1 }), 'pipelines.pins': () => EVENTS.slice(0, 2), 'pipelines.pin': () => ({}), 'pipelines.unpin': () => ({}),
    'pipelines.letters': ({ id }) => (id === 'l1' ? { letters: [...LETTERS], total: 2 } : { letters: [], total: 0 }), 'pipelines.resubmit': ({ letters }) => ({ count: letters.length }), 'pipelines.discard': ({ letters }) => ({ count: letters.length }), 'pipelines.passed': () => EVENTS.map((event, index) => ({ number: 1648 - index, event })), 'pipelines.replay': ({ first, last }) => ({ count: last - first + 1 }),
  };
}
