// A wire between a process and its child over Node's own channel (`serialization: 'advanced'`), seen from either side.
import type { Wire } from '../../../preload/rpc/wire.ts';
import { WireEnd } from '../../../preload/rpc/wire-end.ts';

/** What ChildProcess and, inside the child, `process` have in common. */
export interface ProcessChannel {
  send?(message: unknown, callback: (error: Error | null) => void): boolean;
  readonly connected?: boolean;
  disconnect?(): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** Takes the channel over; closing the wire disconnects it. */
export function processWire(channel: ProcessChannel): Wire {
  const end = new WireEnd({
    send: (frame) => {
      if (!channel.send || channel.connected === false) throw new Error('channel closed');
      channel.send(['frame', frame], (error) => { if (error) end.closed(error.message); });
    },
    close: () => { if (channel.connected !== false) channel.disconnect?.(); },
  });
  channel.on('message', (message) => {
    if (Array.isArray(message) && message[0] === 'frame') end.received(message[1]);
    else end.close('RPC_PROTOCOL: not an envelope');
  });
  channel.on('disconnect', () => end.closed('process disconnected'));
  return end;
}
