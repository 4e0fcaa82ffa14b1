// Two wires joined in memory, for tests and for an app and a screen in one process. Frames are cloned, as on a real wire.
import type { Wire } from './wire.ts';
import { WireEnd } from './wire-end.ts';

/** A pair: what one end sends, the other receives in a later microtask; closing either closes both. */
export function memoryWires(): readonly [Wire, Wire] {
  const left: WireEnd = new WireEnd({
    send: (frame) => deliver(() => right, frame),
    close: (reason) => queueMicrotask(() => right.closed(reason)),
  });
  const right: WireEnd = new WireEnd({
    send: (frame) => deliver(() => left, frame),
    close: (reason) => queueMicrotask(() => left.closed(reason)),
  });
  return [left, right];
}

function deliver(to: () => WireEnd, frame: unknown): void {
  const copy = structuredClone(frame);
  queueMicrotask(() => to().received(copy));
}
