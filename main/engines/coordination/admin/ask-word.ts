// Asks a server a four-letter word over TCP: one question, one connection, an answer of bounded size.
import { connect, type Socket } from 'node:net';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { onAbort } from '../../../lib/async.ts';
import { codeOf } from '../../../lib/errno.ts';

const MAX_ANSWER = 64 * 1024 * 1024;

export interface Host {
  readonly host: string;
  readonly port: number;
}

export function showHost({ host, port }: Host): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `open` dials in another way, such as TLS for a secure port. Throws COORD_FOUR_LETTER when the server does not allow or know the word, COORD_CONNECT when nobody answers within `timeoutMs`. */
export function askWord(at: Host, word: string, timeoutMs = 5000, signal?: AbortSignal, open: (at: Host) => Socket = ({ host, port }) => connect({ host, port })): Promise<string> {
  const name = showHost(at);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    const fail = (reason: string, cause?: unknown): void => { socket.destroy(); reject(SluiceError.of('COORD_CONNECT', { hosts: name, reason }, cause)); };
    const socket = open(at);
    socket.write(word === 'stmk' ? Buffer.concat([Buffer.from(word), Buffer.alloc(8)]) : word);
    const undo = onAbort(signal, () => { fail('ABORT_ERR'); });
    const timer = setTimeout(() => { fail('ETIMEDOUT'); }, timeoutMs);
    socket.on('data', (part: Buffer) => {
      length += part.length;
      if (length > MAX_ANSWER) { fail('the answer is larger than 64 MiB'); return; }
      parts.push(part);
    });
    socket.on('error', (error) => { clearTimeout(timer); fail(codeOf(error), error); });
    socket.on('close', () => {
      clearTimeout(timer);
      undo();
      const text = Buffer.concat(parts).toString('utf8');
      if (text.trimEnd().endsWith('is not executed because it is not in the whitelist.')) reject(SluiceError.of('COORD_FOUR_LETTER', { host: name, word, reason: text.trim() }));
      else if (text === '' && word !== 'hash') reject(SluiceError.of('COORD_FOUR_LETTER', { host: name, word, reason: 'the server closed the connection without an answer' }));
      else resolve(text);
    });
  });
}
