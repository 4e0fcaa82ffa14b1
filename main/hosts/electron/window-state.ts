// Where the window was: kept in a small file, and put back where it can be seen.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const Rectangle = z.object({ x: z.number().int(), y: z.number().int(), width: z.number().int().positive(), height: z.number().int().positive() });
export type Rectangle = z.output<typeof Rectangle>;
const WindowState = z.object({ bounds: Rectangle, maximized: z.boolean() });
export type WindowState = z.output<typeof WindowState>;

export const SMALLEST = { width: 760, height: 520 } as const;
const USUAL = { width: 1280, height: 820 } as const;

/** The rectangle inside the work area it overlaps most, no larger than that; in the middle of the first when it overlaps none. */
export function clampBounds(bounds: Rectangle, areas: readonly Rectangle[]): Rectangle {
  const overlap = (area: Rectangle): number =>
    Math.max(0, Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)) *
    Math.max(0, Math.min(bounds.y + bounds.height, area.y + area.height) - Math.max(bounds.y, area.y));
  const area = areas.reduce<Rectangle | undefined>((best, next) => (best === undefined || overlap(next) > overlap(best) ? next : best), undefined);
  if (!area) return bounds;
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  if (overlap(area) === 0) return { x: area.x + Math.floor((area.width - width) / 2), y: area.y + Math.floor((area.height - height) / 2), width, height };
  const within = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);
  return { x: within(bounds.x, area.x, area.x + area.width - width), y: within(bounds.y, area.y, area.y + area.height - height), width, height };
}

/** The state of last time, clamped; of a usual size when there is none that can be read. */
export function readWindowState(file: string, areas: readonly Rectangle[]): WindowState {
  const first = areas[0] ?? { x: 0, y: 0, ...USUAL };
  const fresh: WindowState = { bounds: clampBounds({ x: first.x + Math.floor((first.width - USUAL.width) / 2), y: first.y + Math.floor((first.height - USUAL.height) / 2), ...USUAL }, areas), maximized: false };
  try {
    const state = WindowState.parse(JSON.parse(readFileSync(file, 'utf8')));
    const bounds = { ...state.bounds, width: Math.max(state.bounds.width, SMALLEST.width), height: Math.max(state.bounds.height, SMALLEST.height) };
    return { bounds: clampBounds(bounds, areas), maximized: state.maximized };
  } catch {
    return fresh;
  }
}

/** Whole or not at all; a full disk is no reason not to close a window. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {
    // the next start opens at the usual place
  }
}
