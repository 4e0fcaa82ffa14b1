// What happened to a cluster, told in sentences.
import type { Messages } from '../../../assets/locales/index.ts';
import type { ClusterEvent } from '../../../preload/contract/cluster.ts';
import type { Formats } from '../../app/formats.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Rich, State, useErrorText, type Tone } from '../../ui/show.tsx';
import css from './cluster.module.css';
import { ROLE_TONES, zxidText } from './words.ts';

const TONES: Record<ClusterEvent['kind'], Tone> = { role: 'info', election: 'info', synced: 'ok', expired: 'warn', snapshot: 'idle', quorumLost: 'bad', quorumBack: 'ok', warning: 'warn', failed: 'bad', connection: 'idle' };

function zxidOf(event: ClusterEvent): string {
  const zxid = event.params['zxid'];
  return typeof zxid === 'number' && zxid >= 0 ? zxidText(zxid) : '';
}

export function storyText(event: ClusterEvent, texts: Messages['screens'], format: Formats): string {
  const words = texts.cluster.elections.kind;
  const { params, member } = event;
  switch (event.kind) {
    case 'role': {
      if (event.role === null) return words.started(texts.cluster.own.state[String(params['state']) as keyof typeof texts.cluster.own.state] ?? '');
      const before = texts.cluster.role[String(params['before'] ?? '') as keyof typeof texts.cluster.role] ?? '';
      return words.role({ member, role: texts.cluster.role[event.role], before });
    }
    case 'election': return words.election({ member, params, zxid: zxidOf(event), at: format.time(event.at - Number(params['tookMs'] ?? 0)) });
    case 'synced': return words.synced({ member, by: String(params['by'] ?? '') });
    case 'expired': return words.expired({ session: String(params['session'] ?? ''), ephemerals: Number(params['ephemerals'] ?? 0) });
    case 'snapshot': return words.snapshot({ zxid: zxidOf(event), ms: Number(params['tookMs'] ?? 0), bytes: format.bytes(Number(params['bytes'] ?? 0)) });
    case 'quorumLost': return words.quorumLost(params);
    case 'quorumBack': return words.quorumBack(params);
    default: return words[event.kind];
  }
}

export function Story({ event, focused }: { readonly event: ClusterEvent; readonly focused?: boolean }) {
  const { texts, format } = usePreferences();
  const errorText = useErrorText();
  const said = event.error ? errorText(event.error) : null;
  const tone = event.kind === 'role' && event.role ? ROLE_TONES[event.role] : TONES[event.kind];
  return (
    <li className={css['story']} data-kind={event.kind} data-focused={focused || undefined} id={`story-${event.id}`}>
      <time dateTime={new Date(event.at).toISOString()} title={format.dateTime(event.at)}>{format.time(event.at)}</time>
      <State tone={tone} word="" />
      <span><Rich text={storyText(event, texts, format)} />{said ? <span className={css['soft']}> · {said.title} · {said.body}</span> : null}</span>
    </li>
  );
}
