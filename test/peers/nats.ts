// NATS with JetStream.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.ts';
import type { PeerDefinition } from './definition.ts';

export interface NatsOptions { readonly token?: string }
export interface NatsInfo { readonly url: string; readonly port: number; readonly pid: number }

export const nats: PeerDefinition<NatsOptions, NatsInfo> = {
  packages: ['nats-server'],
  start: async (context, { token }) => {
    const port = await context.port();
    const config = join(context.dir, 'nats.conf');
    writeFileSync(config, [`listen: "127.0.0.1:${port}"`, `server_name: "peer-${port}"`, `jetstream { store_dir: "${join(context.dir, 'data')}" }`, ...(token === undefined ? [] : [`authorization { token: "${token}" }`]), ''].join('\n'));
    const pid = context.spawn('nats-server', ['-c', config]);
    const hello = `CONNECT ${JSON.stringify({ verbose: false, ...(token === undefined ? {} : { auth_token: token }) })}\r\nSUB r 1\r\nPUB $JS.API.INFO r 0\r\n\r\n`;
    await context.until('nats', async () => (await ask(port, hello, (answer) => answer.includes('account_info_response'))).includes('account_info_response'));
    return { url: `nats://127.0.0.1:${port}`, port, pid };
  },
};
