// Takes events from Flume's Thrift sinks and clients (ThriftSource): framed, in the compact or the binary protocol.
import { createSecureContext } from 'node:tls';
import { THRIFT_SOURCE } from '../../../../preload/contract/agent/specs/rpc.ts';
import { BadEvent } from '../event/avro-reader.ts';
import { TooManyEvents } from '../event/scan-events.ts';
import { source } from '../components/factory.ts';
import { Appends } from '../rpc/appends.ts';
import { withoutKerberos } from '../rpc/kerberos.ts';
import { RpcListener } from '../rpc/rpc-listener.ts';
import { readArgument, readEventsArgument, readThriftEvent, THRIFT_STATUS } from '../rpc/thrift/flume-events.ts';
import type { ThriftReader } from '../rpc/thrift/reader.ts';
import { thriftSession, type ThriftMethod } from '../rpc/thrift/server-session.ts';
import { T } from '../rpc/thrift/types.ts';
import { serverTls } from '../tls/tls-options.ts';

const HANDSHAKE_MS = 10_000;

export const thriftSource = source(THRIFT_SOURCE, async (values, context) => {
  withoutKerberos(context.name, values.kerberos);
  const tls = await serverTls(values, context);
  const appends = new Appends(context);
  const status = (taken: boolean): number => (taken ? THRIFT_STATUS.ok : THRIFT_STATUS.failed);
  /** Of one connection: a large batch is decoded in pieces, and what comes behind it waits its turn. */
  const methods = (): Readonly<Record<string, ThriftMethod>> => {
    let line: Promise<unknown> | null = null;
    /** Calls `work` when all before it have handed on their events; it does so before it answers. */
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
      const mine = line === null ? work() : line.then(work, work);
      const settled = mine.then(() => {}, () => {}).then(() => { if (line === settled) line = null; });
      line = settled;
      return mine;
    };
    const batch = async (reader: ThriftReader): Promise<() => Promise<boolean>> => {
      try {
        const events = await readEventsArgument(reader, appends.most);
        const taken = appends.appendBatch(events);
        return () => taken;
      } catch (error) {
        if (!(error instanceof TooManyEvents)) throw error;
        appends.tooMany(error.count);
        return () => Promise.resolve(false);
      }
    };
    return {
      append: async (reader) => {
        const taken = await inTurn(() => {
          const event = readArgument(reader, T.struct, () => readThriftEvent(reader));
          if (event === null) throw new BadEvent('append without an event');
          const answer = appends.append(event);
          return Promise.resolve(() => answer);
        });
        return status(await taken());
      },
      appendBatch: async (reader) => {
        const taken = await inTurn(() => batch(reader));
        return status(await taken());
      },
    };
  };
  return new RpcListener(context, {
    host: values.bind, port: values.port, filter: null, tls: tls && createSecureContext(tls), deflate: false, timeoutMs: HANDSHAKE_MS,
    session: () => thriftSession({ encoding: values.protocol, framed: true, limit: values.maxMessageBytes, methods: methods() }),
  });
});
