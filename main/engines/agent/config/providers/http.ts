// An address that answers with the configuration (-u): asked again with its ETag or its time, so that nothing comes when nothing changed. User and password as basic authentication.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { ConfigFile } from '../text/read-files.ts';
import { MOST_BYTES } from './files.ts';
import { digestOf, poll } from './poll.ts';
import type { ConfigProvider, Trouble } from './provider.ts';

export interface HttpOptions {
  readonly uri: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Flume's is 300 s. */
  readonly everyMs: number;
  readonly trouble: Trouble;
}

/** ms for an answer with all its bytes. */
const PATIENCE_MS = 30_000;

export function httpProvider(options: HttpOptions): ConfigProvider {
  const place = shown(options.uri);
  let etag: string | null = null;
  let modified: string | null = null;
  let digest = '';

  /** Null when it is the same as before. */
  const fetchOne = async (signal: AbortSignal | undefined, fresh: boolean): Promise<ConfigFile | null> => {
    const headers = new Headers({ accept: 'text/plain, */*;q=0.5' });
    if (options.user !== null) headers.set('authorization', `Basic ${Buffer.from(`${options.user}:${options.password ?? ''}`, 'utf8').toString('base64')}`);
    if (!fresh && etag !== null) headers.set('if-none-match', etag);
    if (!fresh && modified !== null) headers.set('if-modified-since', modified);
    const limit = AbortSignal.timeout(PATIENCE_MS);
    const ends = signal ? AbortSignal.any([signal, limit]) : limit;
    try {
      const answer = await fetch(withoutUser(options.uri), { headers, signal: ends });
      if (answer.status === 304) { await answer.body?.cancel(); return null; }
      if (answer.status !== 200) { await answer.body?.cancel(); throw failed(place, reasonOf(answer.status)); }
      const bytes = await bodyOf(answer, place);
      etag = answer.headers.get('etag');
      modified = answer.headers.get('last-modified');
      return { name: place, bytes };
    } catch (error) {
      if (error instanceof SluiceError) throw error;
      throw failed(place, limit.aborted ? `no answer within ${PATIENCE_MS / 1000} s` : causeOf(error), error);
    }
  };

  return {
    place,
    read: async (signal) => {
      const file = await fetchOne(signal, true) as ConfigFile;
      digest = digestOf([file]);
      return [file];
    },
    changes: (signal) => poll(options.everyMs, async (ends) => {
      const file = await fetchOne(ends, false);
      const found = file ? digestOf([file]) : digest;
      const changed = found !== digest;
      digest = found;
      return changed;
    }, options.trouble, signal),
    accepted: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const failed = (source: string, reason: string, cause?: unknown): SluiceError => SluiceError.of('AGENT_CONFIG_SOURCE', { source, reason }, cause);

function reasonOf(status: number): string {
  if (status === 401 || status === 403) return `the login was refused (${status})`;
  return status === 404 ? 'it is not there (404)' : `the server answered ${status}`;
}

async function bodyOf(answer: Response, place: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw failed(place, `it has more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** fetch says only that it failed; why stands beneath. */
function causeOf(error: unknown): string {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

/** A password in an address is not shown, and not sent along. */
function shown(uri: string): string {
  const url = new URL(uri);
  if (url.password !== '') url.password = '***';
  return url.href;
}

function withoutUser(uri: string): string {
  const url = new URL(uri);
  url.username = '';
  url.password = '';
  return url.href;
}
