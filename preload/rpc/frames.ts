// The frames of the rpc: hello, query, reply, next, done, error, cancel, credit. Whatever is not exactly one of them
// is refused with RPC_PROTOCOL by whoever receives it, which then closes the wire.
import { ErrorInfo } from '../contract/errors.ts';
import { SluiceError } from '../contract/sluice-error.ts';

export const PROTOCOL_VERSION = 1;

export const LIMITS = {
  /** Requests and streams one client may have open. */
  open: 1024,
  /** Items a client lets a server send ahead of what was consumed. */
  window: 32,
  /** Credit one stream may hold at most; more is a protocol error. */
  credit: 4096,
  /** Bytes of one frame towards a server over a WebSocket. */
  webSocketFrame: 1024 * 1024,
  /** Bytes of one frame towards a server over any wire. */
  frame: 16 * 1024 * 1024,
  /** Bytes of one frame towards a client, which trusts its server. */
  answer: 64 * 1024 * 1024,
  /** Levels of arrays and objects in one frame. */
  depth: 64,
} as const;

export interface Hello { readonly t: 'h'; readonly v: number; readonly build: string }
export interface Query { readonly t: 'q'; readonly id: number; readonly m: string; readonly i: unknown; readonly c: number }
export interface Cancel { readonly t: 'x'; readonly id: number }
export interface Credit { readonly t: 'c'; readonly id: number; readonly n: number }
export interface Reply { readonly t: 'r'; readonly id: number; readonly o: unknown }
export interface Next { readonly t: 'n'; readonly id: number; readonly o: unknown }
export interface Done { readonly t: 'd'; readonly id: number }
export interface Failure { readonly t: 'e'; readonly id: number; readonly e: ErrorInfo }

export type ClientFrame = Hello | Query | Cancel | Credit;
export type ServerFrame = Hello | Reply | Next | Done | Failure;
type Frame = ClientFrame | ServerFrame;

/** The fields of each frame beside `t`; exactly these. */
const FIELDS: Readonly<Record<Frame['t'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  h: { v: isCount, build: isName },
  q: { id: isId, m: isName, i: anything, c: isCredit },
  r: { id: isId, o: anything },
  n: { id: isId, o: anything },
  d: { id: isId },
  e: { id: isId, e: (value) => ErrorInfo.safeParse(value).success },
  x: { id: isId },
  c: { id: isId, n: (value) => isCredit(value) && value !== 0 },
};

const FROM_CLIENT: ReadonlySet<string> = new Set<Frame['t']>(['h', 'q', 'x', 'c']);
const FROM_SERVER: ReadonlySet<string> = new Set<Frame['t']>(['h', 'r', 'n', 'd', 'e']);

/** A frame a server received. @throws RPC_PROTOCOL */
export function parseClientFrame(frame: unknown): ClientFrame {
  return parse(frame, FROM_CLIENT, LIMITS.frame) as ClientFrame;
}

/** A frame a client received. @throws RPC_PROTOCOL */
export function parseServerFrame(frame: unknown): ServerFrame {
  return parse(frame, FROM_SERVER, LIMITS.answer) as ServerFrame;
}

export function protocolError(reason: string): SluiceError {
  return SluiceError.of('RPC_PROTOCOL', { reason });
}

function parse(frame: unknown, types: ReadonlySet<string>, maxBytes: number): Frame {
  if (!isPlain(frame)) throw protocolError('frame is not an object');
  const type = Object.hasOwn(frame, 't') ? frame['t'] : undefined;
  if (typeof type !== 'string' || !types.has(type)) throw protocolError('unknown frame type');
  const fields = FIELDS[type as Frame['t']];
  for (const name of Object.keys(frame)) {
    if (name !== 't' && !Object.hasOwn(fields, name)) throw protocolError(`unknown field in frame ${type}`);
  }
  for (const [name, fits] of Object.entries(fields)) {
    // JSON has no undefined: a reply without a value arrives without the field
    if (!fits(Object.hasOwn(frame, name) ? frame[name] : undefined)) throw protocolError(`bad field ${name} in frame ${type}`);
  }
  checkPayload(frame, maxBytes);
  return frame as unknown as Frame;
}

/**
 * Walks a value that came from the other side and refuses what no honest peer sends: more than `maxBytes`, more than
 * LIMITS.depth levels (hence circles), a `__proto__` key, or an object that is neither plain, an array nor bytes.
 */
export function checkPayload(value: unknown, maxBytes: number): void {
  let left = maxBytes;
  const walk = (node: unknown, depth: number): void => {
    if (depth > LIMITS.depth) throw protocolError('frame too deep');
    if (typeof node === 'string') left -= node.length;
    else if (typeof node !== 'object' || node === null) {
      if (typeof node === 'function' || typeof node === 'symbol') throw protocolError('frame holds what is not data');
    } else if (node instanceof Uint8Array) left -= node.byteLength;
    else if (Array.isArray(node)) {
      left -= node.length; // also the holes of a sparse array
      if (left >= 0) for (const item of node) walk(item, depth + 1);
    } else if (isPlain(node)) {
      for (const key of Object.keys(node)) {
        if (key === '__proto__') throw protocolError('frame holds a forbidden name');
        left -= key.length;
        walk(node[key], depth + 1);
      }
    } else throw protocolError('frame holds what is not data');
    left -= 4;
    if (left < 0) throw protocolError('frame too large');
  };
  walk(value, 0);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  // a plain object of another realm (a port of a worker, a test's window) has that realm's Object.prototype
  return proto === null || proto === Object.prototype || Object.getPrototypeOf(proto) === null;
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isCredit(value: unknown): boolean {
  return isCount(value) && (value as number) <= LIMITS.credit;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 200;
}

function anything(): boolean {
  return true;
}
