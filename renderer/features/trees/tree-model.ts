// The folders of places as a tree that is read lazily: what is open, what was read, and the flat list of rows to show.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { FileEntry, PathShown, PlaceId } from '../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { Backend } from '../../data/backend.ts';

export interface TreeNode {
  readonly key: string;
  readonly kind: 'place' | 'folder' | 'file' | 'note';
  readonly name: string;
  readonly place: PlaceId;
  /** Null for a place whose first folder is not known before it is read. */
  readonly at: PathShown | null;
  readonly entry: FileEntry | null;
  readonly error?: ErrorInfo;
  /** Of a note: the folder it stands in; `more` entries that are not shown. */
  readonly more?: number;
}
export interface TreeRow { readonly node: TreeNode; readonly depth: number; readonly open: boolean; readonly busy: boolean; readonly parent: string | null; readonly position: number; readonly siblings: number }

type Children = { readonly state: 'busy' } | { readonly state: 'read'; readonly nodes: readonly TreeNode[] };

export function placeNode(place: PlaceId, name: string): TreeNode {
  return { key: `place:${place}`, kind: 'place', name, place, at: null, entry: null };
}

export function folderNode(at: PathShown): TreeNode {
  return { key: `${at.place}:${at.ref}`, kind: 'folder', name: at.name === '' ? at.path : at.name, place: at.place, at, entry: null };
}

export function childPath(parent: string, name: string): string {
  return parent.endsWith('/') ? `${parent}${name}` : `${parent}/${name}`;
}

function entryNode(parent: PathShown, entry: FileEntry): TreeNode {
  return {
    key: `${parent.place}:${entry.ref}`, kind: entry.kind === 'dir' || entry.opens ? 'folder' : 'file', name: entry.name, place: parent.place,
    at: { ref: entry.ref, place: parent.place, path: childPath(parent.path, entry.name), name: entry.name }, entry,
  };
}

function compare(a: TreeNode, b: TreeNode): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : b.kind === 'folder' ? 1 : 0;
  return a.name.localeCompare(b.name, undefined, { numeric: true });
}

async function readChildren(backend: Backend, node: TreeNode): Promise<readonly TreeNode[]> {
  const api = await backend.ready();
  if (node.at === null) return (await api['files.roots']({ place: node.place })).map((root) => ({ ...folderNode(root), name: root.name || root.path }));
  const listing = await api['files.list']({ ref: node.at.ref });
  const nodes = listing.entries.map((entry) => entryNode(listing.at, entry)).sort(compare);
  if (listing.more > 0) nodes.push({ key: `${node.key}#more`, kind: 'note', name: '', place: node.place, at: null, entry: null, more: listing.more });
  return nodes;
}

export interface TreeModel {
  readonly rows: readonly TreeRow[];
  readonly open: (node: TreeNode) => void;
  readonly close: (node: TreeNode) => void;
  readonly refresh: (node: TreeNode) => void;
}

export function useTreeModel(backend: Backend, roots: readonly TreeNode[], showHidden: boolean): TreeModel {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [children, setChildren] = useState<ReadonlyMap<string, Children>>(new Map());
  const asked = useRef(new Set<string>());

  const read = useCallback((node: TreeNode) => {
    asked.current.add(node.key);
    setChildren((old) => (old.get(node.key)?.state === 'read' ? old : new Map(old).set(node.key, { state: 'busy' })));
    readChildren(backend, node)
      .catch((thrown: unknown): readonly TreeNode[] => [{ key: `${node.key}#error`, kind: 'note', name: '', place: node.place, at: null, entry: null, error: toErrorInfo(thrown) }])
      .then((nodes) => setChildren((old) => new Map(old).set(node.key, { state: 'read', nodes })));
  }, [backend]);

  const open = useCallback((node: TreeNode) => {
    if (!asked.current.has(node.key)) read(node);
    setOpened((old) => new Set(old).add(node.key));
  }, [read]);
  const close = useCallback((node: TreeNode) => {
    setOpened((old) => { const next = new Set(old); next.delete(node.key); return next; });
  }, []);
  const refresh = useCallback((node: TreeNode) => { read(node); setOpened((old) => new Set(old).add(node.key)); }, [read]);

  // A single root is open from the start: a tree that shows one closed line helps nobody.
  const only = roots.length === 1 ? roots[0] : undefined;
  useEffect(() => { if (only && !asked.current.has(only.key)) open(only); }, [only, open]);

  const rows = useMemo(() => {
    const list: TreeRow[] = [];
    const walk = (nodes: readonly TreeNode[], depth: number, parent: string | null): void => {
      const visible = nodes.filter((node) => showHidden || !node.entry?.hidden);
      visible.forEach((node, index) => {
        const below = children.get(node.key);
        const isOpen = opened.has(node.key) && node.kind !== 'file';
        list.push({ node, depth, open: isOpen, busy: isOpen && below?.state === 'busy', parent, position: index + 1, siblings: visible.length });
        if (isOpen && below?.state === 'read') {
          const shown = below.nodes.filter((child) => showHidden || !child.entry?.hidden);
          walk(shown.length > 0 ? shown : [{ key: `${node.key}#empty`, kind: 'note', name: '', place: node.place, at: null, entry: null }], depth + 1, node.key);
        }
      });
    };
    walk(roots, 0, null);
    return list;
  }, [roots, opened, children, showHidden]);

  return { rows, open, close, refresh };
}
