// Keyboard shortcuts: `mod` is Ctrl, or Command on a Mac. Single letters act only while no text is being typed.
import { useEffect, useRef } from 'react';

export const isMac = /Mac/.test(navigator.platform);

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** "mod+shift+s", "?", "f5" as an event would spell it. */
export function chordOf(event: KeyboardEvent): string {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key.toLowerCase();
  const shift = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key));
  return [mod ? 'mod' : '', event.altKey ? 'alt' : '', shift ? 'shift' : '', letter].filter((part) => part !== '').join('+');
}

/** Runs `act` on the chord, anywhere in the window; a dialog on top keeps single keys for itself. */
export function useShortcut(chord: string, act: () => void, enabled = true): void {
  const latest = useRef(act);
  useEffect(() => { latest.current = act; });
  useEffect(() => {
    if (!enabled) return;
    const listener = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || chordOf(event) !== chord) return;
      if (!chord.includes('mod') && !chord.includes('alt') && (typing(event.target) || document.querySelector('[role="dialog"],[role="alertdialog"],[role="menu"]'))) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, [chord, enabled]);
}

/** As written on this machine's keyboard. */
export function keyLabel(chord: string): string {
  const names: Record<string, string> = { mod: isMac ? '⌘' : 'Ctrl', shift: isMac ? '⇧' : 'Shift', alt: isMac ? '⌥' : 'Alt', enter: 'Enter', arrowleft: '←', arrowright: '→' };
  return chord.split('+').map((part) => names[part] ?? part.toUpperCase()).join(isMac ? ' ' : '+');
}
