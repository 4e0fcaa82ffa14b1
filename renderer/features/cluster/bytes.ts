// Data of a znode as a person may read and change them: text, JSON, or bytes in hex.
export type DataView = 'json' | 'text' | 'hex';

/** Null when the bytes are no UTF-8, or hold controls that no text has. */
export function textOf(data: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Indented by two; null when it is no JSON object or list. */
export function prettyJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

export function hexOf(data: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < data.length; at += 16) lines.push([...data.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, '0')).join(' '));
  return lines.join('\n');
}

/** Null when it is not pairs of hex digits. */
export function bytesOfHex(text: string): Uint8Array | null {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || /[^0-9a-f]/i.test(digits)) return null;
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.slice(index * 2, index * 2 + 2), 16));
}

/** A changed JSON text as the original was written: on one line without spaces if that was. */
export function restyled(text: string, original: Uint8Array | null): string {
  try {
    const was = original === null ? '' : (textOf(original) ?? '');
    return was !== '' && JSON.stringify(JSON.parse(was)) === was ? JSON.stringify(JSON.parse(text)) : text;
  } catch {
    return text;
  }
}

/** How data are best shown first. */
export function viewOf(data: Uint8Array | null): DataView {
  const text = data === null ? '' : textOf(data);
  if (text === null) return 'hex';
  return prettyJson(text) === null ? 'text' : 'json';
}

export function shownAs(data: Uint8Array | null, view: DataView): string {
  if (data === null) return '';
  if (view === 'hex') return hexOf(data);
  const text = textOf(data) ?? new TextDecoder().decode(data);
  return view === 'json' ? (prettyJson(text) ?? text) : text;
}
