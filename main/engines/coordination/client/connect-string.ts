// A connect string: `host:port,[::1]:port/chroot`. What it names, and nothing about reaching it.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { pathProblem } from './paths.ts';

export interface Host {
  readonly host: string;
  readonly port: number;
}

export interface ConnectString {
  readonly hosts: readonly Host[];
  /** '' for none; never '/'. */
  readonly chroot: string;
}

const DEFAULT_PORT = 2181;
const MAX_HOSTS = 256;

const bad = (text: string, reason: string): SluiceError => SluiceError.of('COORD_CONFIG', { file: text === '' ? 'the connect string' : text, line: '1', reason });

/** COORD_CONFIG, with the reason in words, when it is none (ConnectStringParser). A host without a port has 2181. */
export function parseConnectString(text: string): ConnectString {
  const slash = text.indexOf('/');
  const list = slash < 0 ? text : text.slice(0, slash);
  const chroot = slash < 0 ? '' : text.slice(slash).replace(/\/$/, '');
  if (chroot !== '') {
    const problem = pathProblem(chroot);
    if (problem !== null) throw bad(text, `the chroot ${problem}`);
  }
  const hosts = list.split(',').map((part) => part.trim()).filter((part) => part !== '').map((part) => parseHost(part, text));
  if (hosts.length === 0) throw bad(text, 'it names no server');
  if (hosts.length > MAX_HOSTS) throw bad(text, `it names ${hosts.length} servers, ${MAX_HOSTS} at most are tried`);
  return { hosts, chroot };
}

function parseHost(part: string, text: string): Host {
  const match = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s[\]:]+))(?::(\d{1,5}))?$/.exec(part);
  if (!match) throw bad(text, part.split(':').length > 2 && !part.includes('[') ? `${part}: an IPv6 address stands in brackets` : `${part} is not host:port`);
  const port = match[3] === undefined ? DEFAULT_PORT : Number(match[3]);
  if (port < 1 || port > 65_535) throw bad(text, `${part}: a port is 1 to 65535`);
  return { host: (match[1] ?? match[2]) as string, port };
}

/** As it stands in a connect string. */
export function showHost({ host, port }: Host): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
