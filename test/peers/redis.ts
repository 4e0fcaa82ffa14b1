// Redis: streams with groups.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.ts';
import type { PeerDefinition } from './definition.ts';

export interface RedisOptions { readonly password?: string }
export interface RedisInfo { readonly url: string; readonly port: number; readonly pid: number }

export const redis: PeerDefinition<RedisOptions, RedisInfo> = {
  packages: ['redis-server'],
  start: async (context, { password }) => {
    const port = await context.port();
    const data = join(context.dir, 'data');
    mkdirSync(data, { recursive: true });
    const config = join(context.dir, 'redis.conf');
    writeFileSync(config, [`port ${port}`, 'bind 127.0.0.1', `dir ${data}`, 'save ""', 'appendonly yes', 'appendfsync always', 'daemonize no', ...(password === undefined ? [] : [`requirepass ${password}`]), ''].join('\n'));
    const pid = context.spawn('redis-server', [config]);
    const login = password === undefined ? '' : `AUTH ${password}\r\n`;
    await context.until('redis', async () => (await ask(port, `${login}PING\r\n`, (answer) => answer.includes('PONG'))).includes('PONG'));
    return { url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`, port, pid };
  },
};
