// Bytes of Avro calls for senders that do not keep to the protocol.
import { longSize, putLong, putString, stringSize } from '../../../main/engines/agent/event/avro-writer.ts';
import { Event } from '../../../main/engines/agent/event/event.ts';
import { handshakeRequest } from '../../../main/engines/agent/rpc/avro/handshake.ts';
import { packOf } from '../../../main/engines/agent/rpc/avro/packs.ts';
import { FLUME_PROTOCOL_HASH } from '../../../main/engines/agent/rpc/avro/protocol.ts';

/** A call without a name, with the handshake in front. */
export const handshakePack = (serial: number): Buffer => packOf(serial, Buffer.concat([handshakeRequest(FLUME_PROTOCOL_HASH, false), Buffer.from([0, 0])]));

/** appendBatch of events without headers. */
export function callPack(serial: number, bodies: readonly string[]): Buffer {
  const events = bodies.map((body) => Event.of(new Map(), Buffer.from(body)));
  const name = 'appendBatch';
  const message = Buffer.alloc(1 + stringSize(name) + longSize(events.length) + events.reduce((sum, { size }) => sum + size, 0) + 1);
  let at = putLong(message, putString(message, 1, name), events.length);
  for (const event of events) at = event.put(message, at);
  return packOf(serial, message);
}
