// A foreign ensemble by its connect string, with what it asks to log in; a locked or missing vault is opened on the way.
import { useState } from 'react';
import type { Cluster, ClusterAuth } from '../../../preload/contract/cluster.ts';
import { useTexts } from '../../app/preferences.tsx';
import { VaultDialog } from '../../app/vault-dialog.tsx';
import { useCall } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Choice, Field, Switch } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import css from './cluster.module.css';

export function AddDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: (cluster: Cluster) => void }) {
  const texts = useTexts();
  const t = texts.cluster.addDialog;
  const add = useCall('clusters.add');
  const [connectString, setConnectString] = useState('');
  const [name, setName] = useState('');
  const [kind, setKind] = useState<ClusterAuth['kind']>('none');
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [tls, setTls] = useState(false);
  const [verify, setVerify] = useState(true);
  const [pem, setPem] = useState({ ca: '', cert: '', key: '' });
  const complete = connectString.trim() !== '' && (kind === 'none' || user.trim() !== '');
  const locked = add.error?.code === 'VAULT_LOCKED';
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text);

  const submit = async (): Promise<void> => {
    if (!complete) return;
    const auth: ClusterAuth = kind === 'none' ? { kind } : { kind, user: user.trim() };
    const done = await add.run({
      connectString: connectString.trim(), auth, tls: tls ? { ca: orNull(pem.ca), cert: orNull(pem.cert), verify } : null,
      ...(name.trim() ? { name: name.trim() } : {}), ...(kind !== 'none' && secret !== '' ? { secret } : {}), ...(tls && pem.key.trim() !== '' ? { key: pem.key } : {}),
    });
    if (done) onDone(done);
  };

  return (
    <Dialog title={t.title} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={!complete || add.busy} onPress={() => void submit()}>{t.act}</Button></>}>
      <form className={css['form']} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label={t.connectString} hint={t.connectHint} mono autoFocus value={connectString} onChange={setConnectString} />
        <Field label={t.name} value={name} onChange={setName} />
        <Choice label={t.auth} value={kind} options={(['none', 'digest', 'sasl'] as const).map((key) => [key, t.authKinds[key]] as const)} onChange={setKind} />
        {kind === 'none' ? null : <div className={css['pair']}><Field label={t.user} value={user} onChange={setUser} /><Field label={t.password} type="password" hint={t.secretHint} value={secret} onChange={setSecret} /></div>}
        <Switch selected={tls} onChange={setTls}>{t.tls}</Switch>
        {tls ? (
          <>
            <Switch selected={verify} onChange={setVerify}>{t.verify}</Switch>
            {(['ca', 'cert', 'key'] as const).map((part) => <Field key={part} label={t[part]} lines={3} mono value={pem[part]} onChange={(text) => setPem({ ...pem, [part]: text })} {...(part === 'key' ? { hint: t.secretHint } : {})} />)}
          </>
        ) : null}
        <p className={css['soft']}>{t.note}</p>
        <input type="submit" hidden />
      </form>
      {add.error && !locked ? <ErrorCard error={add.error} /> : null}
      {locked ? <VaultDialog onClose={add.clear} onOpen={() => void submit()} /> : null}
    </Dialog>
  );
}
