// Gives events to a Flume Avro source: one batch a transaction, committed when the far side has it (AvroSink, AbstractRpcSink).
import { AVRO_SINK } from '../../../../preload/contract/agent/specs/rpc.ts';
import { sink } from '../components/factory.ts';
import { AvroClient } from '../rpc/avro/client.ts';
import type { LayerOrder } from '../rpc/client-layers.ts';
import { BadLayer } from '../rpc/layers.ts';
import { timeoutOf } from '../rpc/rpc-errors.ts';
import { RpcSink } from '../rpc/rpc-sink.ts';
import { clientTls } from '../tls/tls-options.ts';

export const avroSink = sink(AVRO_SINK, async (values, context) => {
  const tls = await clientTls(values, context);
  const level = values['compression-type'] === 'deflate' ? values['compression-level'] : null;
  const chosen = values['ssl-compression-order'];
  const both = tls !== null && level !== null && chosen === 'auto';
  let order: LayerOrder = chosen === 'flume-1.9' ? 'tls-outside' : 'zlib-outside';
  return new RpcSink(context, {
    host: values.hostname, port: values.port, batchSize: values['batch-size'], resetMs: values['reset-connection-interval'] * 1000,
    open: async (signal) => {
      const options = { host: values.hostname, port: values.port, tls, level, order, connectTimeoutMs: timeoutOf(values['connect-timeout']), requestTimeoutMs: timeoutOf(values['request-timeout']) };
      try {
        return await AvroClient.open(options, signal);
      } catch (error) {
        // the far side may have the layers the other way round: the next attempt tries that
        if (both && (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') order = order === 'zlib-outside' ? 'tls-outside' : 'zlib-outside';
        throw error instanceof BadLayer || !both ? error : new BadLayer('tls', `${(error as Error).message}; the next attempt has TLS and zlib the other way round`);
      }
    },
  });
});
