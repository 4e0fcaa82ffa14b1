// Makes the nodes of a running agent from its configuration, each with a voice and a context of its own.
import type { Context, DeadLetters } from '../components/factory.ts';
import type { AgentConfig, PartConfig } from '../config/agent-config.ts';
import type { ComponentKind } from '../parts.ts';
import type { AgentPorts } from '../ports.ts';
import { ChannelNode } from './channel-node.ts';
import type { SetAside } from './channel-processor.ts';
import type { GroupConfig } from './groups.ts';
import { GroupNode, SinkNode } from './sink-node.ts';
import { SourceNode } from './source-node.ts';
import { Voice } from './voice.ts';

export interface NodeMaker {
  readonly agent: string;
  readonly ports: AgentPorts;
  readonly retryMs: number;
  /** Of the component that is named; null where none are kept. */
  readonly deadLetters: ((component: string) => DeadLetters) | null;
}

const voiceOf = ({ ports }: NodeMaker, kind: ComponentKind, name: string): Voice => new Voice({ kind, name }, ports.report, () => ports.clock.now());

const contextOf = ({ agent, ports }: NodeMaker, plural: string, name: string, say: Voice): Omit<Context, 'properties'> => ({ name: `${agent}.${plural}.${name}`, agent, ports, say });

export function channelNode(maker: NodeMaker, config: PartConfig, before: ChannelNode | null = null, adopt = false): ChannelNode {
  const voice = voiceOf(maker, 'channel', config.name);
  return new ChannelNode(config, contextOf(maker, 'channels', config.name, voice), voice, maker.retryMs, before, adopt);
}

export function groupNode(maker: NodeMaker, config: AgentConfig, { name, isGroup, processor, sinks }: GroupConfig, channels: ReadonlyMap<string, ChannelNode>): GroupNode {
  const parts = sinks.map((sink) => found(config.sinks, sink));
  const channel = found(channels, (parts[0] as (typeof parts)[number]).channel);
  const { agent, ports, retryMs, deadLetters } = maker;
  // a sink alone speaks for itself
  const voice = isGroup ? voiceOf(maker, 'sinkgroup', name) : new Voice({ kind: 'sink', name }, (report) => { if (report.type !== 'state') ports.report(report); }, () => ports.clock.now());
  return new GroupNode(name, processor, channel, voice, { name: `${agent}.${isGroup ? 'sinkgroups' : 'sinks'}.${name}`, agent, ports, say: voice }, retryMs, (came) => parts.map((part) => {
    const own = voiceOf(maker, 'sink', part.name);
    const context = contextOf(maker, 'sinks', part.name, own);
    return new SinkNode(part, { context, voice: own, channel, deadLetters: deadLetters?.(context.name) ?? null, retryMs }, came);
  }));
}

export function sourceNode(maker: NodeMaker, config: AgentConfig, name: string, channels: ReadonlyMap<string, ChannelNode>): SourceNode {
  const part = found(config.sources, name);
  const voice = voiceOf(maker, 'source', name);
  const context = contextOf(maker, 'sources', name, voice);
  const { deadLetters, retryMs } = maker;
  const setAside: SetAside | null = deadLetters ? (interceptor, letters) => deadLetters(`${context.name}.interceptors.${interceptor}`).add(letters) : null;
  return new SourceNode(part, voice, { context, channels: part.channels.map((channel) => found(channels, channel)), retryMs, setAside });
}

function found<T>(map: ReadonlyMap<string, T>, name: string): T {
  const value = map.get(name);
  if (value === undefined) throw new Error(`the configuration names ${name}, which is not in it`);
  return value;
}
