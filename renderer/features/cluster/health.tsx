// How the members are: the quorum in a sentence, and a card for each member with its figures and where they come from.
import type { Cluster, Member } from '../../../preload/contract/cluster.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { useTopic } from '../../data/hooks.ts';
import { CopyButton, Empty, ErrorCard, Skeleton, State, useErrorText } from '../../ui/show.tsx';
import css from './cluster.module.css';
import { epochOf, isOn, quorumTitle, quorumTone, ROLE_TONES, zxidText } from './words.ts';

const DAY_MS = 86_400_000;

export function HealthTab({ cluster }: { readonly cluster: Cluster }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster;
  const topic = useTopic('clusters.health', { id: cluster.id });
  if (!isOn(cluster)) return <Empty title={t.banner.off} hint={t.banner.offText} />;
  const health = topic.value;
  if (!health) return topic.error ? <div className={css['page']}><ErrorCard error={topic.error} /></div> : <div className={css['page']}><p className={css['soft']}>{t.health.waiting}</p><Skeleton rows={4} /></div>;
  const { quorum } = health;
  return (
    <div className={css['page']}>
      <div className={css['quorum']} data-state={quorum.state} role="status">
        <State tone={quorumTone(quorum)} word={quorumTitle(quorum, texts)} />
        {quorum.of > 1 ? (
          <span className={css['seats']} role="img" aria-label={`${quorum.up} / ${quorum.of}`}>{Array.from({ length: quorum.of }, (_, index) => <i key={index} data-up={index < quorum.up || undefined} data-needed={index < Math.floor(quorum.of / 2) + 1 || undefined} />)}</span>
        ) : null}
        <span className={css['soft']}>{t.health.asOf(format.time(health.at))}</span>
      </div>
      <div className={css['cards']}>{health.members.map((member) => <MemberCard key={`${member.host}:${member.port}`} member={member} many={health.members.length > 1} />)}</div>
    </div>
  );
}

function MemberCard({ member, many }: { readonly member: Member; readonly many: boolean }) {
  const { texts, format } = usePreferences();
  const t = texts.cluster.health;
  const errorText = useErrorText();
  const said = member.error ? errorText(member.error) : null;
  const ms = (value: number): string => format.number(Math.round(value * 10) / 10);
  const facts: readonly (readonly [string, string | null, string?])[] = [
    [t.epoch, member.zxid === null ? null : format.number(epochOf(member.zxid))],
    [t.zxid, member.zxid === null ? null : zxidText(member.zxid)],
    ...(many ? [[t.lag, member.lag === null ? null : t.lagValue(member.lag)] as const] : []),
    [t.outstanding, number(member.outstanding)],
    [t.latency, member.latency ? t.latencyValue(ms(member.latency.min), ms(member.latency.avg), ms(member.latency.max)) : null, t.latencyHint],
    [t.connections, number(member.connections)], [t.watches, number(member.watches)], [t.znodes, number(member.znodes)], [t.ephemerals, number(member.ephemerals)],
    [t.data, member.dataBytes === null ? null : format.bytes(member.dataBytes)],
    [t.fsync, member.fsyncMs ? t.fsyncValue(ms(member.fsyncMs.avg), ms(member.fsyncMs.max)) : null],
    [t.disk, member.disk ? t.diskValue(format.bytes(member.disk.free), format.bytes(member.disk.used)) : null],
    [t.uptime, member.uptimeMs === null ? null : member.uptimeMs > 2 * DAY_MS ? t.days(Math.floor(member.uptimeMs / DAY_MS)) : format.duration(member.uptimeMs)],
  ];
  function number(value: number | null): string | null {
    return value === null ? null : format.number(value);
  }
  return (
    <section className={css['card']} aria-label={member.name} data-role={member.role} data-member={member.name}>
      <header className={css['cardHead']}>
        <h3>{member.name}</h3>
        <State tone={ROLE_TONES[member.role]} word={texts.cluster.role[member.role]} />
        <span className={css['soft']}>{many ? (member.voter ? t.voter : t.nonVoter) : ''}</span>
      </header>
      <code className={css['clip']}>{member.host}:{member.port}</code>
      {said ? <div className={css['cardError']}><p>{said.title}</p><p>{said.body}</p></div> : (
        <dl className={css['figures']}>{facts.filter(([, value]) => value !== null).map(([name, value, hint]) => <div key={name} title={hint}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      )}
      <footer className={css['cardFoot']}>{member.version ? `${t.version} ${member.version}` : ''} {t.source[member.source]}</footer>
      {member.whitelist ? <WhitelistNote text={t.whitelist} line={member.whitelist} /> : null}
    </section>
  );
}

/** Why a server says little, and the line that would change it. */
export function WhitelistNote({ text, line }: { readonly text: string; readonly line: string }) {
  const texts = useTexts();
  return <div className={css['whitelist']}><p>{text}</p><div className={css['copyLine']}><code>{line}</code><CopyButton text={line} label={texts.common.copy} /></div></div>;
}
