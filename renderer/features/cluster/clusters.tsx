// All clusters: the node of this computer with its switch, then the ensembles of others.
import { Plus, Waypoints } from 'lucide-react';
import { useState } from 'react';
import type { Cluster } from '../../../preload/contract/cluster.ts';
import { useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useCall, useTopic } from '../../data/hooks.ts';
import { Button, Field, Switch } from '../../ui/kit.tsx';
import { CopyButton, ErrorCard, Skeleton, State } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { AddDialog } from './add-dialog.tsx';
import css from './cluster.module.css';
import { ClusterMenu } from './cluster-menu.tsx';
import { EnsembleDialog } from './ensemble-dialog.tsx';
import { clusterState, isOn, quorumTone, quorumWord } from './words.ts';

export function ClustersScreen({ dialog }: { readonly dialog: 'new' | 'wizard' | null }) {
  const texts = useTexts();
  const topic = useTopic('clusters.watch', {});
  if (!topic.value) return topic.error ? <div className={css['page']}><ErrorCard error={topic.error} /></div> : <Skeleton rows={5} />;
  const own = topic.value.find((cluster) => cluster.own && cluster.own.myid === null) ?? null;
  const others = topic.value.filter((cluster) => cluster !== own);
  const back = (): void => navigate('/cluster', 'replace');
  return (
    <div className={css['page']}>
      <OwnNodeCard cluster={own} />
      <section className={css['band']} aria-labelledby="cluster-others">
        <div className={css['bandHead']}>
          <h2 id="cluster-others">{texts.cluster.others}</h2>
          <Button onPress={() => navigate('/cluster/wizard')}><Waypoints size={14} aria-hidden />{texts.cluster.wizard}</Button>
          <Button onPress={() => navigate('/cluster/new')}><Plus size={14} aria-hidden />{texts.cluster.add}</Button>
        </div>
        {others.length === 0 ? <p className={css['calm']}>{texts.cluster.emptyHint}</p> : <ClusterTable clusters={others} />}
      </section>
      {dialog === 'new' ? <AddDialog onClose={back} onDone={(cluster) => navigate(`/cluster/${cluster.id}`, 'replace')} /> : null}
      {dialog === 'wizard' ? <EnsembleDialog onClose={back} onDone={(cluster) => navigate(`/cluster/${cluster.id}`, 'replace')} /> : null}
    </div>
  );
}

function OwnNodeCard({ cluster }: { readonly cluster: Cluster | null }) {
  const texts = useTexts();
  const t = texts.cluster.own;
  const start = useCall('clusters.start');
  const stop = useCall('clusters.stop');
  const [port, setPort] = useState('');
  const [seen, setSeen] = useState(cluster?.own?.state);
  const state = cluster?.own?.state ?? 'stopped';
  const on = state !== 'stopped' && state !== 'failed';
  const asked = port.trim() === '' ? null : Number(port);
  const badPort = asked !== null && !(Number.isInteger(asked) && asked >= 1 && asked <= 65_535);
  // a refused switch says so until the node moves again
  if (seen !== state) {
    setSeen(state);
    start.clear();
  }
  const flip = (next: boolean): void => {
    if (next) void start.run({ id: cluster?.id ?? null, port: badPort ? null : asked });
    else if (cluster) void stop.run({ id: cluster.id });
  };
  const shown = cluster ? clusterState(cluster, texts) : { tone: 'idle' as const, word: t.state.stopped };
  const error = start.error ?? stop.error ?? cluster?.own?.error ?? null;
  return (
    <section className={css['own']} aria-labelledby="own-node">
      <div className={css['ownHead']}>
        <h2 id="own-node">{t.title}</h2>
        <Switch selected={on || start.busy} onChange={flip}>{t.switch}</Switch>
        <span data-testid="own-state" data-state={state}><State tone={shown.tone} word={shown.word} busy={state === 'starting' || start.busy} /></span>
        {cluster ? <span className={css['grow']}><Button onPress={() => navigate(`/cluster/${cluster.id}`)}>{texts.common.open}</Button><ClusterMenu cluster={cluster} /></span> : null}
      </div>
      <p className={css['soft']}>{t.hint}</p>
      {on && cluster?.own ? (
        <dl className={css['facts']}>
          <dt>{t.address}</dt><dd className={css['copyLine']}><code data-testid="own-address">{cluster.connectString}</code><CopyButton text={cluster.connectString} label={texts.common.copy} /></dd>
          <dt>{t.folder}</dt><dd><code>{cluster.own.dataDir}</code></dd>
        </dl>
      ) : <div className={css['port']}><Field label={t.port} hint={t.portHint} value={port} onChange={setPort} inputMode="numeric" placeholder={String(cluster?.own?.port ?? 2181)} error={badPort ? '1 – 65535' : null} /></div>}
      {error && !on ? <ErrorCard error={error} onRetry={() => flip(true)} /> : null}
    </section>
  );
}

function ClusterTable({ clusters }: { readonly clusters: readonly Cluster[] }) {
  const texts = useTexts();
  const t = texts.cluster;
  return (
    <div className={css['panel']}>
      <table className={ui['table']}>
        <thead><tr><th>{t.columns.name}</th><th>{t.columns.state}</th><th>{t.columns.quorum}</th><th>{t.columns.address}</th><th>{t.columns.changes}</th><th><span className="sr-only">{t.columns.changes}</span></th></tr></thead>
        <tbody>
          {clusters.map((cluster) => {
            const state = clusterState(cluster, texts);
            return (
              <tr key={cluster.id} data-cluster={cluster.name}>
                <td><a className={ui['textLink']} href={`#/cluster/${cluster.id}`}>{cluster.name}</a>{cluster.own ? <span className={css['tag']}>{t.own.member(cluster.own.myid ?? 0, cluster.own.members.length)}</span> : null}</td>
                <td><State tone={state.tone} word={state.word} /></td>
                <td>{isOn(cluster) ? <State tone={quorumTone(cluster.quorum)} word={quorumWord(cluster.quorum, texts)} /> : '–'}</td>
                <td><code className={css['clip']} title={cluster.connectString}>{cluster.connectString}</code></td>
                <td>{cluster.allowChanges ? t.allowed : t.readOnly}</td>
                <td className={ui['num']}><ClusterMenu cluster={cluster} /></td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
