// The server's side of one connection of Thrift: calls by name, answers with an enum or nothing.
import { BadEvent } from '../../event/avro-reader.ts';
import type { ServedOptions } from '../served.ts';
import { BareSplitter, FRAME_HEAD, FrameSplitter } from './frames.ts';
import { thriftReader, type ThriftReader } from './reader.ts';
import { MESSAGE, type Encoding } from './types.ts';
import { resultMessage, unknownMethod } from './writer.ts';

/** Reads the arguments at once; answers the enum that is the result, or null where the method has none. */
export type ThriftMethod = (reader: ThriftReader) => Promise<number | null>;

export interface ThriftSessionOptions {
  readonly encoding: Encoding;
  readonly framed: boolean;
  /** Bytes of one message. */
  readonly limit: number;
  readonly methods: Readonly<Record<string, ThriftMethod>>;
}

export function thriftSession({ encoding, framed, limit, methods }: ThriftSessionOptions): Pick<ServedOptions, 'splitter' | 'serve'> {
  const lead = framed ? FRAME_HEAD : 0;
  const onWire = (message: Buffer): Buffer => {
    if (framed) message.writeInt32BE(message.length - FRAME_HEAD, 0);
    return message;
  };
  return {
    splitter: (onFrame) => (framed ? new FrameSplitter(limit, onFrame) : new BareSplitter(limit, onFrame)),
    serve: (message) => {
      const reader = thriftReader(encoding, message);
      const { name, kind, serial } = reader.message();
      if (kind !== MESSAGE.call && kind !== MESSAGE.oneway) throw new BadEvent(`a message of kind ${kind} where calls are expected`);
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
      if (!method) return kind === MESSAGE.oneway ? null : onWire(unknownMethod(encoding, name, serial, lead));
      return method(reader).then((result) => (kind === MESSAGE.oneway ? null : onWire(resultMessage(encoding, name, serial, result, lead))));
    },
  };
}
