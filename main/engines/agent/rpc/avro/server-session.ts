// The server's side of one connection of Avro RPC: handshake first, then calls:
//   map<bytes> meta | string message | the arguments
// A message without a name is a handshake alone.
import { AvroReader } from '../../event/avro-reader.ts';
import type { Event } from '../../event/event.ts';
import { scanEvent, scanEvents, TooManyEvents } from '../../event/scan-events.ts';
import type { ServedOptions } from '../served.ts';
import { errorAnswer, statusAnswer } from './answers.ts';
import { handshakeResponse, readHandshakeRequest, skipMeta, type HandshakeDesk } from './handshake.ts';
import { PackSplitter, packOf } from './packs.ts';
import type { StatusIndex } from './protocol.ts';

export interface AppendServer {
  /** Most events of a batch. */
  readonly most: number;
  append(event: Event): Promise<StatusIndex>;
  appendBatch(events: readonly Event[]): Promise<StatusIndex>;
  /** Was not looked at: more than `most`. */
  tooMany(events: number): StatusIndex;
}

export interface ServerSessionOptions {
  readonly desk: HandshakeDesk;
  readonly server: AppendServer;
  /** Bytes of one message. */
  readonly limit: number;
}

const SMALL = 2048;
const LARGE = 16 * 1024;

const APPEND = Buffer.from('append');
const APPEND_BATCH = Buffer.from('appendBatch');

/** A small message that came with many others is copied out of what they all came in, so that one event that waits long does not keep it. */
function ofItsOwn(message: Buffer): Buffer {
  return message.length <= SMALL && message.buffer.byteLength > LARGE ? Buffer.from(message) : message;
}

export function serverSession({ desk, server, limit }: ServerSessionOptions): Pick<ServedOptions, 'splitter' | 'serve'> {
  let greeted = false;

  /** What stands before the answer; null: the client has to say more, and this is all. */
  function greet(reader: AvroReader): { readonly before: Buffer; readonly proceed: boolean } {
    const match = desk.match(readHandshakeRequest(reader));
    greeted = match !== 'none';
    return { before: handshakeResponse(match), proceed: greeted };
  }

  function call(reader: AvroReader): Buffer | Promise<StatusIndex> | StatusIndex {
    skipMeta(reader);
    const name = reader.take('the name of a message');
    if (name.equals(APPEND_BATCH)) {
      try {
        return server.appendBatch(scanEvents(reader, server.most));
      } catch (error) {
        if (error instanceof TooManyEvents) return server.tooMany(error.count);
        throw error;
      }
    }
    if (name.equals(APPEND)) return server.append(scanEvent(reader));
    if (name.length === 0) return Buffer.alloc(0);
    return errorAnswer(`No message named ${name.toString('utf8', 0, 200)}`);
  }

  return {
    splitter: (onFrame) => new PackSplitter(limit, onFrame),
    serve: (message, serial) => {
      const reader = new AvroReader(ofItsOwn(message));
      const greeting = greeted ? null : greet(reader);
      if (greeting && !greeting.proceed) return packOf(serial, greeting.before);
      const answer = call(reader);
      const pack = (bytes: Buffer): Buffer => packOf(serial, greeting ? Buffer.concat([greeting.before, bytes]) : bytes);
      if (answer instanceof Promise) return answer.then((status) => pack(statusAnswer(status)));
      return pack(typeof answer === 'number' ? statusAnswer(answer) : answer);
    },
  };
}
