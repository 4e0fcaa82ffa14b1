// The graph as a list: every component and every connection, by keys and for those who do not see the canvas.
import { useId, type KeyboardEvent } from 'react';
import type { EdgeLive, Graph, PartLive } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { State } from '../../ui/show.tsx';
import { linksOf, nodeId, PART_TONES, rateText, splitNode, typeText, type AnyPart } from './words.ts';
import css from './pipelines.module.css';

interface OutlineProps {
  readonly graph: Graph;
  readonly live: ReadonlyMap<string, PartLive>;
  readonly edges: ReadonlyMap<string, EdgeLive>;
  readonly selected: string | null;
  readonly selectedEdge: string | null;
  readonly changed: ReadonlySet<string>;
  readonly onSelect: (node: string | null, edge: string | null) => void;
  /** Keys that the list itself has no use for. */
  readonly onKey: (event: KeyboardEvent) => void;
}

interface Row { readonly id: string; readonly node: string | null; readonly edge: string | null }

export function Outline({ graph, live, edges, selected, selectedEdge, changed, onSelect, onKey }: OutlineProps) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines;
  const base = useId();
  const groups = [['source', graph.sources], ['channel', graph.channels], ['sink', graph.sinks], ['sinkgroup', graph.groups]] as const;
  const links = linksOf(graph);
  const rows: Row[] = [...groups.flatMap(([kind, parts]) => parts.map(({ name }): Row => ({ id: nodeId(kind, name), node: nodeId(kind, name), edge: null }))), ...links.map(({ id }): Row => ({ id, node: null, edge: id }))];
  const at = rows.findIndex((row) => (row.node !== null && row.node === selected) || (row.edge !== null && row.edge === selectedEdge));
  const go = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row) onSelect(row.node, row.edge);
  };
  const keys: Readonly<Record<string, () => void>> = { ArrowDown: () => go(at + 1), ArrowUp: () => go(at < 0 ? 0 : at - 1), Home: () => go(0), End: () => go(rows.length - 1) };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return onKey(event);
    event.preventDefault();
    act();
  };
  const option = (row: Row, content: React.ReactNode): React.ReactNode => {
    const index = rows.findIndex(({ id }) => id === row.id);
    return <div key={row.id} id={`${base}-${index}`} role="option" aria-selected={index === at} data-row={row.id} data-selected={index === at || undefined} className={css['outlineRow']} onClick={() => onSelect(row.node, row.edge)}>{content}</div>;
  };
  const stateOf = (part: AnyPart): string => { const now = live.get(nodeId(part.kind, part.name)); return now ? t.partState[now.state] : ''; };
  return (
    <div role="listbox" tabIndex={0} aria-label={t.graph.outline} aria-activedescendant={at >= 0 ? `${base}-${at}` : undefined} className={css['outline']} data-testid="outline" onKeyDown={onKeyDown} onFocus={() => { if (at < 0) go(0); }}>
      {groups.map(([kind, parts]) => parts.length === 0 ? null : (
        <div key={kind} role="group" aria-label={t.kinds[kind]}>
          <div className={css['outlineHead']} aria-hidden>{t.kinds[kind]}</div>
          {parts.map((part) => {
            const id = nodeId(kind, part.name);
            const now = live.get(id);
            return option({ id, node: id, edge: null }, (
              <><span className={css['outlineName']}>{part.name}{changed.has(id) ? <i className={css['dirty']} title={t.graph.dirty} /> : null}</span><small>{typeText(part)}</small>{now ? <State tone={PART_TONES[now.state]} word="" /> : null}<span className="sr-only">{stateOf(part)}</span></>
            ));
          })}
        </div>
      ))}
      {links.length === 0 ? null : (
        <div role="group" aria-label={t.graph.connections}>
          <div className={css['outlineHead']} aria-hidden>{t.graph.connections}</div>
          {links.map(({ id, from, to }) => {
            const rate = t.perSecond(rateText(edges.get(id)?.rate ?? 0, format));
            return option({ id, node: null, edge: id }, <><span className={css['outlineName']}>{splitNode(from).name} → {splitNode(to).name}</span>{edges.has(id) ? <small>{rate}</small> : null}</>);
          })}
        </div>
      )}
    </div>
  );
}
