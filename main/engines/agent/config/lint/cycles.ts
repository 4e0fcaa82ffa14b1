// Events that come back to where they were: a sink that sends to a source of the same files, straight or over other agents of them.
import type { AgentConfig, PartConfig, SinkConfig, SourceConfig } from '../agent-config.ts';
import type { Lints } from './lints.ts';

const HERE = new Set(['localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);

/** A source that others can send to, with the sinks of its agent that send on. */
interface Node { readonly agent: AgentConfig; readonly source: SourceConfig; readonly sinks: readonly SinkConfig[] }
interface Step { readonly node: Node; readonly sink: SinkConfig; readonly to: Node }

/** Tells each sink that closes a circle once; looks at each source once. */
export function checkCycles(agents: readonly AgentConfig[], lints: Lints): void {
  const nodes = agents.flatMap((agent) => {
    const sinks = [...agent.sinks.values()].filter(({ spec }) => RPC.includes(spec.type));
    return sinks.length === 0 ? [] : [...agent.sources.values()].filter(({ spec }) => RPC.includes(spec.type)).map((source): Node => ({ agent, source, sinks }));
  });
  const byPort = Map.groupBy(nodes, ({ source }) => `${source.spec.type} ${valueOf(source, 'port')}`);
  const seen = new Set<Node>();
  const trail: Step[] = [];
  const walk = (node: Node): void => {
    seen.add(node);
    for (const step of stepsOf(node, byPort)) {
      trail.push(step);
      const start = trail.findIndex((earlier) => earlier.node === step.to);
      if (start !== -1) tell(trail.slice(start), lints);
      else if (!seen.has(step.to)) walk(step.to);
      trail.pop();
    }
  };
  for (const node of nodes) if (!seen.has(node)) walk(node);
}

function tell(circle: readonly Step[], lints: Lints): void {
  const { node, sink } = circle.at(-1) as Step;
  const names = circle.flatMap((step) => [`${step.node.agent.name}.${step.node.source.name}`, `${step.node.agent.name}.${step.sink.name}`]);
  lints.add('CYCLE', sink.properties.get('port') ?? null, { agent: node.agent.name, node: `sink ${sink.name}` }, { path: [...names, names[0]].join(' → ') });
}

/** From a source over its channels and their sinks to sources that these send to. */
function stepsOf(node: Node, byPort: ReadonlyMap<string, readonly Node[]>): Step[] {
  const sinks = node.sinks.filter(({ channel }) => node.source.channels.includes(channel));
  return sinks.flatMap((sink) => (byPort.get(`${sink.spec.type} ${valueOf(sink, 'port')}`) ?? []).filter((to) => reaches(sink, to.source)).map((to) => ({ node, sink, to })));
}

const RPC = ['avro', 'thrift'];

const valueOf = (part: PartConfig, key: string): string => part.properties.get(key)?.value.toLowerCase() ?? '';

/** Of the same type and port. */
function reaches(sink: SinkConfig, source: SourceConfig): boolean {
  const [host, bind] = [valueOf(sink, 'hostname'), valueOf(source, 'bind')];
  return host === bind || HERE.has(host) && HERE.has(bind);
}
