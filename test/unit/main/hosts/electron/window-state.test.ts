import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clampBounds, readWindowState, writeWindowState } from '../../../../../main/hosts/electron/window-state.ts';

const left = { x: 0, y: 0, width: 1920, height: 1040 };
const right = { x: 1920, y: 0, width: 1280, height: 984 };
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-window-'));
  file = join(folder, 'below/window.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('where the window opens', () => {
  it('stays where it was when that can be seen', () => {
    const bounds = { x: 2000, y: 100, width: 900, height: 700 };
    expect(clampBounds(bounds, [left, right])).toEqual(bounds);
  });

  it('moves into the display it overlaps most, and shrinks to it', () => {
    expect(clampBounds({ x: 3000, y: 500, width: 1500, height: 1200 }, [left, right])).toEqual(right);
    expect(clampBounds({ x: -100, y: -50, width: 800, height: 600 }, [left, right])).toEqual({ x: 0, y: 0, width: 800, height: 600 });
  });

  it('comes to the middle of the first display when its own is gone', () => {
    expect(clampBounds({ x: 9000, y: 0, width: 920, height: 640 }, [left])).toEqual({ x: 500, y: 200, width: 920, height: 640 });
  });

  it('is found again by the next start', () => {
    const state = { bounds: { x: 10, y: 20, width: 1000, height: 700 }, maximized: true };
    writeWindowState(file, state);
    expect(readWindowState(file, [left])).toEqual(state);
  });

  it.each(['', 'not json', '{"bounds":{"x":"1"}}', '{"bounds":{"x":0,"y":0,"width":-5,"height":3},"maximized":false}'])('a file that says %j is as none', (text) => {
    writeWindowState(file, { bounds: left, maximized: true });
    writeFileSync(file, text);
    expect(readWindowState(file, [left])).toEqual(readWindowState(join(folder, 'none'), [left]));
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
