// A second start on the same data folder: finds the first, and gets a new address of it.
import { request } from 'node:http';
import { z } from 'zod';
import { isAlive, readHolder, type Holder } from '../shared/data-lock.ts';

const LIMIT_MS = 3000;
const Answer = z.object({ app: z.literal('sluice'), url: z.url().nullable() });

export type Running =
  | { readonly state: 'none'; readonly stale: Holder | null }
  /** `url` is null when its gate is shut. */
  | { readonly state: 'running'; readonly pid: number; readonly url: string | null }
  | { readonly state: 'silent'; readonly pid: number };

/** Whether the folder's holder lives. One that answers is; one that is alive and says nothing may be frozen. */
export async function findRunning(dataDir: string): Promise<Running> {
  const holder = readHolder(dataDir);
  if (!holder) return { state: 'none', stale: null };
  const answer = await ask(holder);
  if (answer === 'silent') return isAlive(holder.pid) ? { state: 'silent', pid: holder.pid } : { state: 'none', stale: holder };
  if (answer === 'another') return { state: 'none', stale: holder };
  return { state: 'running', pid: holder.pid, url: answer.url };
}

/** `another`: nobody there, or a program that is not ours, so the lock is left from a life before. */
function ask({ port, token }: Holder): Promise<z.output<typeof Answer> | 'another' | 'silent'> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, method: 'POST', path: '/control', headers: { authorization: `Bearer ${token}`, host: `127.0.0.1:${port}` }, timeout: LIMIT_MS, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > 10_000) call.destroy();
      });
      response.on('end', () => {
        try {
          resolve(Answer.parse(JSON.parse(body)));
        } catch {
          resolve('another');
        }
      });
      response.on('error', () => resolve('another'));
    });
    call.on('timeout', () => { resolve('silent'); call.destroy(); });
    call.on('error', () => resolve('another'));
    call.end();
  });
}
