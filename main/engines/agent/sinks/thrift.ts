// Gives events to a Flume Thrift source: one batch a transaction, committed when the far side has it (ThriftSink, AbstractRpcSink).
import { THRIFT_SINK } from '../../../../preload/contract/agent/specs/rpc.ts';
import { sink } from '../components/factory.ts';
import { withoutKerberos } from '../rpc/kerberos.ts';
import { timeoutOf } from '../rpc/rpc-errors.ts';
import { RpcSink } from '../rpc/rpc-sink.ts';
import { ThriftClient } from '../rpc/thrift/client.ts';
import { clientTls } from '../tls/tls-options.ts';

export const thriftSink = sink(THRIFT_SINK, async (values, context) => {
  withoutKerberos(context.name, values.kerberos);
  const tls = await clientTls(values, context);
  return new RpcSink(context, {
    host: values.hostname, port: values.port, batchSize: values['batch-size'], resetMs: values['connection-reset-interval'] * 1000,
    open: (signal) => ThriftClient.open({
      host: values.hostname, port: values.port, tls, level: null, order: 'tls-outside', encoding: values.protocol,
      connectTimeoutMs: timeoutOf(values['connect-timeout']), requestTimeoutMs: timeoutOf(values['request-timeout']),
    }, signal),
  });
});
