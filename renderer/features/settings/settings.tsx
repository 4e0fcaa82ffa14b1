// Settings: each takes effect at once; what differs from the default says so.
import { useState, type ReactNode } from 'react';
import { DEFAULTS, usePreferences } from '../../app/preferences.tsx';
import { VaultDialog } from '../../app/vault-dialog.tsx';
import { useCall, useTopic } from '../../data/hooks.ts';
import { Button, Choice, Switch } from '../../ui/kit.tsx';
import { ErrorCard } from '../../ui/show.tsx';
import css from './settings.module.css';

/** No connect string. */
const NOWHERE = '-';

export function SettingsScreen() {
  const { texts, settings } = usePreferences();
  const status = useTopic('app.status', {}).value;
  const change = useCall('settings.change');
  const [unlocking, setUnlocking] = useState(false);
  const t = texts.settings;
  const clusters = useTopic('clusters.watch', {}).value ?? [];
  const lockedIn = settings.coordination?.connect ?? NOWHERE;
  const known = clusters.map((cluster) => [cluster.connectString, `${cluster.name} (${cluster.connectString})`] as const);
  const lockPlaces = [[NOWHERE, t.locksNone] as const, ...known, ...(lockedIn === NOWHERE || known.some(([connect]) => connect === lockedIn) ? [] : [[lockedIn, lockedIn] as const])];
  const choice = <K extends 'language' | 'theme' | 'density' | 'onClose'>(key: K, label: string, names: Record<(typeof settings)[K], string>): ReactNode => {
    const options = Object.entries(names) as [(typeof settings)[K], string][];
    return (
      <div className={css['row']}>
        <Choice label={label} value={settings[key]} options={options} onChange={(value) => void change.run({ [key]: value })} />
        {settings[key] === DEFAULTS[key] ? null : <p className={css['changed']}>{t.changedFrom(names[DEFAULTS[key] as (typeof settings)[K]])} · <Button look="quiet" onPress={() => void change.run({ [key]: DEFAULTS[key] })}>{texts.common.reset}</Button></p>}
      </div>
    );
  };
  return (
    <div className={css['page']}>
      {change.error ? <ErrorCard error={change.error} /> : null}
      <section className={css['section']}>
        <h2>{t.look}</h2>
        {choice('language', t.language, t.languages)}
        {choice('theme', t.theme, t.themes)}
        {choice('density', t.density, t.densities)}
      </section>
      <section className={css['section']}>
        <h2>{t.general}</h2>
        {status?.host === 'electron' ? choice('onClose', t.onClose, t.onCloseKinds) : null}
        <Switch selected={settings.showHidden} onChange={(showHidden) => void change.run({ showHidden })}>{t.showHidden}</Switch>
      </section>
      {status ? (
        <>
          <section className={css['section']}>
            <h2>{t.security}</h2>
            <dl className={css['facts']}><dt>{t.vault}</dt><dd>{texts.vault.kind[status.vault.kind]}{status.vault.kind === 'passphrase' ? ` (${status.vault.locked ? texts.vault.locked : texts.vault.unlocked})` : ''}</dd></dl>
            {status.vault.kind === 'passphrase' && status.vault.locked ? <div><Button onPress={() => setUnlocking(true)}>{t.lockVault}</Button></div> : null}
          </section>
          <section className={css['section']}>
            <h2>{t.locks}</h2>
            <Choice label={t.locksIn} hint={t.locksHint} value={lockedIn} options={lockPlaces} onChange={(connect) => void change.run({ coordination: connect === NOWHERE ? null : { connect } })} />
          </section>
          <section className={css['section']}>
            <h2>{t.about}</h2>
            <dl className={css['facts']}><dt>{t.version}</dt><dd>Sluice {status.version}</dd><dt>{t.runsIn}</dt><dd>{status.hostDetail}</dd><dt>{t.machine}</dt><dd>{status.machine} ({status.platform})</dd></dl>
          </section>
        </>
      ) : null}
      {unlocking ? <VaultDialog onClose={() => setUnlocking(false)} onOpen={() => setUnlocking(false)} /> : null}
    </div>
  );
}
