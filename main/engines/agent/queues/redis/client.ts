// A connection to Redis (@redis/client) whose answers are bytes, and its errors in words. Opened anew by its owner after a loss.
import { createClient, RESP_TYPES } from '@redis/client';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { within } from '../../../../lib/async.ts';

export type RedisReply = Buffer | number | null | readonly RedisReply[];

export interface RedisConnection {
  /** Arguments as they are; AGENT_CONNECT when the connection is lost or late, AGENT_REJECTED with the server's words when it refuses. */
  command(args: readonly (string | Buffer)[], timeoutMs: number): Promise<RedisReply>;
  readonly open: boolean;
  close(): void;
}

const BYTES = { [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.SIMPLE_STRING]: Buffer } as const;
const CONNECT_MS = 20_000;

/** `lost` is called when the connection ended by itself. AGENT_KEY for an address that is none, AGENT_CONNECT, AGENT_AUTH. */
export async function openRedis(component: string, address: string, password: string | null, lost: () => void = () => {}): Promise<RedisConnection> {
  const url = URL.parse(address);
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') throw SluiceError.of('AGENT_KEY', { component, key: 'url', value: address, reason: 'an address like redis://host:6379 is wanted' });
  const client = createClient({ url: address, RESP: 2, ...(password === null ? {} : { password }), socket: { reconnectStrategy: false, connectTimeout: CONNECT_MS }, disableOfflineQueue: true });
  client.on('error', lost); // every command that waits is told by itself
  const problem = (error: unknown): SluiceError => {
    if (error instanceof SluiceError) return error;
    const { message } = error as Error;
    if (/^(WRONGPASS|NOAUTH|NOPERM|ERR invalid password)/.test(message)) return SluiceError.of('AGENT_AUTH', { component, target: url.host, reason: message }, error);
    if (/^[A-Z]{3,} /.test(message)) return SluiceError.of('AGENT_REJECTED', { component, target: url.host, reason: message }, error);
    return SluiceError.of('AGENT_CONNECT', { component, target: url.host, reason: message }, error);
  };
  try {
    await within(client.connect(), CONNECT_MS + 1000, () => new Error(`no answer within ${CONNECT_MS} ms`));
  } catch (error) {
    throw problem(error);
  }
  return {
    get open() { return client.isReady; },
    command: (args, timeoutMs) => within(client.sendCommand<RedisReply>(args, { typeMapping: BYTES }), timeoutMs, () => new Error(`no answer within ${timeoutMs} ms`)).catch((error: unknown) => { throw problem(error); }),
    close: () => { if (client.isOpen) client.destroy(); },
  };
}
