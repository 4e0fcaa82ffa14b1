// Takes events from Flume's Avro sinks and clients; they hear OK once every required channel has the events (AvroSource).
import { createSecureContext } from 'node:tls';
import { AVRO_SOURCE } from '../../../../preload/contract/agent/specs/rpc.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { source } from '../components/factory.ts';
import { Appends } from '../rpc/appends.ts';
import { HandshakeDesk } from '../rpc/avro/handshake.ts';
import { STATUS } from '../rpc/avro/protocol.ts';
import { serverSession, type AppendServer } from '../rpc/avro/server-session.ts';
import { parseIpFilter, type IpFilter } from '../rpc/ip-filter.ts';
import { RpcListener } from '../rpc/rpc-listener.ts';
import { serverTls } from '../tls/tls-options.ts';

const HANDSHAKE_MS = 10_000;

export const avroSource = source(AVRO_SOURCE, async (values, context) => {
  const tls = await serverTls(values, context);
  const appends = new Appends(context);
  const server: AppendServer = {
    get most() { return appends.most; },
    append: async (event) => ((await appends.append(event)) ? STATUS.ok : STATUS.failed),
    appendBatch: async (events) => ((await appends.appendBatch(events)) ? STATUS.ok : STATUS.failed),
    tooMany: (events) => { appends.tooMany(events); return STATUS.failed; },
  };
  const desk = new HandshakeDesk();
  const listener = new RpcListener(context, {
    host: values.bind, port: values.port, filter: values.ipFilter ? filterOf(context.name, values.ipFilterRules) : null,
    tls: tls && createSecureContext(tls), deflate: values['compression-type'] === 'deflate', timeoutMs: HANDSHAKE_MS,
    session: () => serverSession({ desk, server, limit: values.maxMessageBytes }),
  });
  return listener;
});

function filterOf(component: string, rules: string | null): IpFilter {
  const filter = rules === null || rules.trim() === '' ? null : parseIpFilter(rules);
  if (filter === null) throw SluiceError.of('AGENT_KEY', { component, key: 'ipFilterRules', value: rules ?? '', reason: 'a list of allow:ip:PATTERN, deny:name:PATTERN ... is wanted' });
  return filter;
}
