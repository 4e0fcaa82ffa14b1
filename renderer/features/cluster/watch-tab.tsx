// What happens at a znode while one looks, newest first; Pause keeps collecting and shows later.
import { useEffect, useRef, useState } from 'react';
import type { Cluster, WatchHit } from '../../../preload/contract/cluster.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useBackend } from '../../data/hooks.ts';
import { Button, Switch } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import css from './cluster.module.css';
import { zxidText } from './words.ts';

const KEPT = 500;

export function WatchTab({ cluster, path }: { readonly cluster: Cluster; readonly path: string }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.znodes.watch;
  const backend = useBackend();
  const [below, setBelow] = useState(true);
  const [paused, setPaused] = useState(false);
  const [hits, setHits] = useState<readonly WatchHit[]>([]);
  const [waiting, setWaiting] = useState<readonly WatchHit[]>([]);
  const [dropped, setDropped] = useState(0);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const [turn, setTurn] = useState(0);
  const held = useRef(false);
  const connected = cluster.connection.state === 'connected' || cluster.connection.state === 'connectedReadOnly';
  useEffect(() => {
    if (!connected) return;
    const abort = new AbortController();
    void (async () => {
      try {
        const api = await backend.ready();
        for await (const batch of api['znodes.watch']({ id: cluster.id, path, below }, abort.signal)) {
          const fresh = [...batch.hits].reverse();
          if (held.current) setWaiting((old) => [...fresh, ...old].slice(0, KEPT));
          else setHits((old) => [...fresh, ...old].slice(0, KEPT));
          if (batch.dropped > 0) setDropped((old) => old + batch.dropped);
          setError(null);
        }
      } catch (thrown) {
        if (!abort.signal.aborted) setError(toErrorInfo(thrown));
      }
    })();
    return () => abort.abort();
  }, [backend, cluster.id, path, below, connected, turn]);
  const pause = (): void => {
    held.current = !paused;
    setPaused(!paused);
    if (!paused) return;
    setHits((old) => [...waiting, ...old].slice(0, KEPT));
    setWaiting([]);
  };
  return (
    <div className={css['watch']}>
      <div className={css['dataBar']}>
        <Switch selected={below} onChange={setBelow}>{t.below}</Switch>
        <span className={css['soft']} role="status">{paused ? t.paused(waiting.length) : ''} {dropped > 0 ? t.dropped(dropped) : ''}</span>
        <span className={css['grow']}><Button onPress={pause}>{paused ? t.resume : t.pause}</Button><Button look="quiet" onPress={() => { setHits([]); setWaiting([]); setDropped(0); }}>{t.clear}</Button></span>
      </div>
      {error ? <ErrorCard error={error} onRetry={() => setTurn(turn + 1)} /> : null}
      {hits.length === 0 ? <p className={css['calm']}>{t.waiting}</p> : (
        <div className={css['panel']}>
          <table className={ui['table']}>
            <thead><tr><th>{t.columns.when}</th><th>{t.columns.what}</th><th>{t.columns.path}</th><th>{t.columns.zxid}</th></tr></thead>
            <tbody>{hits.map((hit, index) => <tr key={`${hit.zxid} ${hit.path} ${hit.at} ${hits.length - index}`}><td>{format.time(hit.at)}</td><td>{t.kind[hit.kind]}</td><td><code className={css['clip']} title={hit.path}>{hit.path}</code></td><td>{hit.zxid > 0 ? <code>{zxidText(hit.zxid)}</code> : '–'}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </div>
  );
}
