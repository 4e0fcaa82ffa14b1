// One key of a component as an input that fits its kind: its default as placeholder, its unit beside it, taken out when it is emptied.
import { X } from 'lucide-react';
import { useState } from 'react';
import type { KeySpec, NumberKey } from '../../../preload/contract/agent/keys.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { Choice, Field, IconButton } from '../../ui/kit.tsx';
import css from './pipelines.module.css';

interface KeyFieldProps {
  readonly name: string;
  readonly spec: KeySpec;
  /** As it is written; null where it is not. */
  readonly value: string | null;
  readonly help: string;
  /** What the lints say of it, or null. */
  readonly error: string | null;
  readonly onSet: (value: string | null) => void;
}

export function KeyField({ name, spec, value, help, error, onSet }: KeyFieldProps) {
  const { texts } = usePreferences();
  const t = texts.pipelines.inspector;
  return (
    <div className={css['keyField']} data-key={name}>
      <KeyInput name={name} spec={spec} value={value} help={help} error={error} onSet={onSet} />
      {value === null || spec.required ? null : <IconButton label={t.clear(name)} onPress={() => onSet(null)}><X size={12} aria-hidden /></IconButton>}
    </div>
  );
}

const UNSET = ' ';

function KeyInput({ name, spec, value, help, error, onSet }: KeyFieldProps) {
  const { texts } = usePreferences();
  const t = texts.pipelines.inspector;
  const hint = help === '' ? {} : { hint: help };
  // a reference or a filter stands for a value of any kind
  const plain = value?.includes('${') === true;
  if (spec.kind === 'flag' && !plain) {
    const words = { true: t.onOff.on, false: t.onOff.off };
    return <Choice label={name} {...hint} value={value === null ? UNSET : value.trim().toLowerCase() === 'true' ? 'true' : 'false'} options={[[UNSET, t.default(words[spec.default ? 'true' : 'false'])], ['true', words.true], ['false', words.false]]} onChange={(next) => onSet(next === UNSET ? null : next)} />;
  }
  if (spec.kind === 'choice' && !plain) {
    const known = value === null || spec.values.some((word) => word.toLowerCase() === value.trim().toLowerCase());
    const shown = spec.values.find((word) => word.toLowerCase() === value?.trim().toLowerCase()) ?? value ?? UNSET;
    return <Choice label={name} {...hint} value={shown} options={[[UNSET, spec.default === null ? t.noDefault : t.default(spec.default)] as const, ...spec.values.map((word) => [word, word] as const), ...(known ? [] : [[value, value] as const])]} onChange={(next) => onSet(next === UNSET ? null : next)} />;
  }
  return <TextInput name={name} spec={spec} value={value} help={help} error={error} onSet={onSet} />;
}

function TextInput({ name, spec, value, help, error, onSet }: KeyFieldProps) {
  const { texts, format } = usePreferences();
  const t = texts.pipelines.inspector;
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? value ?? '';
  const unit = spec.kind === 'number' ? t.unit[spec.unit] : '';
  const bad = spec.kind === 'number' && shown.trim() !== '' && !shown.includes('${') ? numberProblem(spec, shown) : null;
  const means = spec.kind === 'number' ? meaning(spec, shown.trim() === '' ? (spec.default === null ? '' : String(spec.default)) : shown) : null;
  const meant = means === null ? '' : means.unit === 'bytes' ? t.meansBytes(format.bytes(means.value)) : t.meansTime(format.duration(means.value));
  const commit = (): void => {
    if (draft === null) return;
    const next = draft.trim() === '' ? null : draft;
    if (next !== value && bad === null) onSet(next);
    if (bad === null) setDraft(null);
  };
  const fallback = spec.kind === 'list' ? spec.default.join(spec.separator === 'space' ? ' ' : ', ') : spec.default === null ? '' : String(spec.default);
  return (
    <Field
      label={unit === '' ? name : `${name} (${unit})`} mono value={shown} onChange={setDraft} onBlur={commit}
      onKeyDown={(event) => { if (event.key === 'Enter' && (spec.kind !== 'text' || spec.hint !== 'lines')) commit(); if (event.key === 'Escape' && draft !== null) setDraft(null); }}
      {...(spec.kind === 'text' && spec.hint === 'lines' ? { lines: 4 } : {})} {...(spec.secret ? { type: 'password', autoComplete: 'off' } : {})} {...(spec.kind === 'number' ? { inputMode: 'numeric' as const } : {})}
      placeholder={fallback === '' ? '' : t.default(fallback)} hint={[help, meant, spec.secret ? t.secret : ''].filter((part) => part !== '').join(' ')}
      error={bad ? t.badNumber(format.number(bad.min), format.number(bad.max)) : error}
    />
  );
}

export function numberProblem(spec: NumberKey, text: string): { readonly min: number; readonly max: number } | null {
  const value = Number(text.trim());
  return /^[+-]?\d+$/.test(text.trim()) && value >= spec.min && value <= spec.max ? null : { min: spec.min, max: spec.max };
}

/** What a large number of bytes or of time comes to, where that is easier read than the number. */
export function meaning(spec: NumberKey, text: string): { readonly unit: 'bytes' | 'time'; readonly value: number } | null {
  const value = Number(text.trim());
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value)) return null;
  if (spec.unit === 'bytes') return value >= 4096 ? { unit: 'bytes', value } : null;
  if (spec.unit === 'ms') return value >= 60_000 ? { unit: 'time', value } : null;
  return spec.unit === 's' && value >= 120 ? { unit: 'time', value: value * 1000 } : null;
}
