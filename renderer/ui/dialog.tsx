// Dialogs, popovers and menus of the kit.
import { MoreHorizontal } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { Dialog as AriaDialog, Heading, Menu as AriaMenu, MenuItem, MenuTrigger, Modal, ModalOverlay, Popover } from 'react-aria-components';
import { classes, IconButton } from './kit.tsx';
import css from './ui.module.css';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly look?: 'plain' | 'alarm';
  readonly wide?: boolean;
  /** False where neither Escape nor a click beside may close it. */
  readonly dismissable?: boolean;
}

export function Dialog({ title, onClose, children, actions, look = 'plain', wide, dismissable = true }: DialogProps) {
  return (
    <ModalOverlay isOpen isDismissable={dismissable && look !== 'alarm'} isKeyboardDismissDisabled={!dismissable} onOpenChange={(open) => { if (!open) onClose(); }} className={css['overlay'] ?? ''}>
      <Modal className={classes(css['modal'], wide && css['wide'], look === 'alarm' && css['alarm'])}>
        <AriaDialog className={css['dialog'] ?? ''} role={look === 'alarm' ? 'alertdialog' : 'dialog'}>
          <Heading slot="title" level={2} className={css['dialogHead'] ?? ''}>{title}</Heading>
          <div className={css['dialogBody']}>{children}</div>
          {actions ? <div className={css['dialogFoot']}>{actions}</div> : null}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

interface AnchoredProps { readonly label: string; readonly anchor: RefObject<Element | null>; readonly onClose: () => void; readonly children: ReactNode; readonly className?: string | undefined }

/** A dialog anchored at an element, such as the place of a drop. */
export function Anchored({ label, anchor, onClose, children, className }: AnchoredProps) {
  return (
    <Popover triggerRef={anchor} isOpen onOpenChange={(open) => { if (!open) onClose(); }} placement="bottom start" className={classes(css['popover'], className)}>
      <AriaDialog aria-label={label}>{children}</AriaDialog>
    </Popover>
  );
}

export interface MenuEntry { readonly id: string; readonly text: string; readonly hint?: string; readonly icon?: ReactNode; readonly disabled?: boolean; readonly act: () => void }

export function MenuList({ label, entries }: { readonly label: string; readonly entries: readonly MenuEntry[] }) {
  return (
    <AriaMenu aria-label={label} onAction={(key) => entries.find((entry) => entry.id === key)?.act()} disabledKeys={entries.filter((entry) => entry.disabled).map((entry) => entry.id)}>
      {entries.map((entry) => (
        <MenuItem key={entry.id} id={entry.id} textValue={entry.text} className={css['item'] ?? ''}>
          {entry.icon}<span>{entry.text}</span>{entry.hint ? <span className={css['itemHint']}>{entry.hint}</span> : null}
        </MenuItem>
      ))}
    </AriaMenu>
  );
}

export function MoreMenu({ label, entries }: { readonly label: string; readonly entries: readonly MenuEntry[] }) {
  return (
    <MenuTrigger>
      <IconButton label={label}><MoreHorizontal size={16} aria-hidden /></IconButton>
      <Popover className={css['popover'] ?? ''} placement="bottom end"><MenuList label={label} entries={entries} /></Popover>
    </MenuTrigger>
  );
}

/** A menu at a point of the screen, for a right click or the menu key. */
export function MenuAt({ label, anchor, entries, onClose }: { readonly label: string; readonly anchor: RefObject<Element | null>; readonly entries: readonly MenuEntry[]; readonly onClose: () => void }) {
  const closing = entries.map((entry) => ({ ...entry, act: () => { onClose(); entry.act(); } }));
  return (
    <Popover triggerRef={anchor} isOpen onOpenChange={(open) => { if (!open) onClose(); }} className={css['popover'] ?? ''} placement="bottom start">
      <MenuList label={label} entries={closing} />
    </Popover>
  );
}
