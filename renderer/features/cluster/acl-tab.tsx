// Who may do what with a znode, in words first; changed entry by entry, saved over the ACL version that was seen.
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { Messages } from '../../../assets/locales/index.ts';
import type { Cluster, ZnodeAcl, ZnodeDetail } from '../../../preload/contract/cluster.ts';
import { usePreferences, useTexts } from '../../app/preferences.tsx';
import { useCall } from '../../data/hooks.ts';
import { Button, Checkbox, Choice, Field, IconButton } from '../../ui/kit.tsx';
import { announce } from '../../ui/live.ts';
import { CopyButton, ErrorCard, Rich } from '../../ui/show.tsx';
import css from './cluster.module.css';
import { aclText, cliLines } from './words.ts';

const PERMS = [['read', 1], ['write', 2], ['create', 4], ['delete', 8], ['admin', 16]] as const;
const SCHEMES = ['world', 'auth', 'digest', 'ip', 'x509', 'sasl', 'super'] as const;

/** "**Anyone** may read and write" */
export function aclSentence(entry: ZnodeAcl, texts: Messages['screens'], locale: string): string {
  const t = texts.cluster.znodes.acl;
  const { scheme, id, perms } = entry;
  const who = scheme === 'world' ? t.who.world : scheme === 'auth' ? t.who.auth : scheme === 'super' ? t.who.super
    : scheme === 'digest' ? t.who.digest(id.split(':')[0] ?? id) : scheme === 'ip' ? t.who.ip(id) : scheme === 'x509' ? t.who.x509(id) : scheme === 'sasl' ? t.who.sasl(id) : t.who.other(scheme, id);
  const parts = PERMS.filter(([, bit]) => (perms & bit) !== 0).map(([name]) => t.perm[name]);
  const what = parts.length === PERMS.length ? t.all : parts.length === 0 ? t.nothing : new Intl.ListFormat(locale, { type: 'conjunction' }).format(parts);
  return t.sentence(who, what);
}

export function AclTab({ cluster, detail, onSaved }: { readonly cluster: Cluster; readonly detail: ZnodeDetail; readonly onSaved: () => void }) {
  const { texts, locale } = usePreferences();
  const t = texts.cluster.znodes.acl;
  const [draft, setDraft] = useState<readonly ZnodeAcl[] | null>(null);
  const save = useCall('znodes.setAcl');
  const { acl } = detail;
  if (acl === null) return <p className={css['calm']}>{t.hidden}</p>;
  const store = async (): Promise<void> => {
    if (!draft || !(await save.run({ id: cluster.id, path: detail.path, acl: [...draft], aversion: detail.stat.aversion }))) return;
    setDraft(null);
    announce(t.saved);
    onSaved();
  };
  const shown = draft ?? acl;
  return (
    <div className={css['acl']}>
      <ul className={css['panel']}>{shown.map((entry, index) => <li key={index} className={css['aclLine']}><Rich text={aclSentence(entry, texts, locale)} /></li>)}</ul>
      <div className={css['copyLine']}><span className={css['soft']}>{t.raw}</span><code>{aclText(shown)}</code><CopyButton text={cliLines.setAcl(detail.path, shown, detail.stat.aversion)} label={texts.cluster.znodes.copyLine} /></div>
      {draft ? (
        <>
          {draft.map((entry, index) => <AclEntry key={index} entry={entry} onChange={(next) => setDraft(draft.map((old, at) => (at === index ? next : old)))} onRemove={draft.length > 1 ? () => setDraft(draft.filter((_, at) => at !== index)) : null} />)}
          {draft.every((entry) => (entry.perms & 16) === 0) ? <p className={css['warnLine']}>{t.danger}</p> : null}
          {save.error ? <ErrorCard error={save.error} /> : null}
          <div className={css['buttons']}><Button onPress={() => setDraft([...draft, { scheme: 'world', id: 'anyone', perms: 1 }])}><Plus size={14} aria-hidden />{t.add}</Button><Button look="primary" isDisabled={save.busy} onPress={() => void store()}>{texts.common.save}</Button><Button onPress={() => { setDraft(null); save.clear(); }}>{texts.common.cancel}</Button></div>
        </>
      ) : <div><Button onPress={() => setDraft(acl)}>{t.edit}</Button></div>}
    </div>
  );
}

function AclEntry({ entry, onChange, onRemove }: { readonly entry: ZnodeAcl; readonly onChange: (entry: ZnodeAcl) => void; readonly onRemove: (() => void) | null }) {
  const texts = useTexts();
  const t = texts.cluster.znodes.acl;
  const schemes = SCHEMES.some((scheme) => scheme === entry.scheme) ? SCHEMES : [...SCHEMES, entry.scheme];
  const fixed = entry.scheme === 'world' || entry.scheme === 'auth';
  const choose = (scheme: string): void => onChange({ ...entry, scheme, id: scheme === 'world' ? 'anyone' : scheme === 'auth' ? '' : fixed ? '' : entry.id });
  return (
    <div className={css['aclEntry']}>
      <Choice label={t.scheme} value={entry.scheme} options={schemes.map((scheme) => [scheme, scheme] as const)} onChange={choose} />
      <Field label={t.id} mono isDisabled={fixed} value={entry.id} onChange={(id) => onChange({ ...entry, id })} />
      <fieldset><legend className={css['soft']}>{t.perms}</legend><div className={css['perms']}>{PERMS.map(([name, bit]) => <Checkbox key={name} selected={(entry.perms & bit) !== 0} onChange={(on) => onChange({ ...entry, perms: on ? entry.perms | bit : entry.perms & ~bit })}>{t.perm[name]}</Checkbox>)}</div></fieldset>
      {onRemove ? <IconButton label={t.removeEntry} onPress={onRemove}><X size={14} aria-hidden /></IconButton> : null}
    </div>
  );
}
