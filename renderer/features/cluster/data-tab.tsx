// The data of a znode: shown as JSON, text or hex, changed in place, saved only over the version that was seen.
import { useState } from 'react';
import type { Cluster, ZnodeDetail } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useShortcut } from '../../app/shortcuts.ts';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Chip } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { CopyButton, ErrorCard, Skeleton } from '../../ui/show.tsx';
import { bytesOfHex, prettyJson, restyled, shownAs, textOf, viewOf, type DataView } from './bytes.ts';
import css from './cluster.module.css';
import { cliLines } from './words.ts';

/** What the window lays out at once; the rest on request. */
const SHOWN = 256 * 1024;

export function DataTab({ cluster, detail, onSaved }: { readonly cluster: Cluster; readonly detail: ZnodeDetail; readonly onSaved: () => void }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.znodes;
  const [base, setBase] = useState(detail);
  const [view, setView] = useState<DataView>(() => viewOf(detail.data));
  const [draft, setDraft] = useState<string | null>(null);
  const [whole, setWhole] = useState(false);
  const save = useCall('znodes.save');
  const allow = useCall('clusters.allowChanges');
  // what arrives while nothing is being edited is shown; an edit keeps its base
  if (base !== detail && (draft === null || detail.stat.version === base.stat.version)) setBase(detail);
  const shown = shownAs(base.data, view);
  const long = !whole && draft === null && shown.length > SHOWN;
  const text = draft ?? (long ? shown.slice(0, SHOWN) : shown);
  const dirty = draft !== null && draft !== shown;
  const lossy = view !== 'hex' && base.data !== null && textOf(base.data) === null;
  const bytes = view === 'hex' ? bytesOfHex(text) : new TextEncoder().encode(view === 'json' ? restyled(text, base.data) : text);
  const stale = dirty && detail.stat.version !== base.stat.version;
  const note = lossy ? t.lossy : view === 'hex' && bytes === null ? t.badHex : view === 'json' && dirty && prettyJson(text) === null ? t.badJson : stale ? t.changedMeanwhile : null;

  const store = async (version: number): Promise<void> => {
    if (bytes === null) return;
    const stat = await save.run({ id: cluster.id, path: base.path, data: bytes, gzip: base.gzip, version });
    if (!stat) return;
    setDraft(null);
    setBase({ ...base, data: bytes, stat });
    announce(t.saved(stat.version));
    onSaved();
  };
  const error = save.error;
  const conflict = error?.code === 'COORD_CHANGED' ? Number(error.params['found']) : null;
  useShortcut('mod+s', () => { if (dirty) void store(base.stat.version); });
  const revert = (): void => { setDraft(null); save.clear(); setBase(detail); };
  const allowAndSave = async (): Promise<void> => { if (await allow.run({ id: cluster.id, allow: true })) await store(base.stat.version); };

  return (
    <div className={css['data']}>
      <div className={css['dataBar']} role="group" aria-label={t.viewLabel}>
        {(['json', 'text', 'hex'] as const).map((name) => <Chip key={name} label={t.view[name]} count="" selected={view === name} disabled={dirty && view !== name} onPress={() => { setView(name); setDraft(null); }} />)}
        <span className={css['soft']}>{base.data === null ? t.noData : format.bytes(base.data.byteLength)} · {t.version(base.stat.version)}</span>
        {base.gzip ? <span className={css['tag']} title={t.gzip}>gzip</span> : null}
        <span className={css['grow']}><CopyButton text={cliLines.set(base.path, text, base.stat.version)} label={t.copyLine} /></span>
      </div>
      <textarea className={css['editor']} aria-label={t.editLabel(base.path)} value={text} spellCheck={false} readOnly={long || lossy} wrap={view === 'hex' ? 'off' : 'soft'} placeholder={t.noData} onChange={(event) => setDraft(event.target.value)} />
      {long ? <p className={css['soft']}>{t.tooBig(format.bytes(SHOWN))} <Button look="quiet" onPress={() => setWhole(true)}>{t.showAll}</Button></p> : null}
      {base.gzip ? <p className={css['soft']}>{t.gzip}</p> : null}
      {note ? <p className={css['warnLine']} role="status">{note}</p> : null}
      {error && error.code !== 'COORD_CHANGED' ? <ErrorCard error={error} {...(error.code === 'COORD_READ_ONLY' ? { actions: <Button onPress={() => void allowAndSave()}>{texts.cluster.allow}</Button> } : {})} /> : null}
      <div className={css['buttons']}>
        <Button look="primary" isDisabled={!dirty || bytes === null || save.busy} onPress={() => void store(base.stat.version)}>{t.save}</Button>
        <Button isDisabled={!dirty} onPress={revert}>{t.revert}</Button>
      </div>
      {conflict !== null ? <Conflict cluster={cluster} base={base} mine={text} view={view} found={conflict} busy={save.busy} onOverwrite={(version) => void store(version)} onTheirs={() => { revert(); onSaved(); }} onClose={save.clear} /> : null}
    </div>
  );
}

interface ConflictProps {
  readonly cluster: Cluster; readonly base: ZnodeDetail; readonly mine: string; readonly view: DataView; readonly found: number; readonly busy: boolean;
  readonly onOverwrite: (version: number) => void; readonly onTheirs: () => void; readonly onClose: () => void;
}

/** Both values side by side; saving goes over the version that is shown here, not over a later one. */
function Conflict({ cluster, base, mine, view, found, busy, onOverwrite, onTheirs, onClose }: ConflictProps) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const theirs = useQuery('znodes.read', { id: cluster.id, path: base.path }, found);
  const version = theirs.value?.stat.version ?? found;
  return (
    <Dialog wide title={t.conflictTitle} onClose={onClose} actions={<><Button onPress={onClose}>{t.goOn}</Button><Button onPress={onTheirs}>{t.keepTheirs}</Button><Button look="danger" isDisabled={!theirs.value || busy} onPress={() => onOverwrite(version)}>{t.overwrite}</Button></>}>
      <p>{t.conflictBody(base.path, base.stat.version, version)}</p>
      <div className={css['sides']}>
        <div><h3>{t.theirs} · {t.version(version)}</h3>{theirs.value ? <pre tabIndex={0} data-testid="theirs">{shownAs(theirs.value.data, view)}</pre> : theirs.error ? <ErrorCard error={theirs.error} /> : <Skeleton rows={3} />}</div>
        <div><h3>{t.mine}</h3><pre tabIndex={0} data-testid="mine">{mine}</pre></div>
      </div>
    </Dialog>
  );
}
