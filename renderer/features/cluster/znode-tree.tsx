// The rows of the znode tree in view, by keys and mouse. Rows come from the model; thousands of others do not exist.
import { Boxes, ChevronRight, FileText, Folder, Hourglass, Timer, Zap } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from 'react';
import type { ZnodeStat } from '../../../preload/contract/cluster.ts';
import { useFormat, usePreferences, useTexts } from '../../app/preferences.tsx';
import { useErrorText } from '../../ui/show.tsx';
import { scaledScroll, scrollFor } from '../plan/row-window.ts';
import css from './cluster.module.css';
import { parentOfPath } from './words.ts';
import type { ZnodeModel, ZnodeRow } from './znode-model.ts';

const MARK_ICONS = { persistent: FileText, ephemeral: Zap, container: Boxes, ttl: Timer } as const;

export function MarkIcon({ stat }: { readonly stat: ZnodeStat | null }) {
  const Icon = !stat ? Folder : stat.mark === 'persistent' && stat.children > 0 ? Folder : MARK_ICONS[stat.mark];
  return <Icon size={15} className={css['icon']} data-mark={stat?.mark} aria-hidden />;
}

interface ZnodeTreeProps {
  readonly model: ZnodeModel;
  readonly selected: string;
  readonly onSelect: (path: string) => void;
  readonly onMenu: (path: string, element: Element) => void;
  readonly onDelete: () => void;
  readonly onCreate: () => void;
}

export function ZnodeTree({ model, selected, onSelect, onMenu, onDelete, onCreate }: ZnodeTreeProps) {
  const { texts, settings } = usePreferences();
  useSyncExternalStore(model.subscribe, model.version);
  const rowHeight = settings.density === 'compact' ? 28 : 36;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [scroll, setScroll] = useState({ top: 0, height: 600 });
  const total = model.count;
  const { height, first } = scaledScroll(scroll.top, scroll.height, total, rowHeight);
  const from = Math.max(0, Math.floor(first) - 4);
  const to = Math.min(total, Math.ceil(first + scroll.height / rowHeight) + 4);
  const cursor = model.indexOf(selected);
  const followed = useRef('');

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScroll((old) => ({ ...old, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => { model.view(from, to - 1); });
  // a selection that came from elsewhere is brought into view, once
  useEffect(() => {
    const element = box.current;
    if (cursor < 0 || followed.current === selected || !element) return;
    followed.current = selected;
    if (cursor < Math.ceil(first) || cursor + 1 > first + scroll.height / rowHeight) element.scrollTop = scrollFor(Math.max(0, cursor - Math.floor(scroll.height / rowHeight / 3)), scroll.height, total, rowHeight);
  });

  const moveTo = (index: number): void => {
    const step = index < cursor ? -1 : 1;
    let at = Math.min(total - 1, Math.max(0, index));
    let row = model.row(at);
    while (row && row.kind !== 'node' && row.kind !== 'loading' && at + step >= 0 && at + step < total) row = model.row(at += step);
    if (!row || row.kind === 'empty' || row.kind === 'error') return;
    const element = box.current;
    if (element) {
      if (at < Math.ceil(first)) element.scrollTop = scrollFor(at, scroll.height, total, rowHeight);
      else if (at + 1 > first + scroll.height / rowHeight) element.scrollTop = scrollFor(at + 1 - scroll.height / rowHeight, scroll.height, total, rowHeight);
    }
    if (row.kind === 'node') { followed.current = row.path; onSelect(row.path); return; }
    // its page is on the way: the step is made when it has come
    model.view(at, at);
    const undo = model.subscribe(() => {
      const come = model.row(at);
      if (come?.kind !== 'node') return;
      undo();
      followed.current = come.path;
      onSelect(come.path);
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(scroll.height / rowHeight) - 1);
    const row = cursor >= 0 ? model.row(cursor) : null;
    const act: Record<string, () => void> = {
      ArrowDown: () => moveTo(cursor + 1), ArrowUp: () => moveTo(cursor - 1), PageDown: () => moveTo(cursor + page), PageUp: () => moveTo(cursor - page), Home: () => moveTo(0), End: () => moveTo(total - 1),
      ArrowRight: () => { if (model.isOpen(selected)) moveTo(cursor + 1); else if (row && opens(row)) model.open(selected); },
      ArrowLeft: () => { if (model.isOpen(selected) && selected !== '/') model.close(selected); else if (selected !== '/') onSelect(parentOfPath(selected)); },
      Enter: () => { if (model.isOpen(selected)) { if (selected !== '/') model.close(selected); } else if (row && opens(row)) model.open(selected); },
      F5: () => model.refresh(selected), Delete: onDelete, Insert: onCreate,
      ContextMenu: () => menu(), F10: () => { if (event.shiftKey) menu(); },
    };
    const found = act[event.key];
    if (!found) return;
    event.preventDefault();
    found();
  };
  const menu = (): void => {
    const element = document.getElementById(`${id}-${cursor}`);
    if (element) onMenu(selected, element);
  };

  const rows = Array.from({ length: Math.max(0, to - from) }, (_, step) => [from + step, model.row(from + step)] as const);
  return (
    <div ref={box} role="tree" aria-label={texts.cluster.znodes.tree} tabIndex={0} className={css['tree']} data-rows={total} aria-activedescendant={cursor >= from && cursor < to ? `${id}-${cursor}` : undefined} onKeyDown={onKeyDown} onScroll={(event) => { const top = event.currentTarget.scrollTop; setScroll((old) => ({ ...old, top })); }}>
      <div role="none" style={{ height }}>
        <div role="none" className={css['pinned']}>
          {rows.map(([index, row]) => row ? (
            <div key={index} id={`${id}-${index}`} role="treeitem" aria-level={row.depth + 1} aria-posinset={row.position} aria-setsize={row.siblings} aria-selected={index === cursor} {...(row.kind === 'node' && opens(row) ? { 'aria-expanded': row.open } : {})}
              className={css['row']} data-path={row.kind === 'node' ? row.path : undefined} data-selected={index === cursor || undefined} style={{ top: (index - first) * rowHeight, height: rowHeight, paddingLeft: 8 + row.depth * 16 }}
              onClick={() => { if (row.kind !== 'node') return; followed.current = row.path; onSelect(row.path); box.current?.focus(); }}
              onDoubleClick={() => { if (row.kind === 'node' && row.path !== '/') { if (row.open) model.close(row.path); else if (opens(row)) model.open(row.path); } }}
              onContextMenu={(event) => { event.preventDefault(); if (row.kind !== 'node') return; onSelect(row.path); onMenu(row.path, event.currentTarget); }}>
              <RowContent row={row} onToggle={() => { if (row.open) { if (row.path !== '/') model.close(row.path); } else model.open(row.path); }} />
            </div>
          ) : null)}
        </div>
      </div>
    </div>
  );
}

/** Whether a row can be opened: it has children, or nobody could say. */
function opens(row: ZnodeRow): boolean {
  return row.kind === 'node' && (row.path === '/' || row.child?.stat === null || (row.child?.stat?.children ?? 0) > 0);
}

function RowContent({ row, onToggle }: { readonly row: ZnodeRow; readonly onToggle: () => void }) {
  const texts = useTexts();
  const format = useFormat();
  const errorText = useErrorText();
  const t = texts.cluster.znodes;
  if (row.kind === 'loading') return <span className={css['ghost']} aria-label={texts.common.loading}><Hourglass size={12} aria-hidden /><i /></span>;
  if (row.kind === 'empty') return <span className={css['note']}>{t.empty}</span>;
  if (row.kind === 'error') return <span className={css['noteError']}>{row.error ? `${errorText(row.error).title}: ${errorText(row.error).body}` : ''}</span>;
  const stat = row.child?.stat ?? null;
  return (
    <>
      {opens(row) ? <span className={css['twist']} data-open={row.open || undefined} onClick={(event) => { event.stopPropagation(); onToggle(); }}><ChevronRight size={14} aria-hidden /></span> : <span className={css['twist']} />}
      <MarkIcon stat={stat} />
      <span className={css['name']} title={row.path}>{row.name}</span>
      {stat && stat.mark !== 'persistent' ? <span className={css['mark-word']} title={t.markHint[stat.mark]}>{t.mark[stat.mark]}</span> : null}
      {stat?.sequential ? <span className={css['mark-word']}>{t.sequential}</span> : null}
      {stat && stat.children > 0 ? <span className={css['count']} title={t.children(stat.children)}>{format.number(stat.children)}</span> : null}
    </>
  );
}
