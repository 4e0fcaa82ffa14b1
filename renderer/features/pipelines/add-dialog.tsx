// The palette: every type there is, by kind and by search; chosen by Enter, or dragged onto the canvas from its panel.
import { useMemo } from 'react';
import { Autocomplete, Dialog, Header, Input, ListBox, ListBoxItem, ListBoxSection, Modal, ModalOverlay, TextField, useFilter } from 'react-aria-components';
import type { ComponentSpec } from '../../../preload/contract/agent/keys.ts';
import { ALL_SPECS } from '../../../preload/contract/agent/specs/all.ts';
import { usePreferences } from '../../app/preferences.tsx';
import ui from '../../ui/ui.module.css';
import { PALETTE_DATA } from './graph-canvas.tsx';
import { aboutOf } from './help.ts';
import css from './pipelines.module.css';
import { typeText } from './words.ts';

export type AddKind = 'source' | 'channel' | 'sink' | 'sinkgroup' | 'interceptor';
export interface AddChoice { readonly kind: AddKind; readonly type: string }

const KINDS: readonly AddKind[] = ['source', 'channel', 'sink', 'interceptor'];
const GROUP: AddChoice = { kind: 'sinkgroup', type: 'load_balance' };

export function specsOf(kind: AddKind): readonly ComponentSpec[] {
  return ALL_SPECS.filter((spec) => spec.kind === kind);
}

/** `kinds`: only these are offered, as after a connection that was let go over nothing. */
export function AddDialog({ kinds = KINDS, title, onClose, onChoose }: { readonly kinds?: readonly AddKind[]; readonly title: string; readonly onClose: () => void; readonly onChoose: (choice: AddChoice) => void }) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines;
  const { contains } = useFilter({ sensitivity: 'base' });
  const groups = useMemo(() => [
    ...kinds.map((kind) => ({ kind, items: specsOf(kind).map((spec) => ({ id: `${kind} ${spec.type}`, kind, type: spec.type, about: aboutOf(kind, spec.type, locale), ours: spec.ours === true })) })),
    ...(kinds === KINDS ? [{ kind: 'sinkgroup' as const, items: [{ id: 'sinkgroup', ...GROUP, about: '', ours: false }] }] : []),
  ], [kinds, locale]);
  const all = groups.flatMap(({ items }) => items);
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => { if (!open) onClose(); }} className={ui['overlay'] ?? ''}>
      <Modal className={ui['modal'] ?? ''}>
        <Dialog className={ui['dialog'] ?? ''} aria-label={title}>
          <Autocomplete filter={contains}>
            <TextField aria-label={t.graph.search} autoFocus><Input className={css['addInput'] ?? ''} placeholder={`${title} – ${t.graph.search}`} /></TextField>
            <div className={css['addList']} tabIndex={0} role="group" aria-label={title}>
              <ListBox aria-label={title} items={groups} onAction={(key) => { const chosen = all.find((item) => item.id === key); if (chosen) { onClose(); onChoose(chosen); } }} renderEmptyState={() => <p className={css['addItem']}>{t.graph.nothingFound}</p>}>
                {(group) => (
                  <ListBoxSection id={group.kind}>
                    <Header className={css['addHead'] ?? ''}>{t.kinds[group.kind]}</Header>
                    {group.items.map((item) => (
                      <ListBoxItem key={item.id} id={item.id} textValue={`${typeText({ type: item.type, spec: null })} ${item.type} ${item.about}`} className={css['addItem'] ?? ''}>
                        <b>{typeText({ type: item.type, spec: null })}</b><span>{item.about}</span>{item.ours ? <small>{t.graph.ours}</small> : null}
                      </ListBoxItem>
                    ))}
                  </ListBoxSection>
                )}
              </ListBox>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** The same types as a strip to drag from; a click adds one as well. */
export function PalettePanel({ onChoose }: { readonly onChoose: (choice: AddChoice) => void }) {
  const { texts, locale } = usePreferences();
  const t = texts.pipelines;
  return (
    <div className={css['palette']} aria-label={t.graph.palette} role="group">
      {KINDS.map((kind) => (
        <details key={kind} className={css['paletteGroup']}>
          <summary>{t.kinds[kind]}</summary>
          <ul>
            {specsOf(kind).map(({ type }) => (
              <li key={type}><button type="button" draggable className={css['paletteItem']} title={aboutOf(kind, type, locale)} onDragStart={(event) => { event.dataTransfer.setData(PALETTE_DATA, `${kind} ${type}`); event.dataTransfer.effectAllowed = 'copy'; }} onClick={() => onChoose({ kind, type })}>{typeText({ type, spec: null })}</button></li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
