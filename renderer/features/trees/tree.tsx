// The tree of folders: virtual rows, arrows, Home, End, type-ahead, and a target for drags that opens and scrolls as one waits.
import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, File, Folder, HardDrive, Link as LinkIcon, Server as ServerIcon } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type DragEvent } from 'react';
import { useFormat, usePreferences, useTexts } from '../../app/preferences.tsx';
import { announce } from '../../ui/live.ts';
import { useErrorText } from '../../ui/show.tsx';
import { dropped, endDrag, isWelcome, startDrag, type Dropped } from './drag.ts';
import css from './trees.module.css';
import type { TreeModel, TreeNode, TreeRow } from './tree-model.ts';

const OPEN_AFTER_MS = 600;
const EDGE = 28;

interface TreeProps {
  readonly label: string;
  readonly model: TreeModel;
  readonly selected: string | null;
  readonly onSelect: (node: TreeNode) => void;
  readonly onChoose?: (node: TreeNode) => void;
  readonly onMenu?: (node: TreeNode, element: Element) => void;
  readonly onDrop?: (dropped: Dropped, target: TreeNode, element: Element) => void;
  readonly draggable?: boolean;
}

export function Tree({ label, model, selected, onSelect, onChoose, onMenu, onDrop, draggable = false }: TreeProps) {
  const texts = useTexts();
  const { settings } = usePreferences();
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const rowHeight = settings.density === 'compact' ? 28 : 36;
  const virtual = useVirtualizer({ count: model.rows.length, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12, getItemKey: (index) => model.rows[index]?.node.key ?? index });
  const [over, setOver] = useState<string | null>(null);
  const waiting = useRef<{ key: string; timer: ReturnType<typeof setTimeout> } | null>(null);
  const typed = useRef({ text: '', at: 0 });
  const cursor = Math.max(0, model.rows.findIndex((row) => row.node.key === selected));
  const current = model.rows[cursor];

  useEffect(() => { virtual.measure(); }, [rowHeight, virtual]);

  const moveTo = (index: number): void => {
    const row = model.rows[Math.min(model.rows.length - 1, Math.max(0, index))];
    if (!row) return;
    onSelect(row.node);
    virtual.scrollToIndex(model.rows.indexOf(row));
  };
  const rowElement = (key: string): Element | null => scroller.current?.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? null;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!current || event.ctrlKey || event.metaKey || event.altKey) return;
    const { node, open, parent } = current;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 280) / rowHeight) - 1);
    const moves: Record<string, () => void> = {
      ArrowDown: () => moveTo(cursor + 1), ArrowUp: () => moveTo(cursor - 1), Home: () => moveTo(0), End: () => moveTo(model.rows.length - 1), PageDown: () => moveTo(cursor + page), PageUp: () => moveTo(cursor - page),
      ArrowRight: () => { if (node.kind === 'folder' || node.kind === 'place') { if (open) moveTo(cursor + 1); else model.open(node); } },
      ArrowLeft: () => { if (open) model.close(node); else if (parent) moveTo(model.rows.findIndex((row) => row.node.key === parent)); },
      Enter: () => (onChoose ? onChoose(node) : open ? model.close(node) : model.open(node)),
      F5: () => model.refresh(node),
      ContextMenu: () => openMenu(node), F10: () => { if (event.shiftKey) openMenu(node); },
    };
    const act = moves[event.key];
    if (act) { event.preventDefault(); act(); return; }
    if (event.key.length !== 1 || event.key === '?' || event.key === '/') return;
    const now = Date.now();
    typed.current = { text: (now - typed.current.at < 800 ? typed.current.text : '') + event.key.toLowerCase(), at: now };
    const from = typed.current.text.length > 1 ? cursor : cursor + 1;
    const count = model.rows.length;
    for (let step = 0; step < count; step += 1) {
      const index = (from + step) % count;
      if (model.rows[index]?.node.name.toLowerCase().startsWith(typed.current.text)) { event.preventDefault(); moveTo(index); return; }
    }
  };
  const openMenu = (node: TreeNode): void => {
    const element = rowElement(node.key);
    if (element && node.kind !== 'note') onMenu?.(node, element);
  };

  const stopWaiting = (): void => { if (waiting.current) clearTimeout(waiting.current.timer); waiting.current = null; };
  const targetOf = (event: DragEvent): TreeRow | undefined => {
    const key = (event.target as Element).closest('[data-key]')?.getAttribute('data-key');
    return model.rows.find((row) => row.node.key === key && (row.node.kind === 'folder' || row.node.kind === 'place'));
  };
  const onDragOver = (event: DragEvent): void => {
    if (!onDrop || !isWelcome(event)) return;
    const box = scroller.current;
    if (box) {
      const { top, bottom } = box.getBoundingClientRect();
      if (event.clientY < top + EDGE) box.scrollTop -= 10;
      else if (event.clientY > bottom - EDGE) box.scrollTop += 10;
    }
    const row = targetOf(event);
    setOver(row?.node.key ?? null);
    if (!row) { stopWaiting(); return; }
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    if (waiting.current?.key === row.node.key) return;
    stopWaiting();
    if (!row.open) waiting.current = { key: row.node.key, timer: setTimeout(() => model.open(row.node), OPEN_AFTER_MS) };
  };
  const onDropHere = (event: DragEvent): void => {
    stopWaiting();
    setOver(null);
    const row = targetOf(event);
    const what = row && dropped(event);
    if (!row || !what || !onDrop) return;
    event.preventDefault();
    onSelect(row.node);
    onDrop(what, row.node, (event.target as Element).closest('[data-key]') ?? event.currentTarget);
  };

  return (
    <div ref={scroller} role="tree" aria-label={label} tabIndex={0} className={css['tree']} aria-activedescendant={current ? `${id}-${cursor}` : undefined} onKeyDown={onKeyDown}
      onDragOver={onDragOver} onDragLeave={() => { setOver(null); stopWaiting(); }} onDrop={onDropHere}>
      <div role="none" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map((item) => {
          const row = model.rows[item.index];
          if (!row) return null;
          const isFolder = row.node.kind === 'folder' || row.node.kind === 'place';
          return (
            <div key={item.key} id={`${id}-${item.index}`} data-key={row.node.key} role="treeitem" aria-level={row.depth + 1} aria-posinset={row.position} aria-setsize={row.siblings} aria-selected={item.index === cursor && selected !== null}
              {...(isFolder ? { 'aria-expanded': row.open } : {})} className={css['row']} data-selected={row.node.key === selected || undefined} data-over={over === row.node.key || undefined} data-hidden-file={row.node.entry?.hidden || undefined}
              style={{ top: item.start, height: rowHeight, paddingLeft: 8 + row.depth * 16 }} draggable={draggable && row.node.kind === 'folder'}
              onDragStart={(event) => { if (row.node.at) { startDrag(event, row.node.at); announce(texts.trees.dragging(row.node.name)); } }} onDragEnd={endDrag}
              onClick={() => { onSelect(row.node); scroller.current?.focus(); }} onDoubleClick={() => { if (isFolder) { if (row.open) model.close(row.node); else model.open(row.node); } }}
              onContextMenu={(event) => { event.preventDefault(); onSelect(row.node); if (row.node.kind !== 'note') onMenu?.(row.node, event.currentTarget); }}>
              <RowContent row={row} onToggle={() => (row.open ? model.close(row.node) : model.open(row.node))} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function RowContent({ row, onToggle }: { readonly row: TreeRow; readonly onToggle: () => void }) {
  const texts = useTexts();
  const format = useFormat();
  const errorText = useErrorText();
  const { node } = row;
  if (node.kind === 'note') {
    const text = node.error ? `${errorText(node.error).title}. ${errorText(node.error).remedy}` : node.more ? texts.common.moreEntries(node.more) : texts.trees.emptyFolder;
    return <span className={node.error ? css['noteError'] : css['note']} title={text}>{text}</span>;
  }
  const Icon = node.kind === 'place' ? (node.place === 'local' ? HardDrive : ServerIcon) : node.entry?.kind === 'link' ? LinkIcon : node.kind === 'folder' ? Folder : File;
  return (
    <>
      {node.kind === 'file' ? <span className={css['twist']} /> : <span className={css['twist']} data-open={row.open || undefined} onClick={(event) => { event.stopPropagation(); onToggle(); }}><ChevronRight size={14} aria-hidden /></span>}
      <Icon size={15} className={node.kind === 'file' ? css['fileIcon'] : css['folderIcon']} aria-hidden />
      <span className={css['name']} title={node.at?.path ?? node.name}>{node.name}</span>
      {row.busy ? <span className={css['note']}>{texts.common.loading}</span> : null}
      <span className={css['size']}>{node.entry?.kind === 'file' ? format.bytes(node.entry.size) : ''}</span>
      <span className={css['time']}>{node.entry ? format.stamp(node.entry.mtime) : ''}</span>
    </>
  );
}

