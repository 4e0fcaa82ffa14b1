// Four-letter words asked of one server, with its answer as it came; and the backups of a node of ours.
import { useState } from 'react';
import { FOUR_LETTER_WORDS, type Cluster } from '../../../preload/contract/cluster.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { useCall, useQuery, useTopic } from '../../data/hooks.ts';
import { Button, Choice } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { CopyButton, Empty, ErrorCard, Path, Skeleton } from '../../ui/show.tsx';
import ui from '../../ui/ui.module.css';
import css from './cluster.module.css';
import { isOn, zxidText } from './words.ts';

type Word = (typeof FOUR_LETTER_WORDS)[number];

export function ConsoleTab({ cluster }: { readonly cluster: Cluster }) {
  const texts = useTexts();
  if (!isOn(cluster)) return <><Empty title={texts.cluster.banner.off} hint={texts.cluster.banner.offText} />{cluster.own ? <div className={css['page']}><Backups cluster={cluster} /></div> : null}</>;
  return <div className={css['page']}><Words cluster={cluster} /><Backups cluster={cluster} /></div>;
}

function Words({ cluster }: { readonly cluster: Cluster }) {
  const texts = useTexts();
  const t = texts.cluster.console;
  const members = (useTopic('clusters.health', { id: cluster.id }).value?.members ?? []).map((member) => [`${member.host}:${member.port}`, member.name.includes(':') ? member.name : `${member.name} · ${member.host}:${member.port}`] as const);
  const [chosen, setChosen] = useState<string | null>(null);
  const [word, setWord] = useState<Word>('srvr');
  const [answer, setAnswer] = useState<{ readonly text: string; readonly of: string } | null>(null);
  const ask = useCall('clusters.word');
  const member = chosen ?? members[0]?.[0] ?? '';
  const go = async (): Promise<void> => {
    const said = await ask.run({ id: cluster.id, member, word });
    setAnswer(said ? { text: said.text, of: `${word} · ${member}` } : null);
  };
  return (
    <section className={css['band']} aria-labelledby="words">
      <h2 id="words">{t.title}</h2>
      <form className={css['ask']} onSubmit={(event) => { event.preventDefault(); void go(); }}>
        <Choice label={t.member} value={member} options={members} onChange={setChosen} />
        <Choice label={t.word} value={word} options={FOUR_LETTER_WORDS.map((key) => [key, `${key} – ${t.words[key]}`] as const)} onChange={setWord} />
        <Button look="primary" type="submit" isDisabled={member === '' || ask.busy}>{t.ask}</Button>
      </form>
      {ask.error ? <ErrorCard error={ask.error} /> : answer ? (
        <div className={css['file']}><div className={css['fileHead']}><span>{answer.of}</span><CopyButton text={answer.text} label={t.copy} /></div><pre tabIndex={0} aria-label={t.answer} data-testid="answer">{answer.text || t.empty}</pre></div>
      ) : <p className={css['soft']}>{t.none}</p>}
    </section>
  );
}

function Backups({ cluster }: { readonly cluster: Cluster }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.console;
  const list = useQuery('clusters.backups', cluster.own ? { id: cluster.id } : null);
  const make = useCall('clusters.backup');
  const go = async (): Promise<void> => { if (await make.run({ id: cluster.id })) { list.again(); announce(t.done); } };
  return (
    <section className={css['band']} aria-labelledby="backups">
      <div className={css['bandHead']}><h2 id="backups">{t.backups}</h2>{cluster.own ? <Button isDisabled={make.busy || !isOn(cluster)} onPress={() => void go()}>{t.backup}</Button> : null}</div>
      <p className={css['soft']}>{cluster.own ? t.backupsHint : t.onlyOwn}</p>
      {make.error ? <ErrorCard error={make.error} /> : list.error ? <ErrorCard error={list.error} onRetry={list.again} /> : null}
      {cluster.own && !list.value && !list.error ? <Skeleton rows={1} /> : null}
      {list.value && list.value.length === 0 ? <p className={css['calm']}>{t.noBackups}</p> : null}
      {list.value && list.value.length > 0 ? (
        <div className={css['panel']}>
          <table className={ui['table']}>
            <thead><tr><th>{t.columns.when}</th><th>{t.columns.zxid}</th><th className={ui['num']}>{t.columns.size}</th><th>{t.columns.file}</th></tr></thead>
            <tbody>{list.value.map((backup) => <tr key={backup.id}><td>{format.stamp(backup.at)}</td><td><code>{zxidText(backup.zxid)}</code></td><td className={ui['num']}>{format.bytes(backup.bytes)}</td><td className={css['fileCell']}><Path path={backup.file} /></td></tr>)}</tbody>
          </table>
        </div>
      ) : null}
    </section>
  );
}
