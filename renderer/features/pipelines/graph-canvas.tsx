// The graph on its canvas: drag, connect, drop from the palette. It can be seen and used by a mouse; all of it is in the outline as well, by keys.
import '@xyflow/react/dist/base.css';
import { ReactFlow, ReactFlowProvider, useReactFlow, useStore, type Connection, type Edge, type Node, type NodeChange } from '@xyflow/react';
import { LayoutGrid, Maximize, Minus, Plus } from 'lucide-react';
import { useEffect, useMemo, useState, type DragEvent } from 'react';
import type { Graph, Layout } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { IconButton } from '../../ui/kit.tsx';
import css from './graph.module.css';
import { layoutOf, SIZE, stagesOf } from './graph-layout.ts';
import { EDGE_TYPES, kindOf, NODE_TYPES, SceneContext, type GraphScene } from './graph-parts.tsx';
import { badLink, linksOf, nodeId, splitNode, typeText } from './words.ts';

interface CanvasProps {
  readonly graph: Graph;
  readonly layout: Layout;
  readonly scene: Omit<GraphScene, 'from'>;
  readonly onSelect: (node: string | null, edge: string | null) => void;
  readonly onMove: (node: string, place: { x: number; y: number }) => void;
  readonly onConnect: (from: string, to: string) => void;
  /** A connection was let go over nothing: of what kind it began. */
  readonly onLoose: (from: string) => void;
  /** All places are chosen anew. */
  readonly onTidy: () => void;
  readonly onMenu: (node: string, element: Element) => void;
  /** A type dragged from the palette. */
  readonly onDropType: (data: string, place: { x: number; y: number }) => void;
}

/** With the words beside it. */
const BRACKET_WIDTH = 130;
export const PALETTE_DATA = 'application/x-sluice-component';

export function GraphCanvas(props: CanvasProps) {
  return <ReactFlowProvider><Canvas {...props} /></ReactFlowProvider>;
}

function Canvas({ graph, layout, scene, onSelect, onMove, onConnect, onLoose, onTidy, onMenu, onDropType }: CanvasProps) {
  const { texts } = usePreferences();
  const t = texts.pipelines.graph;
  const flow = useReactFlow();
  const [from, setFrom] = useState<GraphScene['from']>(null);
  const [dragged, setDragged] = useState<{ readonly id: string; readonly x: number; readonly y: number } | null>(null);
  const moved = useMemo(() => (dragged ? { ...layout, [dragged.id]: { x: dragged.x, y: dragged.y } } : layout), [layout, dragged]);
  const { nodes, edges } = useMemo(() => drawn(graph, moved), [graph, moved]);
  const whole = useMemo(() => ({ ...scene, from }), [scene, from]);
  const count = nodes.length;
  const size = useStore((state) => `${state.width} ${state.height}`);
  useEffect(() => { void flow.fitView({ padding: 0.12, maxZoom: 1.1, duration: 0 }); }, [flow, graph.agent, count, size]);
  useEffect(() => {
    const chosen = scene.selected === null ? undefined : flow.getNode(scene.selected);
    if (!chosen) return;
    const box = document.querySelector(`[data-node="${CSS.escape(chosen.id)}"]`)?.getBoundingClientRect();
    const view = document.querySelector('.react-flow')?.getBoundingClientRect();
    if (box && view && (box.left < view.left || box.right > view.right || box.top < view.top || box.bottom > view.bottom)) void flow.setCenter(chosen.position.x + 90, chosen.position.y + 45, { zoom: flow.getZoom(), duration: 0 });
  }, [flow, scene.selected]);
  const changes = (list: readonly NodeChange[]): void => {
    for (const change of list) {
      if (change.type !== 'position' || !change.position) continue;
      if (change.dragging) setDragged({ id: change.id, ...change.position });
      else if (dragged?.id === change.id) { setDragged(null); onMove(change.id, change.position); }
    }
  };
  const legal = ({ source, target }: Edge | Connection): boolean => badLink(splitNode(source).kind, splitNode(target).kind) === null;
  const drop = (event: DragEvent): void => {
    const data = event.dataTransfer.getData(PALETTE_DATA);
    if (data === '') return;
    event.preventDefault();
    event.stopPropagation();
    onDropType(data, flow.screenToFlowPosition({ x: event.clientX - 60, y: event.clientY - 30 }));
  };
  return (
    <SceneContext value={whole}>
      <div className={css['canvas']} onDragOver={(event) => { if (event.dataTransfer.types.includes(PALETTE_DATA)) event.preventDefault(); }} onDrop={drop}>
        <ReactFlow
          nodes={nodes} edges={edges} nodeTypes={NODE_TYPES} edgeTypes={EDGE_TYPES} onNodesChange={changes} proOptions={{ hideAttribution: true }}
          nodesFocusable={false} edgesFocusable={false} disableKeyboardA11y deleteKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={null} minZoom={0.2} maxZoom={2} zoomOnDoubleClick={false} fitView
          onNodeClick={(_event, node) => onSelect(node.type === 'part' ? node.id : node.type === 'bracket' ? nodeId('sinkgroup', node.id.slice('bracket '.length)) : null, null)}
          onEdgeClick={(_event, edge) => onSelect(null, (edge.data as { link: string | null }).link)} onPaneClick={() => onSelect(null, null)}
          onNodeContextMenu={(event, node) => { event.preventDefault(); if (node.type === 'part') { onSelect(node.id, null); onMenu(node.id, event.currentTarget); } }}
          isValidConnection={legal} onConnectStart={(_event, { nodeId: id, handleType }) => { if (id) setFrom(handleType === 'source' ? kindOf(id) : kindOf(id)); }}
          onConnectEnd={(_event, state) => { setFrom(null); if (!state.toNode && state.fromNode) onLoose(state.fromNode.id); }} onConnect={({ source, target }) => onConnect(source, target)}
        />
        <div className={css['zoom']}>
          <IconButton label={t.zoomIn} onPress={() => void flow.zoomIn({ duration: 0 })}><Plus size={14} aria-hidden /></IconButton>
          <IconButton label={t.zoomOut} onPress={() => void flow.zoomOut({ duration: 0 })}><Minus size={14} aria-hidden /></IconButton>
          <IconButton label={t.fit} onPress={() => void flow.fitView({ padding: 0.12, maxZoom: 1.1, duration: 0 })}><Maximize size={14} aria-hidden /></IconButton>
          <IconButton label={t.tidy} isDisabled={Object.keys(layout).length === 0} onPress={onTidy}><LayoutGrid size={14} aria-hidden /></IconButton>
        </div>
      </div>
    </SceneContext>
  );
}

/** Nodes and edges for the canvas, with the stages between and the brackets of groups. */
function drawn(graph: Graph, moved: Layout): { readonly nodes: Node[]; readonly edges: Edge[] } {
  const placed = layoutOf(graph, moved);
  const nodes: Node[] = [];
  for (const part of [...graph.sources, ...graph.channels, ...graph.sinks]) {
    const id = nodeId(part.kind, part.name);
    const place = placed.get(id);
    if (place) nodes.push({ id, type: 'part', position: { x: place.x, y: place.y }, width: place.width, height: place.height, data: { part } });
  }
  const between = new Set<string>();
  for (const source of graph.sources) {
    const id = nodeId('between', source.name);
    const place = placed.get(id);
    if (!place) continue;
    between.add(source.name);
    nodes.push({ id, type: 'stages', position: { x: place.x, y: place.y }, width: place.width, height: place.height, draggable: false, data: { source: source.name, stages: stagesOf(source) } });
  }
  for (const group of graph.groups) {
    const places = group.sinks.flatMap((sink) => placed.get(nodeId('sink', sink)) ?? []);
    if (places.length === 0) continue;
    const top = Math.min(...places.map(({ y }) => y)) - 6;
    const bottom = Math.max(...places.map(({ y, height }) => y + height)) + 6;
    const right = Math.max(...places.map(({ x }) => x)) + SIZE.sink.width + 8;
    nodes.push({ id: `bracket ${group.name}`, type: 'bracket', position: { x: right, y: top }, width: BRACKET_WIDTH, height: bottom - top, draggable: false, data: { name: group.name, type: typeText(group.processor ?? { type: 'default', spec: null }), height: bottom - top } });
  }
  const edges: Edge[] = [...between].map((name): Edge => ({ id: `into ${name}`, type: 'flow', source: nodeId('source', name), target: nodeId('between', name), data: { link: null, label: false } }));
  for (const { id, from, to } of linksOf(graph)) {
    const { kind, name } = splitNode(from);
    edges.push({ id, type: 'flow', source: kind === 'source' && between.has(name) ? nodeId('between', name) : from, target: to, data: { link: id, label: true } });
  }
  return { nodes, edges };
}
