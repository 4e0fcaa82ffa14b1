// The rows of a plan by window: pages asked from the app as they come into view, dropped when far away.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { PlanChip, PlanRow } from '../../../preload/contract/domain.ts';
import { useBackend } from '../../data/hooks.ts';

export const PAGE = 200;
const KEPT_PAGES = 24;

export interface RowWindow {
  readonly total: number;
  readonly row: (index: number) => z.output<typeof PlanRow> | undefined;
  /** Says which rows are in view, so that they are fetched. */
  readonly view: (first: number, last: number) => void;
}

/** `rev` is the plan's: when it grows, what is shown is read again, without flicker. */
export function useRowWindow(planId: string, chip: z.output<typeof PlanChip>, search: string, rev: number): RowWindow {
  const backend = useBackend();
  const pages = useRef(new Map<number, readonly z.output<typeof PlanRow>[]>());
  const asked = useRef(new Map<number, number>());
  const wanted = useRef<readonly [number, number]>([0, 0]);
  const generation = useRef(0);
  const [state, setState] = useState({ total: -1, turn: 0 });

  const fetchPages = useCallback(() => {
    const [first, last] = wanted.current;
    const mine = generation.current;
    for (let page = first; page <= last; page += 1) {
      if (asked.current.get(page) === mine) continue;
      asked.current.set(page, mine);
      backend.ready()
        .then((api) => api['plans.rows']({ id: planId, chip, search, offset: page * PAGE, limit: PAGE }))
        .then(({ rows, total }) => {
          if (generation.current !== mine) return;
          pages.current.set(page, rows);
          if (pages.current.size > KEPT_PAGES) for (const kept of pages.current.keys()) if (Math.abs(kept - page) > KEPT_PAGES / 2) { pages.current.delete(kept); asked.current.delete(kept); }
          setState((old) => ({ total, turn: old.turn + 1 }));
        })
        .catch(() => { if (generation.current === mine) asked.current.delete(page); });
    }
  }, [backend, planId, chip, search]);

  useEffect(() => {
    generation.current += 1;
    pages.current.clear();
    wanted.current = [0, 0];
    fetchPages();
  }, [fetchPages]);
  useEffect(() => { generation.current += 1; fetchPages(); }, [rev, fetchPages]);

  const view = useCallback((first: number, last: number) => {
    wanted.current = [Math.floor(first / PAGE), Math.floor(Math.max(first, last) / PAGE)];
    fetchPages();
  }, [fetchPages]);
  const row = useCallback((index: number) => pages.current.get(Math.floor(index / PAGE))?.[index % PAGE], []);
  return { total: state.total, row, view };
}

/** Browsers stop laying out elements somewhere past 17 to 33 million pixels high. */
export const TALLEST = 12_000_000;

/** Where the first row in view stands, for a list that may be higher than a browser can lay out. */
export function scaledScroll(scrollTop: number, viewHeight: number, total: number, rowHeight: number): { readonly height: number; readonly first: number } {
  const full = total * rowHeight;
  const height = Math.min(full, TALLEST);
  if (full <= TALLEST || height <= viewHeight) return { height, first: scrollTop / rowHeight };
  const part = Math.min(1, scrollTop / (height - viewHeight));
  return { height, first: (part * (full - viewHeight)) / rowHeight };
}

/** The scroll offset at which `index` stands at the top; the inverse of `scaledScroll`. */
export function scrollFor(index: number, viewHeight: number, total: number, rowHeight: number): number {
  const full = total * rowHeight;
  const height = Math.min(full, TALLEST);
  if (full <= TALLEST || full <= viewHeight) return index * rowHeight;
  return ((index * rowHeight) / (full - viewHeight)) * (height - viewHeight);
}
