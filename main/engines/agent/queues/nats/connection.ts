// A connection to NATS with JetStream (nats.js), and its errors in words. nats.js connects again by itself; who waits meanwhile is told after his own time limit.
import { AckPolicy, jetstream, jetstreamManager, JetStreamApiCodes, JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

export interface NatsKeys {
  readonly servers: readonly string[];
  readonly userName: string | null;
  readonly password: string | null;
  readonly token: string | null;
}

export interface OpenNats {
  readonly connection: NatsConnection;
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
}

const CONNECT_MS = 20_000;

export function natsError(component: string, servers: readonly string[], error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const { name, message } = error as Error;
  const target = servers.join(',');
  if (/Authorization|UserAuthentication/.test(name) || /authorization|authentication/i.test(message)) return SluiceError.of('AGENT_AUTH', { component, target, reason: message }, error);
  if (error instanceof JetStreamApiError) return SluiceError.of('AGENT_REJECTED', { component, target, reason: message }, error);
  return SluiceError.of('AGENT_CONNECT', { component, target, reason: message }, error);
}

/** AGENT_CONNECT, AGENT_AUTH. */
export async function openNats(component: string, { servers, userName, password, token }: NatsKeys): Promise<OpenNats> {
  try {
    const connection = await connect({
      servers: [...servers], name: `sluice ${component}`, timeout: CONNECT_MS, maxReconnectAttempts: -1, reconnectTimeWait: 1000,
      ...(userName === null ? {} : { user: userName }), ...(password === null ? {} : { pass: password }), ...(token === null ? {} : { token }),
    });
    try {
      return { connection, manager: await jetstreamManager(connection), client: jetstream(connection) };
    } catch (error) {
      await connection.close();
      throw error;
    }
  } catch (error) {
    throw natsError(component, servers, error);
  }
}

const isCode = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

/** A stream that is not there is made for `subjects`; without subjects that is an error. */
export async function ensureStream({ manager }: OpenNats, stream: string, subjects: readonly string[]): Promise<void> {
  try {
    await manager.streams.info(stream);
  } catch (error) {
    if (!isCode(error, JetStreamApiCodes.StreamNotFound) || subjects.length === 0) throw error;
    await manager.streams.add({ name: stream, subjects: [...subjects] });
  }
}

/** A durable consumer that wants every message acknowledged; one that is there stays as it is. */
export async function ensureConsumer({ manager }: OpenNats, stream: string, consumer: string, { filterSubject, ackWaitS, window }: { readonly filterSubject: string | null; readonly ackWaitS: number; readonly window: number }): Promise<void> {
  try {
    await manager.consumers.info(stream, consumer);
  } catch (error) {
    if (!isCode(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(stream, { durable_name: consumer, ack_policy: AckPolicy.Explicit, ack_wait: ackWaitS * 1e9, max_ack_pending: window, ...(filterSubject === null ? {} : { filter_subject: filterSubject }) });
  }
}
