// The small controls of the kit over react-aria-components: buttons, fields, choices, chips.
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Button as AriaButton, Checkbox as AriaCheckbox, FieldError, Input, Label, ListBox, ListBoxItem, Popover, Radio, RadioGroup as AriaRadioGroup,
  Select as AriaSelect, SelectValue, Switch as AriaSwitch, Text, TextArea, TextField, ToggleButton, Tooltip, TooltipTrigger, type ButtonProps, type PressEvent, type TextFieldProps,
} from 'react-aria-components';
import css from './ui.module.css';

export function classes(...names: readonly (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}

export interface KitButtonProps extends Omit<ButtonProps, 'className' | 'style'> {
  readonly look?: 'plain' | 'primary' | 'danger' | 'quiet';
  readonly className?: string;
}

export function Button({ look = 'plain', className, ...rest }: KitButtonProps) {
  return <AriaButton {...rest} className={classes(css['button'], look !== 'plain' && css[look], className)} />;
}

/** A button that shows an icon only; its words are its name and its tooltip. */
export function IconButton({ label, children, look = 'quiet', ...rest }: KitButtonProps & { readonly label: string; readonly children: ReactNode }) {
  return (
    <TooltipTrigger delay={500}>
      <Button {...rest} look={look} aria-label={label} className={css['icon'] ?? ''}>{children}</Button>
      <Tooltip className={css['tooltip'] ?? ''} offset={4}>{label}</Tooltip>
    </TooltipTrigger>
  );
}

interface FieldProps extends Omit<TextFieldProps, 'className' | 'children' | 'style'> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  readonly placeholder?: string;
  readonly lines?: number;
  readonly mono?: boolean;
  readonly hideLabel?: boolean;
}

export function Field({ label, hint, error, placeholder, lines, mono, hideLabel, ...rest }: FieldProps) {
  const className = classes(css['input'], mono && 'mono');
  return (
    <TextField {...rest} isInvalid={Boolean(error)} className={css['field'] ?? ''} {...(hideLabel ? { 'aria-label': label } : {})}>
      {hideLabel ? null : <Label className={css['label'] ?? ''}>{label}</Label>}
      {lines ? <TextArea className={className} rows={lines} spellCheck={false} {...(placeholder ? { placeholder } : {})} /> : <Input className={className} spellCheck={false} {...(placeholder ? { placeholder } : {})} />}
      {hint ? <Text slot="description" className={css['hint'] ?? ''}>{hint}</Text> : null}
      <FieldError className={css['fieldError'] ?? ''}>{error ?? ''}</FieldError>
    </TextField>
  );
}

interface ChoiceProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly (readonly [V, string])[];
  readonly onChange: (value: V) => void;
  readonly hint?: string;
  readonly hideLabel?: boolean;
}

export function Choice<V extends string>({ label, value, options, onChange, hint, hideLabel }: ChoiceProps<V>) {
  return (
    <AriaSelect className={css['field'] ?? ''} value={value} onChange={(key) => onChange(key as V)} {...(hideLabel ? { 'aria-label': label } : {})}>
      {hideLabel ? null : <Label className={css['label'] ?? ''}>{label}</Label>}
      <AriaButton className={classes(css['button'], css['select'])}><SelectValue /><ChevronDown size={14} aria-hidden /></AriaButton>
      {hint ? <Text slot="description" className={css['hint'] ?? ''}>{hint}</Text> : null}
      <Popover className={css['popover'] ?? ''}>
        <ListBox>
          {options.map(([key, text]) => <ListBoxItem key={key} id={key} textValue={text} className={css['item'] ?? ''}>{text}</ListBoxItem>)}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}

export function Radios<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  return (
    <AriaRadioGroup className={css['field'] ?? ''} value={value} onChange={(key) => onChange(key as V)}>
      <Label className={css['label'] ?? ''}>{label}</Label>
      <div className={css['radios']}>
        {options.map(([key, text]) => <Radio key={key} value={key} className={css['check'] ?? ''}><span className={classes(css['box'], css['round'])} /><span>{text}</span></Radio>)}
      </div>
    </AriaRadioGroup>
  );
}

interface TickProps { readonly children: ReactNode; readonly selected: boolean; readonly onChange: (selected: boolean) => void }

export function Checkbox({ children, selected, onChange }: TickProps) {
  return (
    <AriaCheckbox className={css['check'] ?? ''} isSelected={selected} onChange={onChange}>
      <span className={css['box']}><Check size={12} strokeWidth={3} aria-hidden /></span><span>{children}</span>
    </AriaCheckbox>
  );
}

export function Switch({ children, selected, onChange }: TickProps) {
  return (
    <AriaSwitch className={css['check'] ?? ''} isSelected={selected} onChange={onChange}>
      <span className={css['track']} /><span>{children}</span>
    </AriaSwitch>
  );
}

interface ChipProps { readonly label: string; readonly count: string; readonly selected: boolean; readonly disabled?: boolean; readonly onPress: (event: PressEvent) => void }

export function Chip({ label, count, selected, disabled = false, onPress }: ChipProps) {
  return <ToggleButton className={css['chip'] ?? ''} isSelected={selected} isDisabled={disabled} onPress={onPress}>{label}{count === '' ? null : <b>{count}</b>}</ToggleButton>;
}
