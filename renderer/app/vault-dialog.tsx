// Creates or unlocks the passphrase vault where the system has no keyring.
import { useState } from 'react';
import { useTexts } from './preferences.tsx';
import { useCall, useTopic } from '../data/hooks.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Button, Field } from '../ui/kit.tsx';
import { ErrorCard } from '../ui/show.tsx';

const SHORTEST = 8;

export function VaultDialog({ onClose, onOpen }: { readonly onClose: () => void; readonly onOpen: () => void }) {
  const texts = useTexts();
  const status = useTopic('app.status', {}).value;
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const create = useCall('vault.create');
  const unlock = useCall('vault.unlock');
  const creating = status?.vault.kind === 'none';
  const mismatch = creating && again !== '' && again !== passphrase;
  const complete = creating ? passphrase.length >= SHORTEST && again === passphrase : passphrase !== '';
  const error = create.error ?? unlock.error;
  const submit = async (): Promise<void> => { if (complete && (await (creating ? create : unlock).run({ passphrase }))) onOpen(); };
  return (
    <Dialog title={creating ? texts.vault.createTitle : texts.vault.unlockTitle} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.cancel}</Button><Button look="primary" isDisabled={!complete || create.busy || unlock.busy} onPress={() => void submit()}>{creating ? texts.vault.create : texts.vault.unlock}</Button></>}>
      <p>{creating ? texts.vault.createBody : texts.vault.unlockBody}</p>
      <form style={{ display: 'grid', gap: 12 }} onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label={texts.vault.passphrase} type="password" autoFocus value={passphrase} onChange={setPassphrase} {...(creating ? { hint: texts.vault.tooShort } : {})} />
        {creating ? <Field label={texts.vault.repeat} type="password" value={again} onChange={setAgain} error={mismatch ? texts.vault.mismatch : null} /> : null}
        <input type="submit" hidden />
      </form>
      {error ? <ErrorCard error={error} /> : null}
    </Dialog>
  );
}
