// One AMQP 0-9-1 connection with one channel (amqplib), and its errors in words. Opened anew by its owner after a loss.
import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';
import { clientTls } from '../client-tls.ts';

export interface AmqpKeys {
  readonly url: string;
  readonly userName: string | null;
  readonly password: string | null;
  readonly truststore: string | null;
  readonly 'truststore-password': string | null;
  readonly 'trust-all-certs': boolean;
}

const CONNECT_MS = 20_000;

/** The address with the login in it, where keys give one. AGENT_KEY for an address that is none. */
export function amqpUrl(component: string, { url: given, userName, password }: AmqpKeys): URL {
  const url = URL.parse(given);
  if (!url || !/^amqps?:$/.test(url.protocol) || url.hostname === '') throw SluiceError.of('AGENT_KEY', { component, key: 'url', value: given, reason: 'an address like amqp://host:5672/vhost is wanted' });
  if (userName !== null) url.username = encodeURIComponent(userName);
  if (password !== null) url.password = encodeURIComponent(password);
  return url;
}

/** What amqplib or the broker said, as AGENT_AUTH, AGENT_TLS or AGENT_CONNECT. */
export function amqpError(component: string, url: URL, error: unknown): SluiceError {
  if (error instanceof SluiceError) return error;
  const { message, code } = error as Error & { code?: unknown };
  if (/ACCESS_REFUSED|403/.test(message)) return SluiceError.of('AGENT_AUTH', { component, target: url.host, reason: message }, error);
  if (typeof code === 'string' && /^(ERR_TLS|ERR_SSL|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return SluiceError.of('AGENT_TLS', { component, peer: url.host, reason: message }, error);
  return SluiceError.of('AGENT_CONNECT', { component, target: url.host, reason: message }, error);
}

export interface AmqpConnection<C extends Channel> {
  readonly channel: C;
  close(): Promise<void>;
}

async function open<C extends Channel>(component: string, url: URL, keys: AmqpKeys, onEnd: (error: SluiceError) => void, make: (connection: ChannelModel) => Promise<C>): Promise<AmqpConnection<C>> {
  const late = (): Error => SluiceError.of('AGENT_CONNECT', { component, target: url.host, reason: `no answer within ${CONNECT_MS} ms` });
  const tls = clientTls({ truststore: keys.truststore, truststorePassword: keys['truststore-password'] ?? '', trustAll: keys['trust-all-certs'] });
  try {
    const connection = await within(connect(url.href, { noDelay: true, timeout: CONNECT_MS, ...(url.protocol === 'amqps:' ? { ...tls, servername: url.hostname } : {}) }), CONNECT_MS + 1000, late);
    let ended = false;
    const end = (error: unknown): void => {
      if (ended) return;
      ended = true;
      onEnd(amqpError(component, url, error));
    };
    connection.on('error', end);
    connection.on('close', (error) => { end(error ?? new Error('the broker closed the connection')); });
    const channel = await make(connection);
    channel.on('error', end);
    channel.on('close', () => { end(new Error('the broker closed the channel')); });
    return {
      channel,
      close: async () => {
        ended = true;
        await channel.close().catch(() => {}); // behind all acknowledgements; it may be gone already
        await connection.close().catch(() => {});
      },
    };
  } catch (error) {
    throw amqpError(component, url, error);
  }
}

/** `onEnd` is called once, when it is lost. */
export const openReceiving = (component: string, url: URL, keys: AmqpKeys, onEnd: (error: SluiceError) => void): Promise<AmqpConnection<Channel>> => open(component, url, keys, onEnd, (connection) => connection.createChannel());
/** The broker confirms what it is sent. */
export const openSending = (component: string, url: URL, keys: AmqpKeys, onEnd: (error: SluiceError) => void): Promise<AmqpConnection<ConfirmChannel>> => open(component, url, keys, onEnd, (connection) => connection.createConfirmChannel());
