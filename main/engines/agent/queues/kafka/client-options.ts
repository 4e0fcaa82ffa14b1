// From the properties that Flume hands to Kafka's Java clients to the options of ours (@platformatic/kafka): brokers, TLS, SASL, time limits.
import { CompressionAlgorithms, type BaseOptions, type CompressionAlgorithmValue, type SASLMechanismValue } from '@platformatic/kafka';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Properties } from '../../config/agent-config.ts';
import { below } from '../../config/agent-config.ts';
import { clientTls } from '../client-tls.ts';

/** One client's properties ("kafka.consumer." and the like taken off), read by their names in Kafka's documentation. */
export class KafkaProperties {
  private readonly component: string;
  private readonly prefix: string;
  private readonly all: Properties;

  constructor(component: string, properties: Properties, prefix: 'kafka.consumer.' | 'kafka.producer.') {
    this.component = component;
    this.prefix = prefix;
    this.all = below(properties, prefix);
  }

  text(key: string): string | null { return this.all.get(key)?.value ?? null; }

  /** AGENT_KEY for what is no whole number. */
  number(key: string): number | null {
    const value = this.text(key);
    if (value === null) return null;
    if (!/^-?\d{1,15}$/.test(value.trim())) throw this.wrong(key, 'a whole number is wanted');
    return Number(value);
  }

  wrong(key: string, reason: string): SluiceError {
    return SluiceError.of('AGENT_KEY', { component: this.component, key: `${this.prefix}${key}`, value: this.all.get(key)?.value ?? '', reason });
  }
}

const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const satisfies readonly SASLMechanismValue[];

/** The user and password of `sasl.jaas.config`: ...LoginModule required username="u" password="p"; */
function jaasLogin(jaas: string): { readonly username: string; readonly password: string } | null {
  const option = (name: string): string | undefined => new RegExp(`\\b${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`).exec(jaas)?.slice(1).find((found) => found !== undefined)?.replace(/\\(.)/g, '$1');
  const [username, password] = [option('username'), option('password')];
  return username === undefined || password === undefined ? null : { username, password };
}

function saslOf(properties: KafkaProperties): NonNullable<BaseOptions['sasl']> {
  const mechanism = MECHANISMS.find((name) => name === (properties.text('sasl.mechanism') ?? 'GSSAPI'));
  if (!mechanism) throw properties.wrong('sasl.mechanism', `only ${MECHANISMS.join(', ')} are spoken here (Kafka's own default is GSSAPI)`);
  const login = jaasLogin(properties.text('sasl.jaas.config') ?? '');
  if (!login) throw properties.wrong('sasl.jaas.config', 'a login module with username="..." and password="..." is wanted');
  return { mechanism, ...login };
}

function tlsOf(properties: KafkaProperties): NonNullable<BaseOptions['tls']> {
  const keystore = properties.text('ssl.keystore.location');
  const tls = clientTls({
    truststore: properties.text('ssl.truststore.location'), truststorePassword: properties.text('ssl.truststore.password') ?? '', trustAll: false,
    keystore: keystore === null ? null : { path: keystore, password: properties.text('ssl.keystore.password') ?? '' },
  });
  return properties.text('ssl.endpoint.identification.algorithm') === '' ? { ...tls, checkServerIdentity: () => undefined } : tls;
}

/** AGENT_KEY, AGENT_STORE. */
export function kafkaClientOptions(component: string, bootstrap: string, properties: KafkaProperties): BaseOptions {
  const protocol = (properties.text('security.protocol') ?? 'PLAINTEXT').toUpperCase();
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol)) throw properties.wrong('security.protocol', 'one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL is wanted');
  const brokers = bootstrap.split(',').map((broker) => broker.trim()).filter((broker) => broker !== '');
  if (brokers.length === 0 || brokers.some((broker) => !/^\S+:\d{1,5}$/.test(broker))) throw SluiceError.of('AGENT_KEY', { component, key: 'kafka.bootstrap.servers', value: bootstrap, reason: 'host:port,host:port is wanted' });
  return {
    clientId: properties.text('client.id') ?? `sluice-${component}`, bootstrapBrokers: brokers, retries: 3, retryDelay: properties.number('retry.backoff.ms') ?? 250,
    connectTimeout: 10_000, requestTimeout: properties.number('request.timeout.ms') ?? 30_000, timeout: properties.number('request.timeout.ms') ?? 30_000,
    ...(protocol.endsWith('SSL') ? { tls: tlsOf(properties) } : {}), ...(protocol.startsWith('SASL') ? { sasl: saslOf(properties) } : {}),
  };
}

const COMPRESSIONS = Object.values(CompressionAlgorithms);

/** `compression.type`. AGENT_KEY for one there is none of. */
export function compressionOf(properties: KafkaProperties): CompressionAlgorithmValue {
  const wanted = properties.text('compression.type') ?? 'none';
  const found = COMPRESSIONS.find((name) => name === wanted);
  if (!found) throw properties.wrong('compression.type', `one of ${COMPRESSIONS.join(', ')} is wanted`);
  return found;
}

/** What the client or a broker said, as AGENT_AUTH, AGENT_REJECTED or AGENT_CONNECT. */
export function kafkaError(component: string, bootstrap: string, error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const reason = rootOf(error);
  if (/authenti|SASL/i.test(reason)) return SluiceError.of('AGENT_AUTH', { component, target: bootstrap, reason }, error);
  if (isTooLarge(error)) return SluiceError.of('AGENT_REJECTED', { component, target: bootstrap, reason }, error);
  return SluiceError.of('AGENT_CONNECT', { component, target: bootstrap, reason }, error);
}

/** A message that no broker of this topic will ever take. */
export function isTooLarge(error: unknown): boolean {
  return /MESSAGE_TOO_LARGE|RECORD_LIST_TOO_LARGE|larger than the max/i.test(allOf(error).map((one) => `${String((one as { apiId?: unknown }).apiId ?? '')} ${one.message}`).join(' '));
}

/** A topic that is not there, or not yet: brokers make it when it is first asked for, where that is allowed. */
export function isUnknownTopic(error: unknown): boolean {
  return allOf(error).some((one) => /UNKNOWN_TOPIC|LEADER_NOT_AVAILABLE/.test(String((one as { apiId?: unknown }).apiId ?? '')) || /^Unknown topic/.test(one.message));
}

function allOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [];
  return [error, ...inner.flatMap(allOf), ...allOf(error.cause)];
}

function rootOf(error: unknown): string {
  return allOf(error).at(-1)?.message ?? String(error);
}
