// Takes events from agents of Flume 0.9 (ThriftLegacySource; flumeCompatibility.thrift): binary Thrift without frames,
//   oneway void append(1: ThriftFlumeEvent evt), void close()
//   struct ThriftFlumeEvent { 1: i64 timestamp, 2: Priority priority, 3: binary body, 4: i64 nanos, 5: string host, 6: map<string, binary> fields }
import { THRIFT_LEGACY_SOURCE } from '../../../../preload/contract/agent/specs/rpc.ts';
import { delay } from '../../../lib/async.ts';
import { BadEvent } from '../event/avro-reader.ts';
import type { Event } from '../event/event.ts';
import { source } from '../components/factory.ts';
import { Appends } from '../rpc/appends.ts';
import { eventOfLegacy, PRIORITIES } from '../rpc/legacy-event.ts';
import { RpcListener } from '../rpc/rpc-listener.ts';
import { readArgument } from '../rpc/thrift/flume-events.ts';
import type { ThriftReader } from '../rpc/thrift/reader.ts';
import { thriftSession } from '../rpc/thrift/server-session.ts';
import { T } from '../rpc/thrift/types.ts';

const AGAIN_MS = 1000;

export const thriftLegacySource = source(THRIFT_LEGACY_SOURCE, (values, context) => {
  const appends = new Appends(context);
  let stopped = new AbortController();
  const listener = new RpcListener(context, {
    host: values.host, port: values.port, filter: null, tls: null, deflate: false, timeoutMs: 0,
    session: () => thriftSession({
      encoding: 'binary', framed: false, limit: values.maxMessageBytes,
      methods: {
        append: async (reader) => {
          const event = readArgument(reader, T.struct, () => readLegacyEvent(reader));
          if (event === null) throw new BadEvent('append without an event');
          // nobody hears whether it was taken: it is held, and nothing more is read, until it is
          while (!(await appends.append(event)) && !stopped.signal.aborted) await delay(AGAIN_MS, stopped.signal).catch(() => {});
          return null;
        },
        close: () => Promise.resolve(null),
      },
    }),
  });
  return {
    start: () => { stopped = new AbortController(); return listener.start(); },
    stop: () => { stopped.abort(); return listener.stop(); },
    get port(): number { return listener.port; },
  };
});

function readLegacyEvent(reader: ThriftReader): Event {
  let [timestamp, nanos, host, priority] = ['0', '0', '', 'INFO'];
  let body: Buffer = Buffer.alloc(0);
  const fields = new Map<string, Buffer>();
  reader.beginStruct();
  for (let type = reader.nextField(); type !== T.stop; type = reader.nextField()) {
    const { field } = reader;
    if (field === 1 && type === T.i64) timestamp = reader.i64().toString();
    else if (field === 2 && type === T.i32) priority = PRIORITIES[reader.i32()] ?? priority;
    else if (field === 3 && type === T.string) body = reader.binary();
    else if (field === 4 && type === T.i64) nanos = reader.i64().toString();
    else if (field === 5 && type === T.string) host = reader.string();
    else if (field === 6 && type === T.map) {
      const count = reader.map();
      if (count > 0 && (reader.key !== T.string || reader.element !== T.string)) throw new BadEvent('fields that are no strings');
      for (let i = 0; i < count; i++) fields.set(reader.string(), reader.binary());
    } else reader.skip(type);
  }
  reader.endStruct();
  return eventOfLegacy({ timestamp, priority, body, nanos, host, fields });
}
