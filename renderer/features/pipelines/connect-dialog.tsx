// Connect to…: the legal other ends of one component, by keys.
import { useState } from 'react';
import type { Graph } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Radios } from '../../ui/kit.tsx';
import css from './pipelines.module.css';
import { splitNode, typeText } from './words.ts';

interface ConnectProps { readonly graph: Graph; readonly node: string; readonly onClose: () => void; readonly onConnect: (from: string, to: string) => void }

interface Target { readonly id: string; readonly text: string; readonly from: string; readonly to: string }

export function targetsOf(graph: Graph, node: string, words: { readonly moves: (channel: string) => string }): readonly Target[] {
  const { kind, name } = splitNode(node);
  const line = (part: { name: string; type: string; spec: string | null }, note: string | null): string => `${part.name} (${typeText(part)})${note === null ? '' : `, ${note}`}`;
  if (kind === 'source') {
    const source = graph.sources.find((part) => part.name === name);
    const fed = new Set(graph.sources.flatMap(({ channels }) => channels));
    return needyFirst(graph.channels.filter((channel) => !source?.channels.includes(channel.name)), (channel) => !fed.has(channel.name)).map((channel) => ({ id: `channel ${channel.name}`, text: line(channel, null), from: node, to: `channel ${channel.name}` }));
  }
  if (kind === 'sink') {
    const sink = graph.sinks.find((part) => part.name === name);
    const emptied = new Set(graph.sinks.map(({ channel }) => channel));
    return needyFirst(graph.channels.filter((channel) => sink?.channel !== channel.name), (channel) => !emptied.has(channel.name)).map((channel) => ({ id: `channel ${channel.name}`, text: line(channel, null), from: `channel ${channel.name}`, to: node }));
  }
  if (kind !== 'channel') return [];
  return [
    ...needyFirst(graph.sinks.filter((sink) => sink.channel !== name), (sink) => sink.channel === null).map((sink) => ({ id: `sink ${sink.name}`, text: line(sink, sink.channel === null ? null : words.moves(sink.channel)), from: node, to: `sink ${sink.name}` })),
    ...graph.sources.filter((source) => !source.channels.includes(name)).map((source) => ({ id: `source ${source.name}`, text: line(source, null), from: `source ${source.name}`, to: node })),
  ];
}

/** What is connected to nothing yet is most likely meant. */
function needyFirst<T>(parts: readonly T[], isNeedy: (part: T) => boolean): readonly T[] {
  return [...parts.filter(isNeedy), ...parts.filter((part) => !isNeedy(part))];
}

export function ConnectDialog({ graph, node, onClose, onConnect }: ConnectProps) {
  const { texts } = usePreferences();
  const t = texts.pipelines.graph;
  const targets = targetsOf(graph, node, { moves: t.connectMoves });
  const [chosen, setChosen] = useState(targets[0]?.id ?? '');
  const go = (): void => {
    const target = targets.find(({ id }) => id === chosen);
    if (target) { onClose(); onConnect(target.from, target.to); }
  };
  return (
    <Dialog title={t.connectTitle(splitNode(node).name)} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" autoFocus isDisabled={targets.length === 0} onPress={go}>{t.connect}</Button></>}>
      {targets.length === 0 ? <p className={css['soft']}>{t.connectNone}</p> : <form onSubmit={(event) => { event.preventDefault(); go(); }}><Radios label={t.connect} value={chosen} options={targets.map(({ id, text }) => [id, `${texts.pipelines.kind[splitNode(id).kind]} ${text}`] as const)} onChange={setChosen} /><input type="submit" hidden /></form>}
    </Dialog>
  );
}
