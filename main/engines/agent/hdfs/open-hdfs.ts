// From an address as configurations have it to a client: hdfs:// names the port of the name node's RPC, for which the HTTP address of the same node is looked for.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { HdfsClient, HdfsTarget } from '../ports.ts';
import { LocalFiles } from './local-files.ts';
import { WebHdfs } from './web-hdfs.ts';

/** Where WebHDFS listens: Hadoop 3, Hadoop 2, HttpFS. */
const HTTP_PORTS = [9870, 50_070, 14_000];
const PROBE_MS = 3000;

/** Rejects with AGENT_CONNECT, AGENT_AUTH, and AGENT_NOT_HERE for what is no address of an HDFS. */
export async function openHdfs({ uri, user, httpUri }: HdfsTarget): Promise<HdfsClient> {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)/i.exec(uri);
  const scheme = match?.[1]?.toLowerCase() ?? (uri.startsWith('file:') || uri === '' ? 'file' : '');
  const host = match?.[2] ?? '';
  if (httpUri !== null && (scheme !== 'file' || uri === '')) return new WebHdfs({ addresses: httpUri.split(/\s*,\s*/).filter((word) => word !== '').map((word) => addressOf(word, uri)), user });
  switch (scheme) {
    case 'file': return new LocalFiles();
    case 'webhdfs': return new WebHdfs({ addresses: [`http://${host.includes(':') ? host : `${host}:${HTTP_PORTS[0]}`}`], user });
    case 'swebhdfs': return new WebHdfs({ addresses: [`https://${host.includes(':') ? host : `${host}:9871`}`], user });
    case 'hdfs': return probe(uri, host.replace(/:\d+$/, ''), user);
  }
  throw SluiceError.of('AGENT_NOT_HERE', { component: 'hdfs', what: `${uri}: hdfs://, webhdfs://, swebhdfs:// or file:// is wanted` });
}

function addressOf(word: string, uri: string): string {
  const text = /^https?:\/\//i.test(word) ? word : `http://${word}`;
  try {
    const { origin } = new URL(text);
    return origin;
  } catch {
    throw SluiceError.of('AGENT_NOT_HERE', { component: 'hdfs', what: `${uri}: ${word} is no HTTP address` });
  }
}

async function probe(uri: string, host: string, user: string | null): Promise<HdfsClient> {
  const reasons: string[] = [];
  for (const port of HTTP_PORTS) {
    const client = new WebHdfs({ addresses: [`http://${host}:${port}`], user, timeoutMs: PROBE_MS });
    try {
      await client.check();
      return new WebHdfs({ addresses: [`http://${host}:${port}`], user });
    } catch (error) {
      reasons.push(error instanceof SluiceError ? String(error.params['reason'] ?? error.code) : String(error));
    } finally {
      await client.close();
    }
  }
  throw SluiceError.of('AGENT_CONNECT', {
    component: 'hdfs', target: uri, reason: `the port of hdfs:// is for Hadoop’s RPC, and WebHDFS answers neither at ${HTTP_PORTS.join(' nor ')} (${[...new Set(reasons)].join('; ')}); name its address by hdfs.httpUri`,
  });
}
