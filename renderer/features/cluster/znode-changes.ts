// Follows what moves in a cluster: tells the tree, and counts for each znode how often it is to be read again.
import { useEffect, useState } from 'react';
import type { ZnodeChange } from '../../../preload/contract/cluster.ts';
import { useBackend, useBackendState } from '../../data/hooks.ts';
import type { ZnodeModel } from './znode-model.ts';

const AGAIN_MS = 1000;

export interface Changes {
  /** Grows when the znode's data are to be read again. */
  readonly turnOf: (path: string) => number;
  readonly isGone: (path: string) => boolean;
}

interface Seen { readonly all: number; readonly data: ReadonlyMap<string, number>; readonly gone: ReadonlySet<string> }

export function useChanges(id: string, model: ZnodeModel): Changes {
  const backend = useBackend();
  const open = useBackendState() === 'open';
  const [seen, setSeen] = useState<Seen>({ all: 0, data: new Map(), gone: new Set() });
  useEffect(() => {
    if (!open) return;
    const abort = new AbortController();
    const heard = (change: ZnodeChange): void => {
      model.changed(change);
      setSeen((old) => {
        const data = new Map(old.data);
        for (const path of [...change.data, ...change.children]) data.set(path, (data.get(path) ?? 0) + 1);
        const gone = new Set(change.all ? [] : old.gone);
        for (const path of change.gone) gone.add(path);
        for (const path of change.data) if (!change.gone.includes(path)) gone.delete(path);
        return { all: old.all + (change.all ? 1 : 0), data, gone };
      });
    };
    void (async () => {
      while (!abort.signal.aborted) {
        try {
          const api = await backend.ready();
          for await (const change of api['znodes.changes']({ id }, abort.signal)) heard(change);
        } catch {
          // the engine or the connection is away; what is shown stays, and is read again after
        }
        if (abort.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        heard({ all: true, children: [], data: [], gone: [] });
      }
    })();
    return () => abort.abort();
  }, [backend, id, model, open]);
  return { turnOf: (path) => seen.all + (seen.data.get(path) ?? 0), isGone: (path) => seen.gone.has(path) };
}
