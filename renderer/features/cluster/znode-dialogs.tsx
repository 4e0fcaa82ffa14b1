// What is asked before a znode is made, deleted, exported or imported.
import { useEffect, useId, useRef, useState } from 'react';
import type { Cluster, DeletePlan, ZnodeMark } from '../../../preload/contract/cluster.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { useBackend, useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Checkbox, Field, Radios, Switch } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { CopyButton, ErrorCard, Rich, Skeleton } from '../../ui/show.tsx';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import css from './cluster.module.css';
import { childPath, cliLines, nameOfPath } from './words.ts';

export type ZnodeAsk =
  | { readonly kind: 'create' | 'deleteTree' | 'export' | 'import'; readonly path: string }
  | { readonly kind: 'delete'; readonly path: string; readonly version: number };

/** Bytes of one part of an upload: a frame towards the app holds no more than 1 MiB. */
const PART = 512 * 1024;

interface DialogsProps {
  readonly cluster: Cluster; readonly ask: ZnodeAsk; readonly onClose: () => void; readonly onDeleted: () => void; readonly onCreated: (path: string) => void;
}

export function ZnodeDialogs({ cluster, ask, onClose, onDeleted, onCreated }: DialogsProps) {
  if (ask.kind === 'create') return <CreateDialog cluster={cluster} parent={ask.path} onClose={onClose} onCreated={(path) => { onClose(); onCreated(path); }} />;
  if (ask.kind === 'delete') return <DeleteDialog cluster={cluster} path={ask.path} version={ask.version} onClose={onClose} onDeleted={() => { onClose(); onDeleted(); }} />;
  if (ask.kind === 'deleteTree') return <DeleteTreeDialog cluster={cluster} path={ask.path} onClose={onClose} onDeleted={() => { onClose(); onDeleted(); }} />;
  if (ask.kind === 'export') return <ExportDialog cluster={cluster} path={ask.path} onClose={onClose} />;
  return <ImportDialog cluster={cluster} path={ask.path} onClose={onClose} />;
}

/** An error, and for one that only the switch stands against, the switch. */
function Refused({ cluster, error }: { readonly cluster: Cluster; readonly error: ErrorInfo | null }) {
  const { texts } = usePreferences();
  const allow = useCall('clusters.allowChanges');
  if (!error) return null;
  if (error.code !== 'COORD_READ_ONLY') return <ErrorCard error={error} />;
  return cluster.allowChanges ? null : <ErrorCard error={error} actions={<Button onPress={() => void allow.run({ id: cluster.id, allow: true })}>{texts.cluster.allow}</Button>} />;
}

function CreateDialog({ cluster, parent, onClose, onCreated }: { readonly cluster: Cluster; readonly parent: string; readonly onClose: () => void; readonly onCreated: (path: string) => void }) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const [name, setName] = useState('');
  const [kind, setKind] = useState<ZnodeMark>('persistent');
  const [sequential, setSequential] = useState(false);
  const [ttl, setTtl] = useState('60');
  const [data, setData] = useState('');
  const create = useCall('znodes.create');
  const bad = name.includes('/') || name === '.' || name === '..';
  const complete = !bad && (name !== '' || sequential) && (kind !== 'ttl' || Number(ttl) > 0);
  const go = async (): Promise<void> => {
    if (!complete) return;
    const made = await create.run({ id: cluster.id, path: name === '' ? childPath(parent, '-') : childPath(parent, name), data: new TextEncoder().encode(data), kind, sequential: sequential && kind !== 'container', ttlMs: kind === 'ttl' ? Math.round(Number(ttl) * 1000) : null });
    if (made) onCreated(made.path);
  };
  return (
    <Dialog title={t.createTitle(parent)} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={!complete || create.busy} onPress={() => void go()}>{t.createAct}</Button></>}>
      <form className={css['form']} onSubmit={(event) => { event.preventDefault(); void go(); }}>
        <Field label={t.name} autoFocus mono value={name} onChange={setName} error={bad ? t.nameBad : null} />
        <Radios label={t.kind} value={kind} options={(['persistent', 'ephemeral', 'container', 'ttl'] as const).map((one) => [one, `${t.mark[one]} – ${t.markHint[one]}`] as const)} onChange={setKind} />
        {kind === 'container' ? null : <Switch selected={sequential} onChange={setSequential}>{t.sequentialSwitch}</Switch>}
        {kind === 'ttl' ? <Field label={t.ttl} inputMode="numeric" value={ttl} onChange={setTtl} /> : null}
        <Field label={t.data} lines={4} value={data} onChange={setData} />
        <input type="submit" hidden />
      </form>
      <Refused cluster={cluster} error={create.error} />
    </Dialog>
  );
}

function DeleteDialog({ cluster, path, version, onClose, onDeleted }: { readonly cluster: Cluster; readonly path: string; readonly version: number; readonly onClose: () => void; readonly onDeleted: () => void }) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const remove = useCall('znodes.delete');
  const go = async (): Promise<void> => { if (await remove.run({ id: cluster.id, path, version })) { announce(t.deleted(1)); onDeleted(); } };
  return (
    <Dialog title={t.deleteTitle(nameOfPath(path))} onClose={onClose} actions={<><CopyButton text={cliLines.delete(path, version)} label={t.copyLine} /><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={remove.busy} onPress={() => void go()}>{texts.common.remove}</Button></>}>
      <p className="mono">{path}</p>
      <p>{t.deleteBody(version)}</p>
      <Refused cluster={cluster} error={remove.error} />
    </Dialog>
  );
}

function DeleteTreeDialog({ cluster, path, onClose, onDeleted }: { readonly cluster: Cluster; readonly path: string; readonly onClose: () => void; readonly onDeleted: () => void }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.znodes;
  const plan = useQuery('znodes.deletePlan', { id: cluster.id, path });
  const remove = useCall('znodes.deleteTree');
  const changed = remove.error?.code === 'COORD_CHANGED';
  const go = async (listed: DeletePlan): Promise<void> => {
    const done = await remove.run({ id: cluster.id, path, token: listed.token });
    if (!done) return;
    announce(t.deleted(done.deleted));
    onDeleted();
  };
  // what was refused as changed is listed anew, so that the token is of what is seen
  const again = plan.again;
  useEffect(() => { if (changed) again(); }, [changed, again, remove.error]);
  const listed = plan.value;
  return (
    <Dialog wide title={t.deleteTreeTitle(nameOfPath(path))} onClose={onClose} actions={<><CopyButton text={cliLines.deleteAll(path)} label={t.copyLine} /><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={!listed || remove.busy} onPress={() => { if (listed) void go(listed); }}>{t.deleteTreeAct(listed?.count ?? 0)}</Button></>}>
      {plan.error ? <ErrorCard error={plan.error} onRetry={plan.again} /> : null}
      {!listed && !plan.error ? <div><p className={css['soft']}>{t.listing}</p><Skeleton rows={4} /></div> : null}
      {listed ? (
        <>
          <p data-testid="delete-count"><Rich text={t.deleteTreeBody(listed.count, listed.ephemerals, format.bytes(listed.bytes))} /></p>
          <pre className={css['goes']} tabIndex={0} aria-label={t.deleteTreeTitle(path)} data-testid="delete-list">{listed.paths.join('\n')}{listed.count > listed.paths.length ? `\n${t.deleteTreeMore(listed.count - listed.paths.length)}` : ''}</pre>
        </>
      ) : null}
      {changed ? <p className={css['warnLine']} role="alert">{t.deleteTreeChanged}</p> : <Refused cluster={cluster} error={remove.error} />}
    </Dialog>
  );
}

function ExportDialog({ cluster, path, onClose }: { readonly cluster: Cluster; readonly path: string; readonly onClose: () => void }) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const exported = useQuery('znodes.export', { id: cluster.id, path });
  const link = useRef<HTMLAnchorElement>(null);
  const { value } = exported;
  const name = `${path === '/' ? 'root' : nameOfPath(path)}.znodes.json`;
  const store = (): void => {
    if (!value || !link.current) return;
    const url = URL.createObjectURL(new Blob([Uint8Array.from(value.data)], { type: 'application/json' }));
    link.current.href = url;
    link.current.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  };
  return (
    <Dialog title={`${t.export.replace('…', '')} ${path}`} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.close}</Button><Button look="primary" isDisabled={!value} onPress={store}>{texts.common.save}</Button></>}>
      {exported.error ? <ErrorCard error={exported.error} onRetry={exported.again} /> : value ? <p>{t.exported(value.count)}</p> : <Skeleton rows={2} />}
      <p><a ref={link} className="mono" download={name}>{name}</a></p>
    </Dialog>
  );
}

function ImportDialog({ cluster, path, onClose }: { readonly cluster: Cluster; readonly path: string; readonly onClose: () => void }) {
  const { texts } = usePreferences();
  const t = texts.cluster.znodes;
  const backend = useBackend();
  const id = useId();
  const [file, setFile] = useState<File | null>(null);
  const [overwrite, setOverwrite] = useState(false);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState<string | null>(null);
  const [error, setError] = useState<ErrorInfo | null>(null);
  const go = async (): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setError(null);
    try {
      const api = await backend.ready();
      const bytes = new Uint8Array(await file.arrayBuffer());
      const upload = crypto.randomUUID();
      for (let at = 0; ; at += PART) {
        const last = at + PART >= bytes.byteLength;
        const { created, updated, skipped } = await api['znodes.import']({ id: cluster.id, path, upload, data: bytes.slice(at, at + PART), last, overwrite });
        if (!last) continue;
        setDone(t.imported(created, updated, skipped));
        break;
      }
    } catch (thrown) {
      setError(toErrorInfo(thrown));
    }
    setBusy(false);
  };
  return (
    <Dialog title={t.importTitle(path)} onClose={onClose} actions={done === null ? <><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={!file || busy} onPress={() => void go()}>{t.importAct}</Button></> : <Button key="done" look="primary" autoFocus onPress={onClose}>{texts.common.close}</Button>}>
      <label htmlFor={id}>{t.importChoose}</label>
      <input id={id} type="file" accept=".json,application/json" onChange={(event) => { setFile(event.target.files?.[0] ?? null); setDone(null); }} />
      <p className={css['soft']}>{t.importHint}</p>
      <Checkbox selected={overwrite} onChange={setOverwrite}>{t.importOverwrite}</Checkbox>
      {done === null ? null : <p role="status">{done}</p>}
      <Refused cluster={cluster} error={error} />
    </Dialog>
  );
}
