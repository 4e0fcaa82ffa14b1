// A wire over a message port, whichever kind: the DOM's, worker_threads', Electron's MessagePortMain, and a utility
// process as either side sees it. Since not every kind tells when its peer closed, closing is a message of its own.
import type { Wire } from './wire.ts';
import { WireEnd } from './wire-end.ts';

interface Posts {
  postMessage(message: unknown): void;
  start?(): void;
  close?(): void;
}

/** The DOM's MessagePort and worker_threads'. */
export interface EventTargetPort extends Posts {
  addEventListener(type: string, listener: (event: object) => void): void;
}

/** Electron's MessagePortMain, `process.parentPort` and UtilityProcess: an event with `data`, or the message itself. */
export interface EmitterPort extends Posts {
  on(type: 'message' | 'close' | 'exit', listener: (...values: unknown[]) => void): unknown;
}

type Envelope = readonly ['frame', unknown] | readonly ['close', string];

/** Takes the port over: it must have no other listener, and is closed with the wire. */
export function messagePortWire(port: EventTargetPort | EmitterPort): Wire {
  const end = new WireEnd({
    send: (frame) => port.postMessage(['frame', ownBytes(frame)] satisfies Envelope),
    close: (reason) => {
      port.postMessage(['close', reason] satisfies Envelope);
      port.close?.();
    },
  });
  const received = (message: unknown): void => {
    const envelope = message as Envelope;
    if (Array.isArray(message) && envelope[0] === 'frame') end.received(envelope[1]);
    else if (Array.isArray(message) && envelope[0] === 'close') {
      end.closed(String(envelope[1]).slice(0, 500));
      port.close?.();
    } else end.close('RPC_PROTOCOL: not an envelope');
  };
  if ('addEventListener' in port) {
    port.addEventListener('message', (event) => received((event as { readonly data?: unknown }).data));
    port.addEventListener('messageerror', () => end.close('RPC_PROTOCOL: unreadable message'));
    port.addEventListener('close', () => end.closed('port closed'));
  } else {
    port.on('message', (value) => received(isMessageEvent(value) ? value.data : value));
    port.on('close', () => end.closed('port closed'));
    port.on('exit', () => end.closed('process ended'));
  }
  port.start?.();
  return end;
}

function isMessageEvent(value: unknown): value is { readonly data: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'data' in value;
}

/**
 * Structured clone copies the whole buffer beneath a view: a small Buffer of Node's pool would carry its neighbours'
 * bytes along. Views of part of a buffer are replaced by copies; everything else is passed as it is.
 */
function ownBytes(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return value.byteLength === value.buffer.byteLength ? value : new Uint8Array(value);
  if (Array.isArray(value)) return mapChanged(value, ownBytes);
  let copy: Record<string, unknown> | null = null;
  for (const [key, item] of Object.entries(value)) {
    const own = ownBytes(item);
    if (own !== item) (copy ??= { ...value })[key] = own;
  }
  return copy ?? value;
}

function mapChanged(items: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const changed = items.map(change);
  return changed.some((item, index) => item !== items[index]) ? changed : items;
}
