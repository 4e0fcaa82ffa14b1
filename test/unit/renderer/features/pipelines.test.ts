import { describe, expect, it } from 'vitest';
import type { Graph, Part, SinkPart, SourcePart } from '../../../../preload/contract/pipelines.ts';
import { number } from '../../../../preload/contract/agent/keys.ts';
import { formats } from '../../../../renderer/app/formats.ts';
import { targetsOf } from '../../../../renderer/features/pipelines/connect-dialog.tsx';
import { pointsOf, spanOf, type Line } from '../../../../renderer/features/pipelines/chart.tsx';
import { bodyLine, bodyText, firstView } from '../../../../renderer/features/pipelines/event-view.tsx';
import { layoutOf, neighbour, stagesOf } from '../../../../renderer/features/pipelines/graph-layout.ts';
import { fits } from '../../../../renderer/features/pipelines/inspector.tsx';
import { meaning, numberProblem } from '../../../../renderer/features/pipelines/key-field.tsx';
import { firstProperties } from '../../../../renderer/features/pipelines/new-part.ts';
import { changesOf } from '../../../../renderer/features/pipelines/sample-dialog.tsx';
import { folded } from '../../../../renderer/features/pipelines/text-diff.tsx';
import { paint } from '../../../../renderer/features/pipelines/text-editor.tsx';
import { badLink, changedNodes, freeName, headersOf, linksOf, rateText, typeText } from '../../../../renderer/features/pipelines/words.ts';

const part = (kind: Part['kind'], name: string, type: string, more: Partial<Part> = {}): Part => ({ kind, name, type, spec: type, instead: null, line: 1, listed: true, properties: [{ key: 'type', value: type, line: 1 }], ...more });
const source = (name: string, channels: string[], more: Partial<SourcePart> = {}): SourcePart => ({ ...part('source', name, 'seq'), channels, selector: null, interceptors: [], ...more });
const sink = (name: string, channel: string | null): SinkPart => ({ ...part('sink', name, 'logger'), channel });
const GRAPH: Graph = {
  agent: 'a1', sources: [source('r1', ['c2']), source('r2', ['c1', 'gone'])], channels: [part('channel', 'c1', 'memory'), part('channel', 'c2', 'file')],
  sinks: [sink('k1', 'c1'), sink('k2', 'c2'), sink('k3', null)], groups: [],
};
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the layout of the graph', () => {
  it('stands in columns, ordered so that edges do not cross', () => {
    const placed = layoutOf(GRAPH, {});
    const y = (id: string): number => placed.get(id)?.y ?? Number.NaN;
    expect(y('source r1')).toBeLessThan(y('source r2'));
    expect(y('channel c2')).toBeLessThan(y('channel c1'));
    expect(y('sink k2')).toBeLessThan(y('sink k1'));
    expect(y('sink k1')).toBeLessThan(y('sink k3'));
    const x = (id: string): number => placed.get(id)?.x ?? Number.NaN;
    expect(x('source r1')).toBeLessThan(x('channel c1'));
    expect(x('channel c1')).toBeLessThan(x('sink k1'));
  });

  it('nothing lies on another, whatever the heights', () => {
    const many: Graph = { ...GRAPH, sources: [source('r1', ['c1'], { interceptors: Array.from({ length: 8 }, (_, i) => part('interceptor', `i${i}`, 'host')) }), source('r2', ['c1']), source('r3', ['c1'])] };
    const boxes = [...layoutOf(many, {}).values()];
    const overlapping = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height));
    expect(overlapping).toEqual([]);
  });

  it('what was moved stays, and the arrow keys follow the edges', () => {
    const placed = layoutOf(GRAPH, { 'sink k1': { x: 7, y: 9 } });
    expect(placed.get('sink k1')).toMatchObject({ x: 7, y: 9 });
    const links = linksOf(GRAPH);
    expect(neighbour(placed, links, 'source r1', 'right')).toBe('channel c2');
    expect(neighbour(placed, links, 'channel c2', 'right')).toBe('sink k2');
    expect(neighbour(placed, links, 'sink k2', 'left')).toBe('channel c2');
    expect(neighbour(placed, links, 'source r1', 'down')).toBe('source r2');
    expect(neighbour(placed, links, 'source r1', 'up')).toBeNull();
    expect(neighbour(placed, links, 'sink k3', 'left')).toBeNull();
  });

  it('interceptors and a selector that chooses are stages; a replicating one is nothing to see', () => {
    expect(stagesOf(source('r1', ['c1'], { interceptors: [part('interceptor', 'i1', 'host')], selector: part('selector', 'selector', 'multiplexing') })).map(({ name, type }) => [name, type])).toEqual([['i1', 'host'], ['selector', 'multiplexing']]);
    expect(stagesOf(source('r1', ['c1'], { selector: part('selector', 'selector', 'replicating') }))).toEqual([]);
  });
});

describe('connections', () => {
  it('only a source to a channel and a channel to a sink', () => {
    expect(badLink('source', 'channel')).toBeNull();
    expect(badLink('channel', 'sink')).toBeNull();
    expect([badLink('source', 'sink'), badLink('sink', 'channel'), badLink('channel', 'channel')]).toEqual(['sourceSink', 'back', 'same']);
    expect(linksOf(GRAPH).map(({ id }) => id)).toEqual(['source r1 > channel c2', 'source r2 > channel c1', 'channel c1 > sink k1', 'channel c2 > sink k2']);
  });

  it('what is connected to nothing yet is offered first', () => {
    const ids = (node: string): string[] => targetsOf(GRAPH, node, { moves: (channel) => `now at ${channel}` }).map(({ id }) => id);
    expect(ids('channel c1')).toEqual(['sink k3', 'sink k2', 'source r1']);
    expect(ids('source r1')).toEqual(['channel c1']);
    expect(ids('sink k1')).toEqual(['channel c2']);
  });
});

describe('a new part', () => {
  it('gets a free name, its type, and what it needs to run', () => {
    expect([freeName(GRAPH, 'source'), freeName(GRAPH, 'sink'), freeName(null, 'channel')]).toEqual(['r3', 'k4', 'c1']);
    const ports: Graph = { ...GRAPH, sources: [source('r1', [], { properties: [{ key: 'port', value: '44444', line: 1 }] })] };
    expect(firstProperties({ kind: 'source', type: 'netcat' }, ports, null)).toEqual([['type', 'netcat'], ['bind', '127.0.0.1'], ['port', '44445']]);
    expect(firstProperties({ kind: 'channel', type: 'memory' }, GRAPH, null)).toEqual([['type', 'memory']]);
  });

  it('a group takes the sinks of the channel that has the chosen one', () => {
    const graph: Graph = { ...GRAPH, sinks: [sink('k1', 'c1'), sink('k2', 'c2'), sink('k3', 'c2')] };
    expect(firstProperties({ kind: 'sinkgroup', type: 'failover' }, graph, 'sink k3')).toEqual([['sinks', 'k2 k3'], ['processor.type', 'failover']]);
  });
});

describe('what changed since it was deployed', () => {
  it('by the properties of each part, not by their lines', () => {
    const moved: Graph = { ...GRAPH, channels: GRAPH.channels.map((channel) => ({ ...channel, line: 99, properties: channel.properties.map((property) => ({ ...property, line: 99 })) })) };
    expect([...changedNodes(moved, GRAPH)]).toEqual([]);
    const changed: Graph = { ...GRAPH, sinks: [...GRAPH.sinks.slice(0, 2), { ...sink('k3', 'c1'), properties: [{ key: 'type', value: 'null', line: 1 }] }] };
    expect([...changedNodes(changed, GRAPH)]).toEqual(['sink k3']);
  });
});

describe('values', () => {
  it('a number is judged by its bounds and told in units that are read easily', () => {
    const spec = number({ min: 1, max: 100, unit: 'bytes' });
    expect([numberProblem(spec, '5'), numberProblem(spec, '0'), numberProblem(spec, '1.5'), numberProblem(spec, 'x')]).toEqual([null, { min: 1, max: 100 }, { min: 1, max: 100 }, { min: 1, max: 100 }]);
    expect(meaning(number({ unit: 'bytes' }), '134217728')).toEqual({ unit: 'bytes', value: 134_217_728 });
    expect(meaning(number({ unit: 's' }), '600')).toEqual({ unit: 'time', value: 600_000 });
    expect([meaning(number({ unit: 'ms' }), '30'), meaning(number({ unit: 'events' }), '100000'), meaning(number({ unit: 's' }), '${x}')]).toEqual([null, null, null]);
  });

  it('families of keys: one part, or any rest', () => {
    expect([fits('filegroups.*', 'filegroups.f1'), fits('filegroups.*', 'filegroups.f1.x'), fits('headers.*.*', 'headers.f1.k'), fits('kafka.consumer.**', 'kafka.consumer.a.b'), fits('kafka.consumer.**', 'kafka.consumer.')]).toEqual([true, false, true, true, false]);
  });

  it('rates keep three figures, types their last word', () => {
    const format = formats('en');
    expect([0, 0.44, 12.4, 842.6, 12_400, 2_340_000].map((rate) => rateText(rate, format))).toEqual(['0', '0.4', '12', '843', '12.4 k', '2.3 M']);
    expect([typeText({ type: 'org.apache.flume.sink.kafka.KafkaSink', spec: null }), typeText({ type: 'org.apache.flume.source.HostInterceptor$Builder', spec: null }), typeText({ type: 'memory', spec: 'memory' })]).toEqual(['KafkaSink', 'HostInterceptor', 'memory']);
  });
});

describe('events', () => {
  it('are shown as JSON, text or hex by what they are', () => {
    expect([firstView(bytes('{"a":1}')), firstView(bytes('plain')), firstView(Uint8Array.from([0, 255]))]).toEqual(['json', 'text', 'hex']);
    expect(bodyText(bytes('{"a":1}'), 'json')).toBe('{\n  "a": 1\n}');
    expect(bodyLine(bytes('two\n lines'))).toBe('two lines');
    expect(bodyLine(Uint8Array.from([0, 255]))).toBe('00 ff');
  });

  it('headers are read a line each; what a step changed is told by name', () => {
    expect(headersOf('a=1\nb = x=y\n\nnothing\n=no')).toEqual({ a: '1', b: ' x=y' });
    expect(changesOf({ headers: { a: '1', b: '2' }, body: bytes('') }, { headers: { a: '1', b: '3', c: '4' }, body: bytes('') })).toEqual([{ name: 'b', what: 'changed', value: '3' }, { name: 'c', what: 'added', value: '4' }]);
    expect(changesOf({ headers: { a: '1' }, body: bytes('') }, { headers: {}, body: bytes('') })).toEqual([{ name: 'a', what: 'removed', value: '1' }]);
  });
});

describe('texts', () => {
  it('are painted line by line, continued values with their property', () => {
    expect(paint('# c\na.b = 1 \\\n  2\n\nkey\\ x: v').map(({ kind, key, value }) => [kind, key, value])).toEqual([['comment', '# c', ''], ['property', 'a.b', '1 \\'], ['more', '', '  2'], ['blank', '', ''], ['property', 'key\\ x', 'v']]);
    const lines = paint('a=1\n  b : 2\n! c\n#').map((line) => line.key + line.between + line.value);
    expect(lines).toEqual(['a=1', '  b : 2', '! c', '#']);
  });

  it('long stretches that are alike are folded', () => {
    const same = (count: number) => Array.from({ length: count }, () => ({ kind: 'same' as const, text: 's' }));
    const shown = folded([...same(10), { kind: 'added', text: 'x' }, ...same(1)]);
    expect(shown.map((line) => (line.kind === 'folded' ? line.count : line.kind))).toEqual([8, 'same', 'same', 'added', 'same']);
  });
});

describe('charts', () => {
  const line = (...points: [number, number][]): Line => ({ label: 'x', look: 'one', points: points.map(([at, value]) => ({ at, value })) });
  it('reach back as far as there is something, between a minute and ten', () => {
    expect([spanOf([line([990_000, 1])], 1_000_000), spanOf([line([700_000, 1])], 1_000_000), spanOf([line([0, 1])], 1_000_000), spanOf([line()], 5)]).toEqual([60_000, 300_000, 600_000, 60_000]);
  });

  it('have their newest point at the right edge and the highest below the top', () => {
    expect(pointsOf(line([940_000, 0], [1_000_000, 10]).points, 1_000_000, 60_000, 10)).toBe('0.0,120.0 600.0,6.0');
  });
});
