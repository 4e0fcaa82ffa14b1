// A wire over a WebSocket, the browser's or that of `ws`. A frame without bytes is JSON in a text message; one with
// Uint8Arrays is a binary message, so that bytes are never blown up as text:
//   uint32 BE  length of the JSON | JSON {"frame": frame with 0 in the places of bytes, "parts": [{"at": path, "size": n}]}
//   the parts' bytes, one after another, to the end of the message
import { LIMITS } from './frames.ts';
import type { Wire } from './wire.ts';
import { WireEnd } from './wire-end.ts';

export interface SocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: object) => void): void;
}

export interface WebSocketWireOptions {
  /** Bytes of one message from the other side: LIMITS.webSocketFrame at a server, LIMITS.answer at a client. */
  readonly maxMessage: number;
}

const CONNECTING = 0;
const MAX_PARTS = 100_000;
/** A peer that does not read is let go when this much waits for it. */
const MAX_BUFFERED = 256 * 1024 * 1024;
/** Own range of close codes (RFC 6455, 7.4.2). */
const CLOSE_CODE = 4000;

/** Takes the socket over, connecting or open: it must have no other message listener, and is closed with the wire. */
export function webSocketWire(socket: SocketLike, options: WebSocketWireOptions): Wire {
  socket.binaryType = 'arraybuffer';
  let queued: (string | Uint8Array<ArrayBuffer>)[] | null = socket.readyState === CONNECTING ? [] : null;
  const end = new WireEnd({
    send: (frame) => {
      const data = encode(frame);
      if (queued) queued.push(data);
      else socket.send(data);
      if (socket.bufferedAmount > MAX_BUFFERED) end.close('the other side does not read');
    },
    close: (reason) => socket.close(CLOSE_CODE, truncated(reason)),
  });
  socket.addEventListener('open', () => {
    const waiting = queued ?? [];
    queued = null;
    for (const data of waiting) socket.send(data);
  });
  socket.addEventListener('message', (event) => {
    try {
      end.received(decode((event as { readonly data?: unknown }).data, options.maxMessage));
    } catch (error) {
      end.close(`RPC_PROTOCOL: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  socket.addEventListener('close', (event) => {
    const { code, reason } = event as { readonly code?: number; readonly reason?: string };
    end.closed(reason !== undefined && reason !== '' ? reason : `socket closed (${code ?? 'no code'})`);
  });
  socket.addEventListener('error', () => undefined); // `close` follows and says it
  return end;
}

interface Part {
  readonly at: readonly string[];
  readonly size: number;
}

const utf8 = new TextEncoder();

/** One message for a frame. @throws what JSON.stringify throws */
export function encode(frame: unknown): string | Uint8Array<ArrayBuffer> {
  const parts: { readonly at: readonly string[]; readonly bytes: Uint8Array }[] = [];
  const stripped = strip(frame, [], parts);
  if (parts.length === 0) return JSON.stringify(frame);
  const json = utf8.encode(JSON.stringify({ frame: stripped, parts: parts.map(({ at, bytes }) => ({ at, size: bytes.byteLength })) }));
  const message = new Uint8Array(4 + json.byteLength + parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0));
  new DataView(message.buffer).setUint32(0, json.byteLength);
  message.set(json, 4);
  let offset = 4 + json.byteLength;
  for (const { bytes } of parts) {
    message.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return message;
}

/** The frame of one message. @throws on whatever `encode` does not produce */
export function decode(data: unknown, maxMessage: number): unknown {
  if (typeof data === 'string') {
    if (data.length > maxMessage) throw new Error('message too large');
    return JSON.parse(data);
  }
  if (!(data instanceof ArrayBuffer)) throw new Error('unreadable message');
  if (data.byteLength > maxMessage) throw new Error('message too large');
  if (data.byteLength < 4) throw new Error('truncated message');
  const jsonLength = new DataView(data).getUint32(0);
  if (jsonLength > data.byteLength - 4) throw new Error('truncated message');
  const head: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array(data, 4, jsonLength)));
  if (typeof head !== 'object' || head === null || !('frame' in head) || !('parts' in head) || !Array.isArray(head.parts)) throw new Error('bad binary message');
  if (head.parts.length > MAX_PARTS) throw new Error('too many parts');
  let offset = 4 + jsonLength;
  for (const part of head.parts as unknown[]) {
    if (!isPart(part)) throw new Error('bad part');
    if (part.size > data.byteLength - offset) throw new Error('truncated part');
    place(head.frame, part.at, new Uint8Array(data.slice(offset, offset + part.size)));
    offset += part.size;
  }
  if (offset !== data.byteLength) throw new Error('bytes left over');
  return head.frame;
}

function strip(value: unknown, at: readonly string[], parts: { at: readonly string[]; bytes: Uint8Array }[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) {
    parts.push({ at, bytes: value });
    return 0;
  }
  const before = parts.length;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => strip(item, [...at, String(index)], parts));
    return parts.length === before ? value : items;
  }
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) copy[key] = strip(item, [...at, key], parts);
  return parts.length === before ? value : copy;
}

function isPart(value: unknown): value is Part {
  if (typeof value !== 'object' || value === null || !('at' in value) || !('size' in value)) return false;
  return Array.isArray(value.at) && value.at.length > 0 && value.at.length <= LIMITS.depth
    && value.at.every((step) => typeof step === 'string')
    && Number.isSafeInteger(value.size) && (value.size as number) >= 0;
}

/** Puts bytes where a 0 stands, walking own properties only. */
function place(frame: unknown, at: readonly string[], bytes: Uint8Array): void {
  let node = frame;
  for (const [index, step] of at.entries()) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, step)) throw new Error('a part without a place');
    const holder = node as Record<string, unknown>;
    if (index === at.length - 1) {
      if (holder[step] !== 0) throw new Error('a part without a place');
      holder[step] = bytes;
    } else node = holder[step];
  }
}

/** A close reason holds at most 123 bytes (RFC 6455, 5.5). */
function truncated(reason: string): string {
  let text = reason.slice(0, 123);
  while (utf8.encode(text).byteLength > 123) text = text.slice(0, -1);
  return text;
}
