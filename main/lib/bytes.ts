// File names and other bytes: comparing, joining, and showing them to a person.

const strict = new TextDecoder('utf-8', { fatal: true });

/** A view as a Buffer over the same memory (borrowed, not copied). */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** True when the bytes are well-formed UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] as number) >= 0x80) {
      try { strict.decode(bytes); return true; } catch { return false; }
    }
  }
  return true;
}

const hex = (byte: number): string => `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** Characters that a screen would not show or that would turn the text round: C0, DEL, C1, and the bidirectional controls. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text safe to print: hidden characters appear as the \xNN of their UTF-8 bytes. */
export function showText(text: string): string {
  return text.replace(HIDDEN, (char) => [...Buffer.from(char)].map(hex).join(''));
}

/** The length of the well-formed UTF-8 sequence at `i`, or 0. */
function sequenceAt(bytes: Uint8Array, i: number): number {
  const first = bytes[i] as number;
  const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (length === 0 || i + length > bytes.length) return 0;
  return isUtf8(bytes.subarray(i, i + length)) ? length : 0;
}

/** A name as shown: UTF-8 where it is, \xNN for the bytes that are not and for hidden characters. Not reversible on purpose. */
export function showName(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return showText(asBuffer(bytes).toString('utf8'));
  let shown = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceAt(bytes, i);
    if (length === 0) { shown += hex(bytes[i] as number); i += 1; continue; }
    shown += showText(asBuffer(bytes.subarray(i, i + length)).toString('utf8'));
    i += length;
  }
  return shown;
}

const SLASH = Buffer.from('/');

/** `folder/name` as bytes; an empty folder or `.` as a name adds nothing. */
export function joinPath(folder: Uint8Array, name: Uint8Array): Buffer {
  if (name.length === 0 || (name.length === 1 && name[0] === 0x2e)) return asBuffer(folder);
  if (folder.length === 0) return asBuffer(name);
  return folder[folder.length - 1] === 0x2f ? Buffer.concat([folder, name]) : Buffer.concat([folder, SLASH, name]);
}

/** The folder of a path: `a/b` -> `a`, `a` -> empty, `/a` -> `/`. */
export function parentOf(path: Uint8Array): Buffer {
  const at = path.lastIndexOf(0x2f);
  return asBuffer(path.subarray(0, at === 0 ? 1 : Math.max(at, 0)));
}

/** The last part of a path. */
export function nameOf(path: Uint8Array): Buffer {
  return asBuffer(path.subarray(path.lastIndexOf(0x2f) + 1));
}
