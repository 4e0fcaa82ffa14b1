// The last versions of a znode of our own node: each against what it is now, and restored as a new version.
import { useState } from 'react';
import type { Cluster, ZnodeDetail, ZnodeVersion } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Button } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { ErrorCard, Skeleton } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import { shownAs, textOf, viewOf } from './bytes.ts';
import css from './cluster.module.css';
import { diffLines } from './diff.ts';
import { zxidText } from './words.ts';

const SIGNS = { same: ' ', added: '+', removed: '−' } as const;

export function VersionsTab({ cluster, detail, onSaved }: { readonly cluster: Cluster; readonly detail: ZnodeDetail; readonly onSaved: () => void }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.znodes.versions;
  const asked = useQuery('znodes.versions', cluster.own ? { id: cluster.id, path: detail.path } : null, detail.stat.mzxid);
  const [chosen, setChosen] = useState<number | null>(null);
  const save = useCall('znodes.save');
  if (!cluster.own || asked.value?.versions === null) return <p className={css['calm']}>{t.noHistory}</p>;
  if (asked.error) return <ErrorCard error={asked.error} onRetry={asked.again} />;
  const versions = asked.value?.versions;
  if (!versions) return <Skeleton rows={3} />;
  if (versions.length === 0) return <p className={css['calm']}>{t.none}</p>;
  const version = versions.find((one) => one.zxid === chosen) ?? null;
  const restore = async (one: ZnodeVersion): Promise<void> => {
    if (!(await save.run({ id: cluster.id, path: detail.path, data: one.data ?? new Uint8Array(), gzip: one.gzip, version: detail.stat.version }))) return;
    announce(t.restored);
    onSaved();
  };
  return (
    <div className={css['versions']}>
      <div className={css['panel']}>
        <table className={ui['table']}>
          <thead><tr><th>{t.columns.version}</th><th>{t.columns.when}</th><th>{t.columns.what}</th><th className={ui['num']}>{t.columns.size}</th></tr></thead>
          <tbody>{versions.map((one) => (
            <tr key={one.zxid} data-chosen={one.zxid === chosen || undefined}>
              <td><button type="button" className={css['linkButton']} aria-expanded={one.zxid === chosen} onClick={() => setChosen(one.zxid === chosen ? null : one.zxid)}>{texts.cluster.znodes.version(one.version)}</button></td>
              <td title={zxidText(one.zxid)}>{format.dateTime(one.at)}</td><td>{t.what[one.what]}</td><td className={ui['num']}>{one.data ? format.bytes(one.data.byteLength) : '–'}</td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      {version ? (
        <section className={css['band']} aria-label={t.diff}>
          <div className={css['bandHead']}><h3>{t.diff}</h3>{version.what === 'deleted' ? null : <Button isDisabled={save.busy || version.version === detail.stat.version} onPress={() => void restore(version)}>{t.restore}</Button>}</div>
          {save.error ? <ErrorCard error={save.error} /> : null}
          <Diff before={version.data} after={detail.data} />
        </section>
      ) : null}
    </div>
  );
}

function Diff({ before, after }: { readonly before: Uint8Array | null; readonly after: Uint8Array | null }) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes.versions;
  const empty = new Uint8Array();
  if (textOf(before ?? empty) === null || textOf(after ?? empty) === null) return <p className={css['calm']}>{t.binary}</p>;
  const view = viewOf(before) === 'json' && viewOf(after) === 'json' ? 'json' : 'text';
  const lines = diffLines(shownAs(before, view), shownAs(after, view));
  if (lines.every((line) => line.kind === 'same')) return <p className={css['calm']}>{t.same}</p>;
  return <pre className={css['diff']} tabIndex={0} aria-label={t.diff}>{lines.map((line, index) => <span key={index} data-kind={line.kind}><i>{SIGNS[line.kind]}</i>{line.kind === 'same' ? null : <span className="sr-only">{t[line.kind]}: </span>}{line.text}{'\n'}</span>)}</pre>;
}
