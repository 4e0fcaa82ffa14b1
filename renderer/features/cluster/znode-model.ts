// The tree of znodes as a list of rows that is never whole: which branches are open, how many children each has, and pages of those in
// view. A branch of 300,000 children is one number and a few pages.
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { ZnodeChange, ZnodeChild } from '../../../preload/contract/cluster.ts';
import type { Api } from '../../data/api.ts';
import { childPath, nameOfPath, parentOfPath, pathSteps } from './words.ts';

const PAGE = 200;
const KEPT_PAGES = 24;

interface Branch {
  readonly path: string;
  /** Fitting the filter, and in all; -1 until the first answer. */
  total: number;
  of: number;
  filter: string;
  readonly pages: Map<number, readonly ZnodeChild[]>;
  readonly asked: Set<number>;
  /** Of its open children: where they stand among its rows; -1 while that is not known. */
  readonly open: Map<string, number>;
  error: ErrorInfo | null;
  generation: number;
}

export interface ZnodeRow {
  readonly kind: 'node' | 'loading' | 'empty' | 'error';
  readonly path: string;
  readonly name: string;
  readonly depth: number;
  readonly child: ZnodeChild | null;
  readonly open: boolean;
  readonly position: number;
  readonly siblings: number;
  readonly error: ErrorInfo | null;
}

export class ZnodeModel {
  readonly #id: string;
  readonly #ready: () => Promise<Api>;
  readonly #branches = new Map<string, Branch>();
  readonly #listeners = new Set<() => void>();
  #version = 0;

  constructor(id: string, ready: () => Promise<Api>) {
    this.#id = id;
    this.#ready = ready;
    this.open('/');
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Grows with every change of what there is to show. */
  readonly version = (): number => this.#version;

  /** Rows in all: the root and what is open below it. */
  get count(): number {
    return 1 + this.#below('/');
  }

  isOpen(path: string): boolean {
    return this.#branches.has(path);
  }

  filterOf(path: string): string {
    return this.#branches.get(path)?.filter ?? '';
  }

  totals(path: string): { readonly total: number; readonly of: number } | null {
    const branch = this.#branches.get(path);
    return branch && branch.total >= 0 ? { total: branch.total, of: branch.of } : null;
  }

  row(index: number): ZnodeRow | null {
    if (index === 0) return { kind: 'node', path: '/', name: '/', depth: 0, child: null, open: this.isOpen('/'), position: 1, siblings: 1, error: null };
    return this.#rowIn('/', index - 1, 1);
  }

  /** Where the row of a path stands; -1 while a branch above it is shut, or its place is not known. */
  indexOf(path: string): number {
    let index = 0;
    for (const step of pathSteps(path).slice(1)) {
      const branch = this.#branches.get(parentOfPath(step));
      if (!branch) return -1;
      const place = this.#placeOf(branch, nameOfPath(step));
      if (place < 0) return -1;
      let before = place;
      for (const [name, at] of branch.open) if (at >= 0 && at < place) before += this.#below(childPath(branch.path, name));
      index += 1 + before;
    }
    return index;
  }

  open(path: string): void {
    if (this.#branches.has(path)) return;
    this.#branches.set(path, { path, total: -1, of: -1, filter: '', pages: new Map(), asked: new Set(), open: new Map(), error: null, generation: 0 });
    if (path !== '/') {
      const parent = this.#branches.get(parentOfPath(path));
      if (parent) {
        const place = this.#placeOf(parent, nameOfPath(path));
        parent.open.set(nameOfPath(path), place);
        if (place < 0) this.#again(parent);
      }
    }
    this.#fetch(path, 0);
    this.#tell();
  }

  close(path: string): void {
    if (path !== '/') this.#branches.get(parentOfPath(path))?.open.delete(nameOfPath(path));
    for (const other of [...this.#branches.keys()]) if (other === path || other.startsWith(path === '/' ? '/' : `${path}/`)) this.#branches.delete(other);
    this.#tell();
  }

  /** Opens everything above a path, so that its row comes to be. */
  reveal(path: string): void {
    for (const step of pathSteps(path).slice(0, -1)) this.open(step);
    const parent = this.#branches.get(parentOfPath(path));
    if (path !== '/' && parent && this.#placeOf(parent, nameOfPath(path)) < 0) {
      this.#wanted.add(path);
      if (parent.total >= 0) this.#again(parent);
    }
  }

  filter(path: string, text: string): void {
    const branch = this.#branches.get(path);
    if (!branch || branch.filter === text) return;
    branch.filter = text;
    branch.pages.clear();
    for (const name of branch.open.keys()) branch.open.set(name, -1);
    this.#again(branch);
  }

  /** Says which rows are in view, so that their pages are asked for. */
  view(first: number, last: number): void {
    for (let index = first; index <= last; index += 1) {
      const row = this.row(index);
      if (row?.kind === 'loading' && row.path !== '/') this.#fetch(parentOfPath(row.path), Math.floor((row.position - 1) / PAGE));
    }
  }

  refresh(path: string): void {
    const branch = this.#branches.get(path) ?? this.#branches.get(parentOfPath(path));
    if (branch) this.#again(branch);
  }

  /** What moved in the cluster; everything stays shown until the new answer is there. */
  changed(change: ZnodeChange): void {
    for (const path of change.gone) if (path !== '/' && this.#branches.has(path)) this.close(path);
    for (const branch of this.#branches.values()) if (change.all || change.children.includes(branch.path)) this.#again(branch);
  }

  // --- inside --------------------------------------------------------------------------------------------------------

  /** Paths whose place is wanted though they are not open. */
  readonly #wanted = new Set<string>();
  readonly #known = new Map<string, number>();

  /** Rows below a path, 0 when it is shut. */
  #below(path: string): number {
    const branch = this.#branches.get(path);
    if (!branch) return 0;
    let count = Math.max(1, branch.total);
    for (const [name, at] of branch.open) if (at >= 0 && at < branch.total) count += this.#below(childPath(path, name));
    return count;
  }

  #rowIn(path: string, index: number, depth: number): ZnodeRow | null {
    const branch = this.#branches.get(path);
    if (!branch) return null;
    if (branch.total <= 0) {
      const kind = branch.error ? 'error' : branch.total === 0 ? 'empty' : 'loading';
      return index === 0 ? { kind, path: childPath(path, ''), name: '', depth, child: null, open: false, position: 1, siblings: 1, error: branch.error } : null;
    }
    let left = index;
    for (const [name, at] of [...branch.open].filter(([, place]) => place >= 0 && place < branch.total).sort((a, b) => a[1] - b[1])) {
      if (left <= at) break;
      const inside = this.#below(childPath(path, name));
      if (left <= at + inside) return this.#rowIn(childPath(path, name), left - at - 1, depth + 1);
      left -= inside;
    }
    if (left >= branch.total) return null;
    const child = branch.pages.get(Math.floor(left / PAGE))?.[left % PAGE] ?? null;
    const row = { depth, position: left + 1, siblings: branch.total, error: null };
    if (!child) return { ...row, kind: 'loading', path: childPath(path, `\u0000${left}`), name: '', child: null, open: false };
    const own = childPath(path, child.name);
    return { ...row, kind: 'node', path: own, name: child.name, child, open: this.#branches.has(own) };
  }

  #placeOf(branch: Branch, name: string): number {
    const known = branch.open.get(name);
    if (known !== undefined && known >= 0) return known;
    for (const [page, children] of branch.pages) {
      const at = children.findIndex((child) => child.name === name);
      if (at >= 0) return page * PAGE + at;
    }
    return this.#known.get(childPath(branch.path, name)) ?? -1;
  }

  #again(branch: Branch): void {
    branch.generation += 1;
    branch.asked.clear();
    const pages = branch.pages.size > 0 ? [...branch.pages.keys()] : [0];
    for (const page of pages) this.#fetch(branch.path, page);
  }

  #fetch(path: string, page: number): void {
    const branch = this.#branches.get(path);
    if (!branch || branch.asked.has(page)) return;
    branch.asked.add(page);
    const mine = branch.generation;
    const wanted = [...this.#wanted].filter((other) => parentOfPath(other) === path).map(nameOfPath);
    const locate = [...new Set([...branch.open.keys(), ...wanted])].slice(0, 500);
    this.#ready()
      .then((api) => api['znodes.children']({ id: this.#id, path, filter: branch.filter, offset: page * PAGE, limit: PAGE, locate }))
      .then(({ children, total, of, places }) => {
        if (this.#branches.get(path) !== branch || branch.generation !== mine) return;
        branch.total = total;
        branch.of = of;
        branch.error = null;
        branch.pages.set(page, children);
        locate.forEach((name, at) => {
          if (branch.open.has(name)) branch.open.set(name, places[at] ?? -1);
          this.#known.set(childPath(path, name), places[at] ?? -1);
          this.#wanted.delete(childPath(path, name));
        });
        for (const kept of [...branch.pages.keys()]) if (kept * PAGE >= total && kept > 0) { branch.pages.delete(kept); branch.asked.delete(kept); }
        if (branch.pages.size > KEPT_PAGES) for (const kept of [...branch.pages.keys()]) if (Math.abs(kept - page) > KEPT_PAGES / 2) { branch.pages.delete(kept); branch.asked.delete(kept); }
        this.#tell();
      })
      .catch((thrown: unknown) => {
        if (this.#branches.get(path) !== branch || branch.generation !== mine) return;
        branch.asked.delete(page);
        const error = toErrorInfo(thrown);
        if (error.code === 'RPC_CLOSED' || error.code === 'APP_CANCELLED') return;
        // what is shown stays; only a branch that never had an answer says why it has none
        if (branch.total < 0) branch.error = error;
        this.#tell();
      });
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of [...this.#listeners]) listener();
  }
}
