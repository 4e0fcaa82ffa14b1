// The properties file of Flume's RPC clients (RpcClientFactory): hosts and their addresses, and the keys that the sinks have too.
import type { ComponentSpec, ValuesOf } from '../../../../preload/contract/agent/keys.ts';
import { AVRO_SINK, THRIFT_SINK } from '../../../../preload/contract/agent/specs/rpc.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { valueError } from '../components/factory.ts';
import { readValues } from '../components/read-values.ts';
import { below, type Properties } from '../config/agent-config.ts';
import type { AgentPorts } from '../ports.ts';
import { clientTls } from '../tls/tls-options.ts';
import { AvroClient } from './avro/client.ts';
import { withoutKerberos } from './kerberos.ts';
import { connectError, timeoutOf } from './rpc-errors.ts';
import type { RpcClient } from './rpc-sink.ts';
import { ThriftClient } from './thrift/client.ts';

export interface RpcTarget {
  readonly batchSize: number;
  /** The first host that answers. AGENT_CONNECT, AGENT_TLS, AGENT_COMPRESSION of the last one when none does. */
  open(signal: AbortSignal): Promise<RpcClient>;
}

type Of = { readonly name: string; readonly ports: Pick<AgentPorts, 'javaProperty' | 'environment'> };

interface Address { readonly host: string; readonly port: number }

/** Thrift with `client.type = thrift`, else Avro; of several hosts the first that answers. AGENT_KEY for what cannot be meant. */
export async function rpcTarget(properties: Properties, of: Of): Promise<RpcTarget> {
  const addresses = addressesOf(properties, of.name);
  const at = { file: '', line: 0 };
  // what a sink has beside and a client's file does not
  const all = new Map([...properties, ['hostname', { ...at, value: 'hosts' }], ['port', { ...at, value: '0' }]]);
  const { batchSize, open } = await (properties.get('client.type')?.value.toLowerCase() === 'thrift' ? thriftOpener(all, of) : avroOpener(all, of));
  return {
    batchSize,
    open: async (signal) => {
      let last: SluiceError | null = null;
      for (const address of addresses) {
        try {
          return await open(address, signal);
        } catch (error) {
          last = connectError(of.name, `${address.host}:${address.port}`, error);
        }
      }
      throw last as SluiceError;
    },
  };
}

interface Opener { readonly batchSize: number; readonly open: (address: Address, signal: AbortSignal) => Promise<RpcClient> }

async function avroOpener(properties: Properties, of: Of): Promise<Opener> {
  const values = valuesOf(AVRO_SINK, properties, of.name);
  const common = {
    tls: await clientTls(values, of), connectTimeoutMs: timeoutOf(values['connect-timeout']), requestTimeoutMs: timeoutOf(values['request-timeout']),
    level: values['compression-type'] === 'deflate' ? values['compression-level'] : null, order: values['ssl-compression-order'] === 'flume-1.9' ? 'tls-outside' : 'zlib-outside',
  } as const;
  return { batchSize: values['batch-size'], open: (address, signal) => AvroClient.open({ ...common, ...address }, signal) };
}

async function thriftOpener(properties: Properties, of: Of): Promise<Opener> {
  const values = valuesOf(THRIFT_SINK, properties, of.name);
  withoutKerberos(of.name, values.kerberos);
  const common = {
    tls: await clientTls(values, of), connectTimeoutMs: timeoutOf(values['connect-timeout']), requestTimeoutMs: timeoutOf(values['request-timeout']),
    level: null, order: 'tls-outside', encoding: values.protocol,
  } as const;
  return { batchSize: values['batch-size'], open: (address, signal) => ThriftClient.open({ ...common, ...address }, signal) };
}

function valuesOf<S extends ComponentSpec>(spec: S, properties: Properties, component: string): ValuesOf<S> {
  const { values, problems } = readValues(spec, properties);
  const problem = problems.find(({ kind }) => kind !== 'notAFlag');
  if (problem) throw valueError(component, problem);
  return values;
}

/** `hosts = h1 h2`, `hosts.h1 = host:port`. */
function addressesOf(properties: Properties, component: string): readonly Address[] {
  const names = (properties.get('hosts')?.value ?? '').split(/\s+/).filter((name) => name !== '');
  if (names.length === 0) throw SluiceError.of('AGENT_KEY', { component, key: 'hosts', value: '', reason: 'it is required' });
  const hosts = below(properties, 'hosts.');
  return names.map((name) => {
    const value = hosts.get(name)?.value ?? '';
    const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(value) ?? [];
    if (host === '' || Number(port) > 65_535) throw SluiceError.of('AGENT_KEY', { component, key: `hosts.${name}`, value, reason: 'HOST:PORT is wanted' });
    return { host, port: Number(port) };
  });
}
