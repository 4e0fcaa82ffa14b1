// The wizard of an ensemble: members with hosts and ports, what speaks against them, the files for each, and one of them run here.
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Cluster, EnsembleMember } from '../../../preload/contract/cluster.ts';
import { useTexts } from '../../app/preferences.tsx';
import { useCall, useQuery } from '../../data/hooks.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Button, Field, IconButton } from '../../ui/kit.tsx';
import { CopyButton, ErrorCard, State } from '../../ui/show.tsx';
import css from './cluster.module.css';

const member = (sid: number, host: string, offset = 0): EnsembleMember => ({ sid, host, clientPort: 2181 + offset, quorumPort: 2888 + offset * 10, electionPort: 3888 + offset * 10, role: 'participant' });
const LOCAL = [1, 2, 3].map((sid, index) => member(sid, '127.0.0.1', index));
const FIRST = [1, 2, 3].map((sid) => member(sid, `zk${sid}`));

export function EnsembleDialog({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: (cluster: Cluster) => void }) {
  const texts = useTexts();
  const t = texts.cluster.wizardDialog;
  const [members, setMembers] = useState<readonly EnsembleMember[]>(FIRST);
  const [dataDir, setDataDir] = useState('/var/lib/zookeeper');
  const [shown, setShown] = useState(1);
  const whole = members.every((one) => one.host.trim() !== '' && [one.clientPort, one.quorumPort, one.electionPort].every((port) => Number.isInteger(port) && port >= 1 && port <= 65_535));
  const plan = useQuery('clusters.plan', whole ? { members: [...members], dataDir } : null);
  const start = useCall('clusters.startMember');
  const add = useCall('clusters.add');
  const change = (index: number, part: Partial<EnsembleMember>): void => setMembers(members.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const name = members.map((one) => one.host)[0] ?? 'ensemble';
  const blocked = !whole || (plan.value?.problems ?? []).some((problem) => problem.what !== 'even' && problem.what !== 'loopback');
  const run = async (sid: number): Promise<void> => { const done = await start.run({ name: `${name} (${sid})`, members: [...members], myid: sid }); if (done) onDone(done); };
  const enlist = async (): Promise<void> => { const done = plan.value && (await add.run({ connectString: plan.value.connectString, name, auth: { kind: 'none' } })); if (done) onDone(done); };
  const error = start.error ?? add.error ?? plan.error;
  const files = (plan.value?.files ?? []).filter((file) => file.sid === shown);
  return (
    <Dialog wide title={t.title} onClose={onClose} actions={<><Button onPress={onClose}>{texts.common.close}</Button><Button isDisabled={blocked || start.busy} onPress={() => void run(shown)}>{t.startHere(shown)}</Button><Button look="primary" isDisabled={blocked || add.busy} onPress={() => void enlist()}>{t.addAsEnsemble}</Button></>}>
      <p>{t.intro}</p>
      <div className={css['members']} role="group" aria-label={t.members}>
        {members.map((one, index) => (
          <div key={one.sid} className={css['memberRow']}>
            <b>{t.number(one.sid)}</b>
            <Field label={t.host} mono value={one.host} onChange={(host) => change(index, { host: host.trim() })} />
            {(['clientPort', 'quorumPort', 'electionPort'] as const).map((part) => <Field key={part} label={t[part === 'clientPort' ? 'client' : part === 'quorumPort' ? 'quorum' : 'election']} mono inputMode="numeric" value={String(one[part] || '')} onChange={(text) => change(index, { [part]: Number(text.replace(/\D/g, '')) })} />)}
            <IconButton label={t.removeMember(one.sid)} isDisabled={members.length === 1} onPress={() => setMembers(members.filter((other) => other !== one))}><X size={14} aria-hidden /></IconButton>
          </div>
        ))}
        <div className={css['buttons']}>
          <Button isDisabled={members.length >= 9} onPress={() => { const sid = Math.max(...members.map((one) => one.sid)) + 1; setMembers([...members, member(sid, members.every((one) => one.host === '127.0.0.1') ? '127.0.0.1' : `zk${sid}`, members.every((one) => one.host === '127.0.0.1') ? sid - 1 : 0)]); }}><Plus size={14} aria-hidden />{t.addMember}</Button>
          <Button onPress={() => setMembers(LOCAL)}>{t.here}</Button>
        </div>
      </div>
      <Field label={t.dataDir} mono value={dataDir} onChange={setDataDir} />
      {(plan.value?.problems ?? []).map((problem) => <State key={problem.what + problem.sid} tone={problem.what === 'even' ? 'info' : 'warn'} word={t.problem[problem.what](problem.sid)} />)}
      <section className={css['band']}>
        <h3>{t.files}</h3>
        <p className={css['soft']}>{t.filesHint}</p>
        <div className={css['buttons']}>{members.map((one) => <Button key={one.sid} look={one.sid === shown ? 'primary' : 'plain'} aria-pressed={one.sid === shown} onPress={() => setShown(one.sid)}>{t.number(one.sid)}</Button>)}</div>
        {files.map((file) => <div key={file.name} className={css['file']}><div className={css['fileHead']}><code>{file.name}</code><CopyButton text={file.text} label={t.copyFile} /></div><pre tabIndex={0}>{file.text}</pre></div>)}
      </section>
      {error ? <ErrorCard error={error} /> : null}
    </Dialog>
  );
}
