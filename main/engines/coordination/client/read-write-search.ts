// A client on a read-only server looks for one that can write: `isro` to each in turn, slower and slower (ClientCnxn.pingRwServer).
import { onAbort, delay } from '../../../lib/async.ts';
import type { ClientOptions } from './client-types.ts';
import type { Host } from './connect-string.ts';
import { openSocket } from './connection.ts';

const FIRST_MS = 100;
const MOST_MS = 60_000;
const ANSWER_MS = 1000;

/** The first that says `rw`; null on abort. */
export async function findReadWrite(hosts: readonly Host[], tls: ClientOptions['tls'], signal: AbortSignal): Promise<Host | null> {
  for (let pause = FIRST_MS; !signal.aborted; pause = Math.min(pause * 2, MOST_MS)) {
    await delay(pause, signal).catch(() => undefined);
    for (const host of hosts) {
      if (signal.aborted) return null;
      if ((await askIsReadOnly(host, tls, signal)) === 'rw') return host;
    }
  }
  return null;
}

/** 'rw', 'ro', or whatever else it says; '' when it does not answer. */
function askIsReadOnly(host: Host, tls: ClientOptions['tls'], signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const socket = openSocket(host, tls);
    let said = '';
    const undo = onAbort(signal, () => socket.destroy());
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write('isro'));
    socket.on('data', (chunk: Buffer) => { said = (said + chunk.toString('latin1')).slice(0, 16); });
    socket.on('error', () => undefined);
    socket.on('close', () => { undo(); resolve(said.trim()); });
  });
}
