// The elements of a JSON array as slices of its UTF-8 text, found without parsing them, so that a large request is worked on in pieces.

/** The text is no array. */
export class BadArray extends Error {}

const OPEN = 0x5b;
const CLOSE = 0x5d;
const CURLY_OPEN = 0x7b;
const CURLY_CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** Bytes looked at in one go, before others have a turn. */
const PIECE = 512 * 1024;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** What an element holds inside is its parser's to judge. Throws BadArray. */
export async function* elementsOf(text: Buffer): AsyncGenerator<Buffer> {
  let at = skipSpace(text, text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0);
  if (text[at] !== OPEN) throw new BadArray('an array of events is wanted');
  at = skipSpace(text, at + 1);
  let yielded = at;
  let first = true;
  for (;;) {
    if (first && text[at] === CLOSE) break;
    first = false;
    const end = endOf(text, at);
    if (end === at) throw new BadArray(`nothing stands where an event should, at byte ${at}`);
    yield text.subarray(at, end);
    if (end - yielded > PIECE) {
      yielded = end;
      await new Promise((resolve) => { setImmediate(resolve); });
    }
    at = end;
    if (text[at] === CLOSE) break;
    if (text[at] !== COMMA) throw new BadArray('the array is not closed');
    at = skipSpace(text, at + 1);
  }
  if (skipSpace(text, at + 1) !== text.length) throw new BadArray(`something stands behind the array, at byte ${at + 1}`);
}

function skipSpace(text: Buffer, from: number): number {
  let at = from;
  while (isSpace(text[at])) at += 1;
  return at;
}

/** Of the comma or the closing bracket behind an element. */
function endOf(text: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    switch (text[at]) {
      case QUOTE:
        at = endOfString(text, at + 1);
        break;
      case OPEN: case CURLY_OPEN: depth += 1; break;
      case CLOSE:
        if (depth === 0) return at;
        depth -= 1;
        break;
      case CURLY_CLOSE:
        depth -= 1;
        if (depth < 0) throw new BadArray(`a } too many, at byte ${at}`);
        break;
      case COMMA: if (depth === 0) return at;
    }
  }
  throw new BadArray('the array is not closed');
}

/** Of the closing quote. */
function endOfString(text: Buffer, from: number): number {
  for (let at = text.indexOf(QUOTE, from); at >= 0; at = text.indexOf(QUOTE, at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  throw new BadArray('a text is not closed');
}
