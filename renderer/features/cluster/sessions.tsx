// Sessions with their ephemerals, and below who holds and who waits for locks.
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { Cluster, ClusterSession, LockFolder } from '../../../preload/contract/cluster.ts';
import { useFormat, usePreferences, useTexts } from '../../app/preferences.tsx';
import { useShortcut } from '../../app/shortcuts.ts';
import { useQuery } from '../../data/hooks.ts';
import { Button, Field } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Skeleton } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import css from './cluster.module.css';
import { WhitelistNote } from './health.tsx';
import { isOn } from './words.ts';

export function SessionsTab({ cluster }: { readonly cluster: Cluster }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.sessions;
  const on = isOn(cluster);
  const connected = cluster.connection.state;
  const list = useQuery('clusters.sessions', on ? { id: cluster.id } : null, connected);
  useShortcut('f5', list.again, on);
  if (!on) return <Empty title={texts.cluster.banner.off} hint={texts.cluster.banner.offText} />;
  return (
    <div className={css['page']}>
      <section className={css['band']} aria-labelledby="sessions">
        <div className={css['bandHead']}><h2 id="sessions">{t.title}</h2>{list.value ? <span className={css['soft']}>{texts.cluster.health.asOf(format.time(list.value.at))}</span> : null}<Button onPress={list.again}><RefreshCw size={14} aria-hidden />{t.refresh}</Button></div>
        {list.error ? <ErrorCard error={list.error} onRetry={list.again} /> : null}
        {!list.value && !list.error ? <Skeleton rows={4} /> : null}
        {list.value?.whitelist ? <WhitelistNote text={t.whitelist} line={list.value.whitelist} /> : null}
        {list.value && list.value.sessions.length === 0 && !list.value.whitelist ? <p className={css['calm']}>{t.none}</p> : null}
        {list.value && list.value.sessions.length > 0 ? <SessionTable cluster={cluster} sessions={list.value.sessions} /> : null}
      </section>
      <Locks cluster={cluster} />
    </div>
  );
}

function SessionTable({ cluster, sessions }: { readonly cluster: Cluster; readonly sessions: readonly ClusterSession[] }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.sessions;
  return (
    <div className={css['panel']}>
      <table className={ui['table']}>
        <thead><tr><th>{t.columns.id}</th><th>{t.columns.client}</th><th>{t.columns.member}</th><th className={ui['num']}>{t.columns.timeout}</th><th className={ui['num']}>{t.columns.traffic}</th><th>{t.columns.ephemerals}</th></tr></thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id} data-session={session.id}>
              <td><code>{session.id}</code>{session.ours ? <span className={css['tag']}>{t.ours}</span> : null}</td>
              <td>{session.client ?? <span className={css['soft']}>{t.noConnection}</span>}</td>
              <td>{session.member ?? '–'}</td>
              <td className={ui['num']}>{session.timeoutMs === null ? '–' : `${format.number(session.timeoutMs / 1000)} s`}</td>
              <td className={ui['num']}>{session.received === null ? '–' : `${format.number(session.received)} / ${format.number(session.sent ?? 0)}`}</td>
              <td><div className={css['ephemerals']}>{session.ephemerals.length === 0 ? '–' : session.ephemerals.map((path) => <a key={path} className={ui['textLink']} href={`#/cluster/${cluster.id}/znodes${encodeURI(path)}`}><code>{path}</code></a>)}{session.more > 0 ? <span className={css['soft']}>{t.moreEphemerals(session.more)}</span> : null}</div></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Locks({ cluster }: { readonly cluster: Cluster }) {
  const texts = useTexts();
  const t = texts.cluster.sessions;
  const [typed, setTyped] = useState('/');
  const [root, setRoot] = useState('/');
  const bad = typed !== '/' && !/^(\/[^/]+)+$/.test(typed);
  const list = useQuery('clusters.locks', { id: cluster.id, root }, cluster.connection.state);
  return (
    <section className={css['band']} aria-labelledby="locks">
      <div className={css['bandHead']}>
        <h2 id="locks">{t.locks}</h2>
        <form className={css['inline']} onSubmit={(event) => { event.preventDefault(); if (bad) return; if (typed === root) list.again(); else setRoot(typed); }}>
          <span id="lock-root" className={css['soft']}>{t.root}</span><Field hideLabel label={t.root} mono value={typed} onChange={setTyped} /><Button type="submit" isDisabled={bad}><RefreshCw size={14} aria-hidden />{t.refresh}</Button>
        </form>
      </div>
      <p className={css['soft']}>{t.locksHint}{list.value ? ` ${list.value.all ? t.looked(list.value.looked) : t.notAll(list.value.looked)}` : ''}</p>
      {list.error ? <ErrorCard error={list.error} onRetry={list.again} /> : null}
      {!list.value && !list.error ? <Skeleton rows={2} /> : null}
      {list.value && list.value.locks.length === 0 ? <p className={css['calm']}>{t.noLocks}</p> : null}
      {(list.value?.locks ?? []).map((lock) => <LockCard key={lock.path} cluster={cluster} lock={lock} />)}
    </section>
  );
}

function LockCard({ cluster, lock }: { readonly cluster: Cluster; readonly lock: LockFolder }) {
  const t = useTexts().cluster.sessions;
  const format = useFormat();
  return (
    <article className={css['lock']} aria-label={lock.path}>
      <header><a className={ui['textLink']} href={`#/cluster/${cluster.id}/znodes${encodeURI(lock.path)}`}><code>{lock.path}</code></a><span className={css['soft']}>{t.waits(lock.waiting.length + lock.more)}</span></header>
      <ol>
        {[lock.holder, ...lock.waiting].map((entry, index) => (
          <li key={entry.name} data-holder={index === 0 || undefined}>
            <b>{index === 0 ? t.holder : t.waiting}</b><code>{entry.name}</code><code>{entry.owner}</code><span className={css['soft']}>{t.since} {format.stamp(entry.since)}</span><span className={css['clip']}>{entry.data}</span>
          </li>
        ))}
      </ol>
    </article>
  );
}
