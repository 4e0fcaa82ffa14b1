// Takes log lines from Scribe's clients (ScribeSource; scribe.thrift): framed binary Thrift, `ResultCode Log(1: list<LogEntry{1: string category, 2: string message}>)`.
import { SCRIBE_SOURCE } from '../../../../preload/contract/agent/specs/rpc.ts';
import { source } from '../components/factory.ts';
import { Event } from '../event/event.ts';
import { Appends } from '../rpc/appends.ts';
import { RpcListener } from '../rpc/rpc-listener.ts';
import { readArgument, readList } from '../rpc/thrift/flume-events.ts';
import type { ThriftReader } from '../rpc/thrift/reader.ts';
import { thriftSession } from '../rpc/thrift/server-session.ts';
import { T } from '../rpc/thrift/types.ts';

const RESULT = { ok: 0, tryLater: 1 } as const;
const DEFAULT_BUFFER = 16_384_000;
/** Entries of one call; it is cut to what the channels take. */
const MOST_ENTRIES = 1_000_000;

export const scribeSource = source(SCRIBE_SOURCE, (values, context) => {
  const appends = new Appends(context);
  const { counters, processor } = context;
  return new RpcListener(context, {
    host: '0.0.0.0', port: values.port, filter: null, tls: null, deflate: false, timeoutMs: 0,
    session: () => thriftSession({
      encoding: 'binary', framed: true, limit: values.maxReadBufferBytes > 0 ? values.maxReadBufferBytes : DEFAULT_BUFFER,
      methods: {
        Log: async (reader) => {
          const events = readArgument(reader, T.list, () => readList(reader, MOST_ENTRIES, () => readLogEntry(reader)));
          if (events === null) return RESULT.tryLater;
          counters.EventReceivedCount += events.length;
          for (let at = 0; at < events.length; at += processor.most) {
            if (!(await appends.process(events.slice(at, at + processor.most)))) return RESULT.tryLater;
          }
          counters.EventAcceptedCount += events.length;
          return RESULT.ok;
        },
      },
    }),
  });
});

function readLogEntry(reader: ThriftReader): Event {
  let category: string | null = null;
  let message: Buffer = Buffer.alloc(0);
  reader.beginStruct();
  for (let type = reader.nextField(); type !== T.stop; type = reader.nextField()) {
    if (reader.field === 1 && type === T.string) category = reader.string();
    else if (reader.field === 2 && type === T.string) message = reader.binary();
    else reader.skip(type);
  }
  reader.endStruct();
  return Event.of(category === null ? null : new Map([['category', category]]), message);
}
