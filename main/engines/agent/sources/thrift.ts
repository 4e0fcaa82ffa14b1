// Takes events from Flume's Thrift sinks and clients (ThriftSource): framed, in the compact or the binary protocol.
import { createSecureContext } from 'node:tls';
import { THRIFT_SOURCE } from '../../../../preload/contract/agent/specs/rpc.ts';
import { BadEvent } from '../event/avro-reader.ts';
import { TooManyEvents } from '../event/scan-events.ts';
import { source } from '../components/factory.ts';
import { Appends } from '../rpc/appends.ts';
import { withoutKerberos } from '../rpc/kerberos.ts';
import { RpcListener } from '../rpc/rpc-listener.ts';
import { readArgument, readList, readThriftEvent, THRIFT_STATUS } from '../rpc/thrift/flume-events.ts';
import { thriftSession, type ThriftMethod } from '../rpc/thrift/server-session.ts';
import { T } from '../rpc/thrift/types.ts';
import { serverTls } from '../tls/tls-options.ts';

const HANDSHAKE_MS = 10_000;

export const thriftSource = source(THRIFT_SOURCE, async (values, context) => {
  withoutKerberos(context.name, values.kerberos);
  const tls = await serverTls(values, context);
  const appends = new Appends(context);
  const status = (taken: boolean): number => (taken ? THRIFT_STATUS.ok : THRIFT_STATUS.failed);
  const methods: Readonly<Record<string, ThriftMethod>> = {
    append: async (reader) => {
      const event = readArgument(reader, T.struct, () => readThriftEvent(reader));
      if (event === null) throw new BadEvent('append without an event');
      return status(await appends.append(event));
    },
    appendBatch: async (reader) => {
      try {
        const events = readArgument(reader, T.list, () => readList(reader, appends.most, () => readThriftEvent(reader)));
        return status(await appends.appendBatch(events ?? []));
      } catch (error) {
        if (!(error instanceof TooManyEvents)) throw error;
        appends.tooMany(error.count);
        return THRIFT_STATUS.failed;
      }
    },
  };
  return new RpcListener(context, {
    host: values.bind, port: values.port, filter: null, tls: tls && createSecureContext(tls), deflate: false, timeoutMs: HANDSHAKE_MS,
    session: () => thriftSession({ encoding: values.protocol, framed: true, limit: values.maxMessageBytes, methods }),
  });
});
