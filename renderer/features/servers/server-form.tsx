// The form of a server, new or changed; a locked or missing vault is opened on the way.
import { useState } from 'react';
import type { z } from 'zod';
import type { Server, ServerAuth, ServerTransport } from '../../../preload/contract/domain.ts';
import { useTexts } from '../../app/preferences.tsx';
import { VaultDialog } from '../../app/vault-dialog.tsx';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Choice, Field } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import css from './servers.module.css';

type AuthKind = ServerAuth['kind'];

export function ServerForm({ server, onClose, onDone }: { readonly server: Server | null; readonly onClose: () => void; readonly onDone: (server: Server) => void }) {
  const texts = useTexts();
  const [target, setTarget] = useState('');
  const [name, setName] = useState(server?.name ?? '');
  const [kind, setKind] = useState<AuthKind>(server?.auth.kind ?? 'auto');
  const [keyPath, setKeyPath] = useState(server?.auth.kind === 'key' ? server.auth.path : '');
  const [secret, setSecret] = useState('');
  const [transport, setTransport] = useState<z.output<typeof ServerTransport>>(server?.transport ?? 'ssh2');
  const aliases = useQuery('servers.aliases', server ? null : {});
  const add = useCall('servers.add');
  const change = useCall('servers.change');
  const error = add.error ?? change.error;
  const locked = error?.code === 'VAULT_LOCKED';
  const auth: ServerAuth = kind === 'key' ? { kind, path: keyPath.trim() } : { kind };
  const complete = (server !== null || target.trim() !== '') && (kind !== 'key' || keyPath.trim() !== '') && (kind !== 'password' || secret !== '' || server?.auth.kind === 'password');

  const submit = async (): Promise<void> => {
    if (!complete) return;
    const withSecret = secret !== '' && (kind === 'key' || kind === 'password') ? { secret } : {};
    const done = server
      ? await change.run({ id: server.id, ...(name.trim() ? { name: name.trim() } : {}), auth, transport, ...withSecret })
      : await add.run({ target: target.trim(), ...(name.trim() ? { name: name.trim() } : {}), auth, transport, ...withSecret });
    if (done) onDone(done);
  };

  return (
    <Dialog title={server ? texts.servers.editTitle(server.name) : texts.servers.addTitle} onClose={onClose}
      actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={!complete || add.busy || change.busy} onPress={() => void submit()}>{server ? texts.common.save : texts.servers.addAndCheck}</Button></>}>
      <form className={css['form']} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        {server ? null : (
          <div className={css['form']}>
            <Field label={texts.servers.target} hint={texts.servers.targetHint} mono autoFocus value={target} onChange={setTarget} />
            {aliases.value && aliases.value.length > 0 ? <div className={css['aliases']}><span>{texts.servers.aliases}</span>{aliases.value.slice(0, 8).map((alias) => <Button key={alias.alias} look="quiet" onPress={() => setTarget(alias.alias)}>{alias.alias}</Button>)}</div> : null}
          </div>
        )}
        <Field label={texts.servers.name} value={name} onChange={setName} />
        <Choice label={texts.servers.auth} value={kind} options={(['auto', 'agent', 'key', 'password'] as const).map((key) => [key, texts.servers.authKinds[key]] as const)} onChange={setKind} />
        {kind === 'key' ? <Field label={texts.servers.keyPath} hint={texts.servers.keyHint} mono value={keyPath} onChange={setKeyPath} /> : null}
        {kind === 'key' || kind === 'password' ? <Field label={kind === 'key' ? texts.servers.passphrase : texts.servers.password} type="password" hint={server?.auth.kind === kind ? texts.servers.sameSecret : texts.servers.secretHint} value={secret} onChange={setSecret} /> : null}
        <Choice label={texts.servers.transport} value={transport} options={(['ssh2', 'openssh'] as const).map((key) => [key, texts.servers.transports[key]] as const)} onChange={setTransport} />
        <input type="submit" hidden />
      </form>
      {error && !locked ? <ErrorCard error={error} /> : null}
      {locked ? <VaultDialog onClose={() => { add.clear(); change.clear(); }} onOpen={() => void submit()} /> : null}
    </Dialog>
  );
}
