// The properties of what is chosen: a form made from the spec of its type, and the lines of the text themselves.
import { ChevronRight, Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { ComponentSpec, KeySpec } from '../../../preload/contract/agent/keys.ts';
import { findSpec } from '../../../preload/contract/agent/specs/all.ts';
import type { Graph, GraphEdit, Lint, NodeKind, Part, PartLive, SourcePart } from '../../../preload/contract/pipelines.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Button, Choice, Field, IconButton } from '../../ui/kit.tsx';
import { State } from '../../ui/show.tsx';
import { specsOf, type AddKind } from './add-dialog.tsx';
import { aboutOf, keyHelp } from './help.ts';
import { KeyField } from './key-field.tsx';
import { LintRow } from './lints.tsx';
import css from './pipelines.module.css';
import { countText, nodeId, PART_TONES, rateText, typeText, type AnyPart } from './words.ts';

interface InspectorProps {
  readonly graph: Graph;
  readonly part: AnyPart;
  readonly live: PartLive | null;
  readonly lints: readonly Lint[];
  readonly onEdit: (...edits: GraphEdit[]) => Promise<boolean>;
  readonly onFix: (lint: Lint) => void;
  readonly onClose: () => void;
  readonly onRenamed: (to: string) => void;
  readonly onAddInterceptor: () => void;
}

export function Inspector(props: InspectorProps) {
  const { texts } = usePreferences();
  const t = texts.pipelines;
  const { part, live, lints, graph } = props;
  const kind = part.kind as NodeKind;
  const [view, setView] = useState<'form' | 'raw'>('form');
  return (
    <aside className={css['inspector']} aria-label={t.inspector.title} data-testid="inspector" data-node={nodeId(kind, part.name)}>
      <header className={css['inspectorHead']}>
        <h2>{t.kind[kind]} {part.name}</h2>
        {live ? <State tone={PART_TONES[live.state]} word={t.partState[live.state]} /> : null}
        <IconButton label={t.inspector.close} onPress={props.onClose}><X size={14} aria-hidden /></IconButton>
      </header>
      <div className={css['inspectorTabs']}>
        {(['form', 'raw'] as const).map((name) => <Button key={name} look="quiet" aria-pressed={view === name} className={view === name ? (css['chosen'] ?? '') : ''} onPress={() => setView(name)}>{t.inspector[name]}</Button>)}
      </div>
      <div className={css['inspectorBody']} tabIndex={-1}>
        {lints.length > 0 ? <ul className={css['lintList']}>{lints.map((lint) => <LintRow key={lint.index} lint={lint} onFix={props.onFix} />)}</ul> : null}
        {view === 'raw' ? <RawLines graph={graph} part={part} /> : <Form {...props} key={nodeId(kind, part.name)} />}
        {live && view === 'form' ? <Now live={live} /> : null}
      </div>
    </aside>
  );
}

const SECTIONS: Record<NodeKind, string> = { source: 'sources', channel: 'channels', sink: 'sinks', sinkgroup: 'sinkgroups' };

function RawLines({ graph, part }: { readonly graph: Graph; readonly part: AnyPart }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.inspector;
  if (part.properties.length === 0) return <p className={css['soft']}>{t.nothingSet}</p>;
  return <pre className={css['rawLines']} tabIndex={0}>{part.properties.map(({ key, value, line }) => `${graph.agent}.${SECTIONS[part.kind as NodeKind]}.${part.name}.${key} = ${value}    # ${t.line(line)}`).join('\n')}</pre>;
}

function Form({ graph, part, onEdit, onRenamed, onAddInterceptor }: InspectorProps) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines.inspector;
  const kind = part.kind as NodeKind;
  const [name, setName] = useState(part.name);
  const badName = !/^[^\s.=:#!\\]+$/.test(name);
  const rename = async (): Promise<void> => {
    if (badName || name === part.name) return;
    if (await onEdit({ do: 'rename', kind, name: part.name, to: name })) onRenamed(name);
  };
  const set = (key: string, value: string | null): void => void onEdit({ do: 'set', kind, name: part.name, key, value });
  return (
    <>
      <Field label={t.name} mono value={name} onChange={setName} onBlur={() => void rename()} onKeyDown={(event) => { if (event.key === 'Enter') void rename(); }} error={badName ? t.nameTaken : null} />
      {kind === 'sinkgroup' ? <GroupForm graph={graph} part={part} onEdit={onEdit} /> : <TypedForm part={part} prefix="" kind={kind} onSet={set} />}
      {kind === 'source' ? <Between source={part as SourcePart} onEdit={onEdit} onAdd={onAddInterceptor} locale={locale} /> : null}
    </>
  );
}

/** The form of a part that has a type: `prefix` is where its keys stand below the component ("interceptors.i1."). */
function TypedForm({ part, prefix, kind, onSet }: { readonly part: Part; readonly prefix: string; readonly kind: AddKind | 'selector' | 'processor'; readonly onSet: (key: string, value: string | null) => void }) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines.inspector;
  const spec = part.spec === null ? null : findSpec(kind as ComponentSpec['kind'], part.spec);
  const types = specsOf(kind as AddKind).map(({ type }) => type);
  const shown = spec?.type ?? part.type;
  const about = spec ? aboutOf(kind, spec.type, locale) : '';
  return (
    <>
      <Choice label={t.type} value={shown} options={[...(types.includes(shown) ? [] : [[shown, shown === '' ? '–' : typeText({ type: shown, spec: null })] as const]), ...types.map((type) => [type, typeText({ type, spec: null })] as const)]} onChange={(type) => onSet(`${prefix}type`, type)} {...(about === '' ? {} : { hint: about })} />
      {spec ? <SpecForm spec={spec} part={part} onSet={(key, value) => onSet(prefix + key, value)} /> : <><p className={css['soft']}>{t.typeUnknown}</p><UnknownKeys keys={part.properties.filter(({ key }) => key !== 'type')} note={null} onSet={(key, value) => onSet(prefix + key, value)} /></>}
    </>
  );
}

/** Keys that others set: by drawing, or by the parts in the form below. */
const DRAWN = /^(type|channels?|interceptors|interceptors\..*|selector\..*|sinks)$/;

function SpecForm({ spec, part, onSet }: { readonly spec: ComponentSpec; readonly part: Part; readonly onSet: (key: string, value: string | null) => void }) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines.inspector;
  const [filter, setFilter] = useState('');
  const [open, setOpen] = useState(false);
  const values = new Map(part.properties.map(({ key, value }) => [key, value]));
  const keys: readonly (readonly [string, KeySpec])[] = Object.entries(spec.keys).filter(([key]) => !DRAWN.test(key));
  const spelled = (key: string, of: KeySpec): { readonly key: string; readonly value: string | null } => {
    const found = [key, ...(of.also ?? [])].find((spelling) => values.has(spelling));
    return { key: found ?? key, value: found === undefined ? null : (values.get(found) ?? null) };
  };
  const field = ([key, of]: readonly [string, KeySpec]): React.ReactNode => {
    const now = spelled(key, of);
    return <KeyField key={key} name={key} spec={of} value={now.value} help={keyHelp(spec.kind, spec.type, key, locale)} error={null} onSet={(value) => onSet(now.key, value)} />;
  };
  const required = keys.filter(([, of]) => of.required);
  const isSet = (key: string, of: KeySpec): boolean => spelled(key, of).value !== null;
  const set = keys.filter(([key, of]) => !of.required && isSet(key, of));
  const more = keys.filter(([key, of]) => !of.required && !isSet(key, of) && key.toLowerCase().includes(filter.toLowerCase()));
  const all = new Set(Object.entries(spec.keys).flatMap(([key, of]) => [key, ...(of.also ?? [])]));
  const others = part.properties.filter(({ key }) => !all.has(key) && !DRAWN.test(key));
  const familyOf = (key: string): string | null => (spec.families ?? []).find(({ pattern }) => fits(pattern, key))?.pattern ?? null;
  const noteOf = (key: string): string => { const family = familyOf(key); return family === null ? t.unknownKey : keyHelp(spec.kind, spec.type, family, locale); };
  const unset = keys.filter(([key, of]) => !of.required && !isSet(key, of)).length;
  return (
    <>
      {required.length > 0 ? <section className={css['formPart']}><h3>{t.required}</h3>{required.map(field)}</section> : null}
      {set.length > 0 ? <section className={css['formPart']}><h3>{t.set}</h3>{set.map(field)}</section> : null}
      {others.length > 0 || spec.families ? <section className={css['formPart']}><h3>{t.families}</h3><UnknownKeys keys={others} note={noteOf} onSet={onSet} /><OtherKey families={(spec.families ?? []).map(({ pattern }) => pattern)} onSet={onSet} /></section> : null}
      {unset > 0 ? (
        <section className={css['formPart']}>
          <button type="button" data-testid="more" className={css['disclose']} aria-expanded={open} onClick={() => setOpen(!open)}><ChevronRight size={14} aria-hidden data-open={open || undefined} />{t.moreCount(unset)}</button>
          {open ? <>{unset > 8 ? <Field hideLabel label={t.filter} placeholder={t.filter} value={filter} onChange={setFilter} /> : null}{more.map(field)}</> : null}
        </section>
      ) : null}
    </>
  );
}

/** `*` is one part of a name without dots, `**` any rest. */
export function fits(pattern: string, key: string): boolean {
  const source = pattern.split('.').map((part) => (part === '**' ? '.+' : part === '*' ? '[^.]+' : part.replace(/[^\w-]/g, '\\$&'))).join('\\.');
  return new RegExp(`^${source}$`).test(key);
}

function UnknownKeys({ keys, note, onSet }: { readonly keys: readonly { readonly key: string; readonly value: string }[]; readonly note: ((key: string) => string) | null; readonly onSet: (key: string, value: string | null) => void }) {
  return <>{keys.map(({ key, value }) => <KeyField key={key} name={key} spec={{ kind: 'text', default: null }} value={value} help={note?.(key) ?? ''} error={null} onSet={(next) => onSet(key, next)} />)}</>;
}

function OtherKey({ families, onSet }: { readonly families: readonly string[]; readonly onSet: (key: string, value: string | null) => void }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.inspector;
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const add = (): void => {
    if (key.trim() === '' || value === '') return;
    onSet(key.trim(), value);
    setKey('');
    setValue('');
  };
  return (
    <form className={css['otherKey']} onSubmit={(event) => { event.preventDefault(); add(); }}>
      <Field label={t.addKey} mono placeholder={families[0] ?? ''} value={key} onChange={setKey} /><Field label={t.addValue} mono value={value} onChange={setValue} /><Button type="submit" isDisabled={key.trim() === '' || value === ''}>{t.add}</Button>
    </form>
  );
}

function Between({ source, onEdit, onAdd, locale }: { readonly source: SourcePart; readonly onEdit: InspectorProps['onEdit']; readonly onAdd: () => void; readonly locale: 'en' | 'zh-CN' }) {
  const { texts } = usePreferences();
  const t = texts.pipelines.inspector;
  const set = (key: string, value: string | null): void => void onEdit({ do: 'set', kind: 'source', name: source.name, key, value });
  const selector: Part = source.selector ?? { kind: 'selector', name: 'selector', type: '', spec: 'replicating', instead: null, line: 0, listed: true, properties: [] };
  return (
    <>
      <section className={css['formPart']}>
        <h3>{t.interceptors}</h3>
        {source.interceptors.map((part) => (
          <details key={part.name} className={css['subPart']}>
            <summary><b>{part.name}</b> <span className={css['soft']}>{typeText(part)}</span></summary>
            <p className={css['soft']}>{aboutOf('interceptor', part.spec ?? '', locale)}</p>
            <TypedForm part={part} prefix={`interceptors.${part.name}.`} kind="interceptor" onSet={set} />
            <Button look="danger" onPress={() => void onEdit({ do: 'removeInterceptor', source: source.name, name: part.name })}>{texts.common.remove}</Button>
          </details>
        ))}
        <div><Button onPress={onAdd}><Plus size={14} aria-hidden />{t.addInterceptor}</Button></div>
      </section>
      {source.channels.length > 1 || source.selector ? <section className={css['formPart']}><h3>{t.selector}</h3><TypedForm part={selector} prefix="selector." kind="selector" onSet={set} /></section> : null}
    </>
  );
}

function GroupForm({ graph, part, onEdit }: Pick<InspectorProps, 'graph' | 'part' | 'onEdit'>) {
  const { texts } = usePreferences();
  const t = texts.pipelines.inspector;
  const group = graph.groups.find(({ name }) => name === part.name);
  const set = (key: string, value: string | null): void => void onEdit({ do: 'set', kind: 'sinkgroup', name: part.name, key, value });
  const processor: Part = group?.processor ?? { kind: 'processor', name: 'processor', type: '', spec: 'default', instead: null, line: 0, listed: true, properties: [] };
  return (
    <>
      <KeyField name="sinks" spec={{ kind: 'list', separator: 'space', default: [], required: true }} value={group?.sinks.join(' ') ?? null} help={t.sinks} error={null} onSet={(value) => set('sinks', value)} />
      <section className={css['formPart']}><h3>{t.processor}</h3><TypedForm part={processor} prefix="processor." kind="processor" onSet={set} /></section>
    </>
  );
}

function Now({ live }: { readonly live: PartLive }) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines;
  const [open, setOpen] = useState(false);
  const counters = Object.entries(live.counters).filter(([name, value]) => value !== 0 && !name.endsWith('Time'));
  return (
    <section className={css['formPart']}>
      <h3>{t.inspector.live}</h3>
      <dl className={css['facts']}>
        <dt>{t.columns.in}</dt><dd>{t.events(live.in)} · {t.perSecond(rateText(live.inRate, format))}</dd>
        <dt>{t.columns.out}</dt><dd>{t.events(live.out)} · {t.perSecond(rateText(live.outRate, format))}</dd>
        {live.size === null ? null : <><dt>{t.columns.lag}</dt><dd>{live.capacity === null ? countText(live.size, format) : t.graph.of(countText(live.size, format), countText(live.capacity, format))}</dd></>}
      </dl>
      {counters.length > 0 ? <button type="button" className={css['disclose']} aria-expanded={open} onClick={() => setOpen(!open)}><ChevronRight size={14} aria-hidden data-open={open || undefined} />{t.inspector.counters}</button> : null}
      {open ? <dl className={css['facts']}>{counters.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt className="mono">{name}</dt><dd>{countText(value, format)}</dd></div>)}</dl> : null}
    </section>
  );
}
