// Mosquitto: MQTT 3.1.1 and 5.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask } from './ask.ts';
import type { PeerDefinition } from './definition.ts';

export interface MosquittoOptions { readonly user?: { readonly name: string; readonly password: string } }
export interface MosquittoInfo { readonly url: string; readonly port: number; readonly pid: number }

const CONNECT = Buffer.from('101000044d5154540402000a000470656572', 'hex');

export const mosquitto: PeerDefinition<MosquittoOptions, MosquittoInfo> = {
  packages: ['mosquitto'],
  start: async (context, { user }) => {
    const port = await context.port();
    const data = join(context.dir, 'data');
    mkdirSync(data, { recursive: true });
    const passwords = join(context.dir, 'passwords');
    const config = join(context.dir, 'mosquitto.conf');
    writeFileSync(config, [
      `listener ${port} 127.0.0.1`, ...(process.getuid?.() === 0 ? ['user root'] : []), 'persistence true', `persistence_location ${data}/`,
      'log_dest stderr', ...(user ? ['allow_anonymous false', `password_file ${passwords}`] : ['allow_anonymous true']), '',
    ].join('\n'));
    if (user) {
      writeFileSync(passwords, '', { mode: 0o600 });
      execFileSync('mosquitto_passwd', ['-b', passwords, user.name, user.password], { stdio: 'ignore' });
    }
    const pid = context.spawn('mosquitto', ['-c', config]);
    await context.until('mosquitto', async () => (await ask(port, CONNECT, (answer) => answer.length >= 4)).subarray(0, 2).equals(Buffer.from([0x20, 2])));
    return { url: `mqtt://127.0.0.1:${port}`, port, pid };
  },
};
