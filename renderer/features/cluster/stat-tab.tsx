// The Stat of a znode in words, ZooKeeper's own names beside them.
import type { ReactNode } from 'react';
import type { ZnodeDetail } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import css from './cluster.module.css';
import { zxidText } from './words.ts';

export function StatTab({ detail }: { readonly detail: ZnodeDetail }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.znodes;
  const { stat } = detail;
  const line = (name: string, value: ReactNode, field: string): ReactNode => <div key={name}><dt>{name}</dt><dd>{value}</dd><dd><code>{field}</code></dd></div>;
  return (
    <dl className={css['stat']}>
      {line(t.stat.kind, <>{t.mark[stat.mark]}{stat.sequential ? `, ${t.sequential}` : ''}: {t.markHint[stat.mark]}{stat.ttlMs === null ? '' : ` (${t.stat.ttlValue(format.duration(stat.ttlMs))})`}</>, '')}
      {line(t.stat.created, <>{format.dateTime(stat.ctime)} · {t.stat.inTxn(zxidText(stat.czxid))}</>, 'ctime, cZxid')}
      {line(t.stat.modified, <>{format.dateTime(stat.mtime)} · {t.stat.inTxn(zxidText(stat.mzxid))}</>, 'mtime, mZxid')}
      {line(t.stat.data, t.stat.dataValue(format.bytes(stat.size), stat.version), 'dataLength, dataVersion')}
      {line(t.stat.children, t.stat.childrenValue(stat.children, stat.cversion), 'numChildren, cversion')}
      {line(t.stat.lastChild, t.stat.inTxn(zxidText(stat.pzxid)), 'pZxid')}
      {line(t.stat.acl, t.stat.aclValue(stat.aversion), 'aclVersion')}
      {line(t.stat.owner, stat.mark === 'ephemeral' ? <code>{stat.owner}</code> : t.stat.ownerNone, 'ephemeralOwner')}
    </dl>
  );
}
