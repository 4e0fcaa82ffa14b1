// "Go to a path": a folder typed or pasted becomes a root of its tree.
import { useState, type ReactNode } from 'react';
import type { PathShown, PlaceId } from '../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useCall } from '../../data/hooks.ts';
import { Field } from '../../ui/kit.tsx';
import css from './trees.module.css';
import { folderNode, type TreeNode } from './tree-model.ts';

const KEPT = 5;

export interface GoTo {
  /** The folders gone to, newest first. */
  readonly found: readonly TreeNode[];
  readonly field: ReactNode;
  readonly error: ErrorInfo | null;
}

/** `place` is where the typed path is looked up, `nameOf` how a folder far from its tree is called; `onFound` selects and opens it. */
export function useGoTo(place: PlaceId, nameOf: (at: PathShown) => string, onFound: (node: TreeNode) => void): GoTo {
  const texts = useTexts();
  const [found, setFound] = useState<readonly TreeNode[]>([]);
  const [path, setPath] = useState('');
  const resolve = useCall('files.resolve');
  const go = async (): Promise<void> => {
    const at = path.trim() === '' ? null : await resolve.run({ place, path: path.trim() });
    if (!at) return;
    const node = { ...folderNode(at), name: nameOf(at) };
    setFound((old) => [node, ...old.filter((other) => other.key !== node.key)].slice(0, KEPT));
    setPath('');
    onFound(node);
  };
  const field = <form className={css['goto']} onSubmit={(event) => { event.preventDefault(); void go(); }}><Field label={texts.trees.path} hideLabel mono placeholder={texts.trees.path} value={path} onChange={setPath} /></form>;
  return { found, field, error: resolve.error };
}

/** Roots with the folders gone to before them; one that is a root already stays where it is. */
export function withFound(found: readonly TreeNode[], roots: readonly TreeNode[]): readonly TreeNode[] {
  return [...found.filter((node) => !roots.some((root) => root.key === node.key)), ...roots];
}

/** "nas-01:/backup", or the plain path on this computer. */
export function nameWithPlace(at: PathShown, servers: readonly { readonly id: string; readonly name: string }[] | null): string {
  const server = servers?.find((candidate) => candidate.id === at.place);
  return server ? `${server.name}:${at.path}` : at.path;
}
