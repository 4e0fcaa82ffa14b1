// What the canvas draws: source, channel as a vessel, sink, the stages on a source's edge, the bracket of a sink group, and edges as wide as what flows.
import { BaseEdge, EdgeLabelRenderer, getBezierPath, Handle, Position, type EdgeProps, type NodeProps } from '@xyflow/react';
import { Crosshair } from 'lucide-react';
import { createContext, useContext } from 'react';
import type { EdgeLive, PartLive } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { classes } from '../../ui/kit.tsx';
import { State } from '../../ui/show.tsx';
import css from './graph.module.css';
import type { Stage } from './graph-layout.ts';
import { badLink, PART_TONES, rateText, splitNode, typeText, type AnyPart } from './words.ts';

export interface GraphScene {
  readonly live: ReadonlyMap<string, PartLive>;
  readonly edges: ReadonlyMap<string, EdgeLive>;
  readonly changed: ReadonlySet<string>;
  readonly selected: string | null;
  readonly selectedEdge: string | null;
  /** Errors among the lints of a node. */
  readonly lints: ReadonlyMap<string, number>;
  /** Whether a connection is being drawn from a node of this kind. */
  readonly from: 'source' | 'channel' | 'sink' | null;
  readonly onTap: (edge: string) => void;
  readonly onStage: (source: string, stage: Stage) => void;
}

export const SceneContext = createContext<GraphScene | null>(null);

function useScene(): GraphScene {
  const scene = useContext(SceneContext);
  if (!scene) throw new Error('no scene above this node');
  return scene;
}

export interface PartData extends Record<string, unknown> { readonly part: AnyPart }
export interface StagesData extends Record<string, unknown> { readonly source: string; readonly stages: readonly Stage[] }
export interface BracketData extends Record<string, unknown> { readonly name: string; readonly type: string; readonly height: number }

export function PartNode({ data }: NodeProps) {
  const { part } = data as PartData;
  const { texts, format } = usePreferences();
  const scene = useScene();
  const t = texts.pipelines;
  const id = `${part.kind} ${part.name}`;
  const live = scene.live.get(id) ?? null;
  const kind = part.kind as 'source' | 'channel' | 'sink';
  const trouble = !part.listed ? t.graph.unlisted : part.instead ? t.graph.leftOut(part.instead.join(', ')) : part.spec === null ? t.graph.unknownType(part.type) : null;
  const legal = scene.from === null || (scene.from === 'source' && kind === 'channel') || (scene.from === 'channel' && (kind === 'sink' || kind === 'source')) || (scene.from === 'sink' && kind === 'channel');
  return (
    <div className={classes(css['node'], css[kind])} data-node={id} data-state={live?.state} data-selected={scene.selected === id || undefined} data-trouble={trouble !== null || undefined} data-dim={!legal || undefined} title={legal || scene.from === null ? (trouble ?? undefined) : t.graph.bad[badLink(scene.from, kind) ?? 'back']}>
      {kind === 'source' ? null : <Handle type="target" position={Position.Left} className={css['handle'] ?? ''} />}
      {kind === 'channel' ? <Vessel live={live} /> : null}
      <div className={css['nodeBody']}>
        <div className={css['nodeHead']}><b>{part.name}</b>{scene.changed.has(id) ? <i className={css['dirty']} title={t.graph.dirty} /> : null}{(scene.lints.get(id) ?? 0) > 0 ? <span className={css['lintCount']} title={t.graph.errors(scene.lints.get(id) ?? 0)}>{scene.lints.get(id)}</span> : null}</div>
        <div className={css['nodeType']}>{typeText(part) || t.graph.unknownType('')}</div>
        {live ? (
          <>
            <div className={css['nodeState']}><State tone={PART_TONES[live.state]} word={t.partState[live.state]} /></div>
            <div className={css['nodeRates']}>{kind === 'channel' ? <Fill live={live} /> : <span>{t.perSecond(rateText(live.outRate, format))}</span>}{live.errors > 0 ? <span className={css['nodeErrors']}>{t.graph.errors(live.errors)}</span> : null}</div>
          </>
        ) : <div className={css['nodeNote']}>{trouble ?? ' '}</div>}
      </div>
      {kind === 'sink' ? null : <Handle type="source" position={Position.Right} className={css['handle'] ?? ''} />}
    </div>
  );
}

function Fill({ live }: { readonly live: PartLive }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.graph;
  const size = live.size ?? 0;
  const text = live.capacity === null ? t.noLimit(rateText(size, format)) : t.of(rateText(size, format), rateText(live.capacity, format));
  const soon = live.fullInMs !== null && live.capacity !== null && size / live.capacity >= 0.05 ? live.fullInMs : null;
  return <><span>{text}</span>{soon === null ? null : <span>{t.fullIn(format.duration(soon))}</span>}</>;
}

/** The water level of a channel; its colour says how near the brim it is. */
function Vessel({ live }: { readonly live: PartLive | null }) {
  const share = live?.capacity ? Math.min(1, (live.size ?? 0) / live.capacity) : 0;
  return <div className={css['vessel']} data-level={share > 0.85 ? 'high' : share > 0.6 ? 'middle' : 'low'}><div style={{ height: `${Math.round(share * 100)}%` }} /></div>;
}

export function StagesNode({ data }: NodeProps) {
  const { source, stages } = data as StagesData;
  const scene = useScene();
  return (
    <div className={css['stages']} data-stages={source}>
      <Handle type="target" position={Position.Left} className={css['hiddenHandle'] ?? ''} isConnectable={false} />
      {stages.map((stage) => <div key={`${stage.kind} ${stage.name}`} className={css['stage']} data-unknown={!stage.known || undefined} title={`${stage.name}: ${stage.type}`} onClick={() => scene.onStage(source, stage)}><span>{stage.name}</span><small>{typeText({ type: stage.type, spec: null })}</small></div>)}
      <Handle type="source" position={Position.Right} className={css['hiddenHandle'] ?? ''} isConnectable={false} />
    </div>
  );
}

export function BracketNode({ data }: NodeProps) {
  const { name, type, height } = data as BracketData;
  const { texts } = usePreferences();
  return <div className={css['bracket']} style={{ height }} data-group={name}><i /><span>{texts.pipelines.graph.sinkGroup(name, type)}</span></div>;
}

export interface FlowData extends Record<string, unknown> {
  /** Of the link it belongs to; null for the short way from a source to its stages. */
  readonly link: string | null;
  readonly label: boolean;
}

export function FlowEdge({ id, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition, data }: EdgeProps) {
  const { link, label } = data as FlowData;
  const { texts, format } = usePreferences();
  const scene = useScene();
  const live = link === null ? undefined : scene.edges.get(link);
  const rate = live?.rate ?? 0;
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const chosen = link !== null && scene.selectedEdge === link;
  return (
    <>
      <BaseEdge id={id} path={path} style={{ stroke: chosen ? 'var(--accent)' : rate > 0 ? 'var(--water)' : 'var(--s6)', strokeWidth: 1.5 + Math.min(8, Math.log10(rate + 1) * 2) }} />
      {label && link !== null ? (
        <EdgeLabelRenderer>
          <div className={css['edgeLabel']} data-edge={link} data-chosen={chosen || undefined} style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}>
            {live ? texts.pipelines.perSecond(rateText(rate, format)) : '–'}
            <span className={css['tapMark']} title={texts.pipelines.graph.tap} onClick={(event) => { event.stopPropagation(); scene.onTap(link); }}><Crosshair size={11} aria-hidden /></span>
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
}

export const NODE_TYPES = { part: PartNode, stages: StagesNode, bracket: BracketNode };
export const EDGE_TYPES = { flow: FlowEdge };

export function kindOf(id: string): 'source' | 'channel' | 'sink' {
  return splitNode(id).kind as 'source' | 'channel' | 'sink';
}
