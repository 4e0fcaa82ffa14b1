// Servers: the list, and one of them with its check.
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Server } from '../../../preload/contract/domain.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { VaultDialog } from '../../app/vault-dialog.tsx';
import { useCall, useTopic } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button } from '../../ui/kit.tsx';
import { Empty, ErrorCard, Skeleton, State } from '../../ui/show.tsx';
import { ChangedKey, keyError, ProbeSteps, UnknownKeyDialog } from './probe-steps.tsx';
import { useProbe } from './probe.ts';
import { ServerForm } from './server-form.tsx';
import css from './servers.module.css';

/** A server that was just added is checked at once. */
let freshlyAdded: string | null = null;

export function ServersScreen({ id }: { readonly id: string | null }) {
  const texts = useTexts();
  const topic = useTopic('servers.watch', {});
  const servers = topic.value;
  const form = id === 'new' ? <ServerForm server={null} onClose={() => navigate('/servers', 'replace')} onDone={(server) => { freshlyAdded = server.id; navigate(`/servers/${server.id}`, 'replace'); }} /> : null;
  if (!servers) return topic.error ? <ErrorCard error={topic.error} /> : <Skeleton rows={5} />;
  if (servers.length === 0) return <>{form}<Empty title={texts.servers.empty} hint={texts.servers.emptyHint}><Button look="primary" onPress={() => navigate('/servers/new')}><Plus size={14} aria-hidden />{texts.servers.add}</Button></Empty></>;
  const server = servers.find((candidate) => candidate.id === id) ?? (id === null || id === 'new' ? servers[0] : undefined);
  return (
    <div className={css['page']}>
      <nav className={css['side']} aria-label={texts.servers.title}>
        <div className={css['sideHead']}><Button onPress={() => navigate('/servers/new')}><Plus size={14} aria-hidden />{texts.servers.add}</Button></div>
        {servers.map((item) => (
          <a key={item.id} className={css['entry']} href={`#/servers/${item.id}`} aria-current={item === server ? 'page' : undefined}>
            <span className={css['entryTop']}><b>{item.name}</b><ServerState server={item} /></span>
            <code>{item.user}@{item.host}{item.port === 22 ? '' : `:${item.port}`}</code>
          </a>
        ))}
      </nav>
      {server ? <ServerDetail key={server.id} server={server} /> : <Empty title={texts.servers.select} />}
      {form}
    </div>
  );
}

function ServerState({ server }: { readonly server: Server }) {
  const texts = useTexts();
  if (server.problem) return <State tone={server.problem.code === 'SSH_HOST_KEY_CHANGED' ? 'bad' : 'warn'} word={texts.servers.trouble} />;
  return server.probedAt === null ? <State tone="idle" word={texts.servers.unchecked} /> : <State tone="ok" word={texts.servers.reachable} />;
}

function ServerDetail({ server }: { readonly server: Server }) {
  const { texts, format } = usePreferences();
  const probe = useProbe();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const [asked, setAsked] = useState(true);
  const started = useRef(false);
  const { start } = probe;
  useEffect(() => {
    if (freshlyAdded !== server.id || started.current) return;
    started.current = true;
    freshlyAdded = null;
    start(server.id);
  }, [server.id, start]);
  const check = (): void => { setAsked(true); start(server.id); };
  const unknown = keyError(probe, 'SSH_HOST_KEY_UNKNOWN');
  const changed = keyError(probe, 'SSH_HOST_KEY_CHANGED') ?? (probe.steps.length === 0 && server.problem?.code === 'SSH_HOST_KEY_CHANGED' ? server.problem : null);
  const locked = [...probe.steps.map((step) => step.error), probe.error].find((error) => error?.code === 'VAULT_LOCKED');
  const touched = probe.busy || probe.steps.length > 0;
  return (
    <div className={css['detail']}>
      <div className={css['detailHead']}>
        <h2>{server.name}</h2>
        <Button look="primary" isDisabled={probe.busy} onPress={check}>{probe.busy ? texts.servers.checking : touched ? texts.servers.checkAgain : texts.servers.check}</Button>
        <Button onPress={() => setEditing(true)}>{texts.servers.edit}</Button>
        <Button look="danger" onPress={() => setRemoving(true)}>{texts.common.remove}</Button>
      </div>
      {changed ? <ChangedKey server={server} error={changed} onTrusted={check} /> : null}
      {!touched && server.problem && !changed ? <ErrorCard error={server.problem} onRetry={check} /> : null}
      {probe.error && !changed && !unknown ? <ErrorCard error={probe.error} onRetry={check} /> : null}
      {touched ? <ProbeSteps probe={probe} /> : null}
      <dl className={css['facts']}>
        <dt>{texts.servers.address}</dt><dd><code>{server.user}@{server.host}:{server.port}</code></dd>
        {server.alias ? <><dt>{texts.servers.alias}</dt><dd><code>{server.alias}</code></dd></> : null}
        <dt>{texts.servers.auth}</dt><dd>{texts.servers.authKinds[server.auth.kind]}{server.auth.kind === 'key' ? <> <code>{server.auth.path}</code></> : null}</dd>
        <dt>{texts.servers.transport}</dt><dd>{texts.servers.transports[server.transport]}</dd>
        <dt>{texts.servers.rsyncVersion}</dt><dd>{server.rsync ?? texts.common.unknown}</dd>
        <dt>{texts.servers.lastCheck}</dt><dd>{server.probedAt === null ? texts.common.never : format.dateTime(server.probedAt)}</dd>
        <dt>{texts.servers.keys}</dt><dd>{server.hostKeys.length === 0 ? texts.servers.noKeys : server.hostKeys.map((key) => <div key={key.sha256}><code>{key.type} {key.sha256}</code></div>)}</dd>
      </dl>
      {unknown && asked ? <UnknownKeyDialog server={server} error={unknown} onClose={() => setAsked(false)} onTrusted={check} /> : null}
      {locked ? <VaultDialog onClose={probe.clear} onOpen={check} /> : null}
      {editing ? <ServerForm server={server} onClose={() => setEditing(false)} onDone={() => { setEditing(false); check(); }} /> : null}
      {removing ? <RemoveServer server={server} onClose={() => setRemoving(false)} /> : null}
    </div>
  );
}

function RemoveServer({ server, onClose }: { readonly server: Server; readonly onClose: () => void }) {
  const texts = useTexts();
  const remove = useCall('servers.remove');
  const go = async (): Promise<void> => { if (await remove.run({ id: server.id })) { onClose(); navigate('/servers', 'replace'); } };
  return (
    <Dialog title={texts.servers.removeTitle(server.name)} onClose={onClose} actions={<><Button autoFocus onPress={onClose}>{texts.common.cancel}</Button><Button look="danger" isDisabled={remove.busy} onPress={() => void go()}>{texts.common.remove}</Button></>}>
      <p>{texts.servers.removeBody}</p>
      {remove.error ? <ErrorCard error={remove.error} /> : null}
    </Dialog>
  );
}
