// The steps of a check, each with what was found or what to do; and the two questions about host keys.
import { useState } from 'react';
import { PROBE_STEPS, type Server } from '../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { useCall } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Field } from '../../ui/kit.tsx';
import { ErrorCard, State, type Tone } from '../../ui/show.tsx';
import type { Probe, Step } from './probe.ts';
import css from './servers.module.css';

const TONES: Record<Step['state'], Tone> = { running: 'info', ok: 'ok', warning: 'warn', failed: 'bad', skipped: 'idle' };

export function keyError(probe: Probe, code: 'SSH_HOST_KEY_UNKNOWN' | 'SSH_HOST_KEY_CHANGED'): ErrorInfo | null {
  const all = [...probe.steps.map((step) => step.error), probe.error];
  return all.find((error) => error?.code === code) ?? null;
}

export function ProbeSteps({ probe }: { readonly probe: Probe }) {
  const { texts, format } = usePreferences();
  const show = (key: string, value: string | number): string => (typeof value === 'number' ? (key === 'ms' || key === 'skewMs' ? `${format.number(value)} ms` : key === 'port' ? String(value) : format.number(value)) : value);
  return (
    <ol className={css['steps']} aria-label={texts.servers.stepsLabel} aria-busy={probe.busy}>
      {PROBE_STEPS.map((name) => {
        const step = probe.steps.find((candidate) => candidate.step === name);
        return (
          <li key={name} className={css['step']} data-step={name} data-state={step?.state ?? 'waiting'}>
            <b>{texts.servers.steps[name]}</b>
            <State tone={step ? TONES[step.state] : 'idle'} word={texts.servers.stepState[step?.state ?? 'waiting']} busy={step?.state === 'running'} />
            <div className={css['found']}>{Object.entries(step?.found ?? {}).map(([key, value]) => <div key={key}><span>{texts.servers.found[key] ?? key}</span> {key === 'sha256' ? <code>{value}</code> : show(key, value)}</div>)}</div>
            {step?.error && step.error.code !== 'SSH_HOST_KEY_CHANGED' ? <ErrorCard error={step.error} /> : null}
          </li>
        );
      })}
    </ol>
  );
}

/** A key never seen before: shown in full and asked about. */
export function UnknownKeyDialog({ server, error, onTrusted, onClose }: { readonly server: Server; readonly error: ErrorInfo; readonly onTrusted: () => void; readonly onClose: () => void }) {
  const texts = useTexts();
  const trust = useCall('servers.trust');
  const go = async (): Promise<void> => { if (await trust.run({ id: server.id, type: String(error.params['type']), sha256: String(error.params['sha256']), replace: false })) onTrusted(); };
  return (
    <Dialog title={texts.servers.hostKeyTitle} onClose={onClose} actions={<><Button onPress={onClose}>{texts.servers.distrust}</Button><Button look="primary" isDisabled={trust.busy} onPress={() => void go()}>{texts.servers.trust}</Button></>}>
      <p>{texts.servers.hostKeyBody(String(error.params['host']))}</p>
      <dl className={css['facts']}><dt>{texts.servers.keyType}</dt><dd><code>{error.params['type']}</code></dd></dl>
      <div><div className="sr-only">{texts.servers.fingerprint}</div><p className={css['key']} data-testid="fingerprint">{error.params['sha256']}</p></div>
      {trust.error ? <ErrorCard error={trust.error} /> : null}
    </Dialog>
  );
}

/** A key that differs from the trusted one: blocked, and replaced only by typing the host's name. */
export function ChangedKey({ server, error, onTrusted }: { readonly server: Server; readonly error: ErrorInfo; readonly onTrusted: () => void }) {
  const texts = useTexts();
  const [typed, setTyped] = useState('');
  const trust = useCall('servers.trust');
  const go = async (): Promise<void> => { if (await trust.run({ id: server.id, type: String(error.params['type']), sha256: String(error.params['sha256']), replace: true })) onTrusted(); };
  return (
    <section className={css['alarm']} role="alert" data-testid="changed-key">
      <h3>{texts.servers.changedTitle}</h3>
      <p>{texts.servers.changedBody(String(error.params['host']))}</p>
      <dl className={css['facts']}>
        <dt>{texts.servers.known}</dt><dd><code>{error.params['known'] ?? server.hostKeys.map((key) => key.sha256).join(', ')}</code></dd>
        <dt>{texts.servers.now}</dt><dd><code>{error.params['sha256']}</code></dd>
      </dl>
      <form className={css['alarmForm']} onSubmit={(event) => { event.preventDefault(); if (typed === server.host) void go(); }}>
        <Field label={texts.servers.changedType(server.host)} mono value={typed} onChange={setTyped} />
        <Button look="danger" type="submit" isDisabled={typed !== server.host || trust.busy}>{texts.servers.replace}</Button>
      </form>
      {trust.error ? <ErrorCard error={trust.error} /> : null}
    </section>
  );
}
