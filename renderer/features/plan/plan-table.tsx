// The changes of a plan: a treegrid of any length, of which only the rows in view exist.
import { ArrowLeft, ArrowRight, Minus, RotateCcw, SkipForward } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { z } from 'zod';
import type { PlanDecision, PlanRow, PlanSide } from '../../../preload/contract/domain.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { MenuAt } from '../../ui/dialog.tsx';
import { Path, useErrorText } from '../../ui/show.tsx';
import css from './plan.module.css';
import { scaledScroll, scrollFor, type RowWindow } from './row-window.ts';

export type Row = z.output<typeof PlanRow>;
export type Decision = z.output<typeof PlanDecision>;

const NEXT: Record<Decision, Decision> = { do: 'skip', skip: 'reverse', reverse: 'do' };

export function isFolder(row: Row): boolean {
  return (row.left ?? row.right)?.kind === 'dir';
}

interface PlanTableProps {
  readonly rows: RowWindow;
  readonly readOnly: boolean;
  readonly onDecide: (row: Row, decision: Decision) => void;
  readonly onSelect: (row: Row | null) => void;
}

export function PlanTable({ rows, readOnly, onDecide, onSelect }: PlanTableProps) {
  const { texts, settings } = usePreferences();
  const rowHeight = settings.density === 'compact' ? 28 : 36;
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  const [scroll, setScroll] = useState({ top: 0, height: 600 });
  const [cursor, setCursor] = useState(0);
  const [menu, setMenu] = useState<{ row: Row; element: Element } | null>(null);
  const total = Math.max(0, rows.total);
  const { height, first } = scaledScroll(scroll.top, scroll.height, total, rowHeight);
  const from = Math.max(0, Math.floor(first) - 4);
  const to = Math.min(total, Math.ceil(first + scroll.height / rowHeight) + 4);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setScroll((old) => ({ ...old, height: element.clientHeight - 28 })));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => { if (total > 0) rows.view(from, to - 1); }, [rows, from, to, total]);
  const selected = rows.row(Math.min(cursor, Math.max(0, total - 1)));
  useEffect(() => onSelect(selected ?? null), [selected, onSelect]);

  const moveTo = (index: number): void => {
    const next = Math.min(total - 1, Math.max(0, index));
    setCursor(next);
    const element = box.current;
    if (!element) return;
    if (next < Math.ceil(first)) element.scrollTop = scrollFor(next, scroll.height, total, rowHeight);
    else if (next + 1 > first + scroll.height / rowHeight) element.scrollTop = scrollFor(next + 1 - scroll.height / rowHeight, scroll.height, total, rowHeight);
  };
  const decide = (decision: Decision): void => { if (selected && !readOnly) onDecide(selected, decision); };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(scroll.height / rowHeight) - 1);
    const act: Record<string, () => void> = {
      ArrowDown: () => moveTo(cursor + 1), ArrowUp: () => moveTo(cursor - 1), j: () => moveTo(cursor + 1), k: () => moveTo(cursor - 1), PageDown: () => moveTo(cursor + page), PageUp: () => moveTo(cursor - page), Home: () => moveTo(0), End: () => moveTo(total - 1),
      ' ': () => { if (selected) decide(NEXT[selected.decision]); }, x: () => decide(selected?.decision === 'skip' ? 'do' : 'skip'), r: () => decide('reverse'), R: () => decide('do'),
      ContextMenu: () => openMenu(), F10: () => { if (event.shiftKey) openMenu(); }, Enter: () => openMenu(),
    };
    const found = act[event.key];
    if (!found) return;
    event.preventDefault();
    found();
  };
  const openMenu = (): void => {
    const element = document.getElementById(`${id}-${cursor}`)?.querySelector('[data-cell="action"]');
    if (selected && element && !readOnly) setMenu({ row: selected, element });
  };

  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, step) => from + step);
  return (
    <div ref={box} className={css['table']} onScroll={(event) => { const top = event.currentTarget.scrollTop; setScroll((old) => ({ ...old, top })); }}>
      <div role="treegrid" aria-label={texts.plan.table} aria-rowcount={total + 1} aria-colcount={5} aria-readonly={readOnly} tabIndex={0} className={css['grid']} aria-activedescendant={total > 0 ? `${id}-${cursor}` : undefined} onKeyDown={onKeyDown}>
        <div role="rowgroup" className={css['header']}>
          <div role="row" aria-rowindex={1} className={css['headRow']}>
            <span role="columnheader">{texts.plan.columns.path}</span><span role="columnheader" className={css['right']}>{texts.plan.columns.left}</span><span role="columnheader">{texts.plan.columns.action}</span><span role="columnheader" className={css['right']}>{texts.plan.columns.right}</span><span role="columnheader">{texts.plan.columns.reason}</span>
          </div>
        </div>
        <div role="rowgroup" style={{ height }}>
          <div role="presentation" className={css['pinned']}>
          {indexes.map((index) => {
            const row = rows.row(index);
            return (
              <div key={index} role="row" id={`${id}-${index}`} aria-rowindex={index + 2} aria-level={(row?.depth ?? 0) + 1} aria-selected={index === cursor} data-selected={index === cursor || undefined} data-decision={row?.decision} data-state={row?.state} className={css['row']}
                style={{ top: (index - first) * rowHeight, height: rowHeight }} onClick={() => setCursor(index)}
                onContextMenu={(event) => { event.preventDefault(); setCursor(index); const cell = event.currentTarget.querySelector('[data-cell="action"]'); if (row && cell && !readOnly) setMenu({ row, element: cell }); }}>
                {row ? <Cells row={row} onAction={(element) => { setCursor(index); if (!readOnly) setMenu({ row, element }); }} /> : <><span role="gridcell" className={css['ghost']}><i /></span><span role="gridcell" /><span role="gridcell" /><span role="gridcell" /><span role="gridcell" /></>}
              </div>
            );
          })}
          </div>
        </div>
      </div>
      {menu ? <RowMenu row={menu.row} element={menu.element} onDecide={onDecide} onClose={() => { setMenu(null); box.current?.querySelector<HTMLElement>('[role=treegrid]')?.focus(); }} /> : null}
    </div>
  );
}

function RowMenu({ row, element, onDecide, onClose }: { readonly row: Row; readonly element: Element; readonly onDecide: PlanTableProps['onDecide']; readonly onClose: () => void }) {
  const { texts } = usePreferences();
  const below = isFolder(row) ? ` (${texts.plan.below})` : '';
  return (
    <MenuAt label={texts.plan.actionMenu(row.path)} anchor={{ current: element }} onClose={onClose} entries={[
      { id: 'do', text: texts.plan.decision.do + below, hint: 'Shift+R', icon: <RotateCcw size={14} aria-hidden />, act: () => onDecide(row, 'do') },
      { id: 'skip', text: texts.plan.decision.skip + below, hint: 'X', icon: <SkipForward size={14} aria-hidden />, act: () => onDecide(row, 'skip') },
      { id: 'reverse', text: `${texts.plan.decision.reverse}: ${row.right === null ? texts.plan.reverseDeletes : texts.plan.reverseCopies}`, hint: 'R', icon: <ArrowLeft size={14} aria-hidden />, act: () => onDecide(row, 'reverse') },
    ]} />
  );
}

function Cells({ row, onAction }: { readonly row: Row; readonly onAction: (element: Element) => void }) {
  const { texts } = usePreferences();
  const errorText = useErrorText();
  const skipped = row.decision === 'skip';
  const backward = row.direction === 'backward';
  const Arrow = skipped || row.action === 'none' ? Minus : backward ? ArrowLeft : ArrowRight;
  const word = skipped ? texts.plan.skipped : texts.plan.action[row.action];
  const reason = row.error ? errorText(row.error).title : row.state === 'pending' ? texts.plan.reason[row.reason] : texts.plan.rowState[row.state];
  return (
    <>
      <span role="gridcell" className={css['pathCell']}><Path path={isFolder(row) ? `${row.path}/`.replace(/\/\/$/, '/') : row.path} /></span>
      <Side side={row.left} />
      <span role="gridcell" data-cell="action" data-action={skipped ? 'skip' : row.action} className={css['action']} onClick={(event) => onAction(event.currentTarget)}>
        <Arrow size={14} aria-hidden /><span>{word}</span><span className="sr-only">{skipped ? '' : backward ? texts.plan.toLeft : texts.plan.toRight}</span>
      </span>
      <Side side={row.right} />
      <span role="gridcell" className={row.error ? css['reasonBad'] : css['reason']} title={reason}>{reason}</span>
    </>
  );
}

function Side({ side }: { readonly side: z.output<typeof PlanSide> | null }) {
  const { texts, format } = usePreferences();
  if (!side) return <span role="gridcell" className={css['side']}>—</span>;
  return (
    <span role="gridcell" className={css['side']} title={format.dateTime(side.mtime)}>
      <span className={css['size']}>{side.kind === 'file' ? format.bytes(side.size) : texts.trees.kinds[side.kind]}</span><span className={css['time']}>{format.stamp(side.mtime)}</span>
    </span>
  );
}
