// server.N, group.N and weight.N lines: read as QuorumPeer.QuorumServer and QuorumHierarchical do, and written back as they print them.
import type { QuorumConfig, QuorumServer, ServerRole } from './node-config.ts';
import type { Lints } from './lint.ts';
import type { Property } from '../../../lib/java-properties.ts';

/** A server line that cannot be used; the message says why. */
export class ServerLineError extends Error {}

const FORM = 'the form is host:quorumPort:electionPort[:participant|observer][;[address:]clientPort], several addresses divided by |';

/** host, port, ... with IPv6 in brackets (ConfigUtils.getHostAndPort). */
function hostAndPorts(text: string): string[] {
  if (!text.startsWith('[')) return text.split(':');
  const end = text.indexOf(']');
  if (end < 0) throw new ServerLineError(`${text} begins with [ and has no ]`);
  if (text[end + 1] !== ':' || end + 2 >= text.length) throw new ServerLineError(`${text} has no port after the address`);
  return [text.slice(1, end), ...text.slice(end + 2).split(':')];
}

function port(text: string | undefined, whole: string): number {
  const value = text !== undefined && /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= 65_535)) throw new ServerLineError(`"${text ?? ''}" in ${whole} is no port: a number from 1 to 65535 is needed`);
  return value;
}

function clientAddress(text: string | undefined): { readonly host: string | null; readonly port: number } | null {
  if (text === undefined || text.trim() === '') return null;
  const parts = hostAndPorts(text.trim());
  if (parts.length > 2) throw new ServerLineError(`${text} is no client address; ${FORM}`);
  const host = parts.length === 2 ? (parts[0] as string) : null;
  return { host: host === null || host === '' || host === '0.0.0.0' ? null : host, port: port(parts.at(-1), text) };
}

function roleOf(text: string): ServerRole {
  const role = text.trim().toLowerCase();
  if (role === 'participant' || role === 'observer') return role;
  throw new ServerLineError(`"${text}" is no role: participant or observer`);
}

/** The value of one `server.N` line. Throws ServerLineError. */
export function parseServer(sid: number, text: string): QuorumServer {
  const [serverPart = '', clientPart, securePart, ...more] = text.split(';');
  if (more.length > 0) throw new ServerLineError(`${text} has too many parts divided by ;`);
  let role: ServerRole | null = null;
  const addresses = serverPart.split('|').map((address) => {
    const parts = hostAndPorts(address.trim());
    if (parts.length < 3 || parts.length > 4 || parts[0] === '') throw new ServerLineError(`${text}: ${FORM}`);
    const found = { host: parts[0] as string, quorumPort: port(parts[1], address), electionPort: port(parts[2], address) };
    if (found.quorumPort === found.electionPort) throw new ServerLineError(`${address}: quorum port and election port must differ`);
    if (parts[3] !== undefined) {
      const said = roleOf(parts[3]);
      if (role !== null && role !== said) throw new ServerLineError(`${text}: all addresses of one server must have the same role`);
      role = said;
    }
    return found;
  });
  const secureClient = clientAddress(securePart);
  return { sid, addresses, role: role ?? 'participant', client: clientAddress(clientPart), ...(secureClient === null ? {} : { secureClient }) };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** As QuorumServer.toString prints it: what peers compare and /zookeeper/config holds. */
function formatServer(server: QuorumServer): string {
  const addresses = server.addresses.toSorted((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0));
  const client = (at: { readonly host: string | null; readonly port: number }): string => `;${bracketed(at.host ?? '0.0.0.0')}:${at.port}`;
  const secure = server.secureClient;
  return `${addresses.map((at) => `${bracketed(at.host)}:${at.quorumPort}:${at.electionPort}`).join('|')}:${server.role}`
    + (server.client ? client(server.client) : secure ? ';' : '')
    + (secure ? client(secure) : '');
}

/** Lines of QuorumVerifier.toString: servers, groups, weights, and `version=` in hex last when asked for. */
export function formatQuorum(quorum: QuorumConfig, withVersion = true): string {
  const sids = [...quorum.servers.keys()].sort((a, b) => a - b);
  const lines = sids.map((sid) => `server.${sid}=${formatServer(quorum.servers.get(sid) as QuorumServer)}`);
  if (quorum.groups) {
    const members = new Map<number, number[]>();
    for (const [sid, group] of [...quorum.groups].sort(([a], [b]) => a - b)) members.set(group, [...(members.get(group) ?? []), sid]);
    for (const [group, of] of [...members].sort(([a], [b]) => a - b)) lines.push(`group.${group}=${of.join(':')}`);
    for (const [sid, weight] of [...quorum.weights].sort(([a], [b]) => a - b)) lines.push(`weight.${sid}=${weight}`);
  }
  if (withVersion) lines.push(`version=${quorum.version.toString(16)}`);
  return lines.join('\n');
}

/** Reads the lines of one file. Null when there is no server line. Never throws: problems become lints of `file`. */
export function readQuorum(properties: readonly Property[], version: number, lints: Lints, file: string): QuorumConfig | null {
  const servers = new Map<number, QuorumServer>();
  const groups = new Map<number, number>();
  const weights = new Map<number, number>();
  let hierarchical = false;
  const fail = (at: Property, what: string, why: string): void => { lints.error(at, { what, why, fix: 'Correct the line; it must be alike on all servers.' }, file); };
  const numbered = (at: Property): number | null => {
    const text = at.key.slice(at.key.indexOf('.') + 1);
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value)) { fail(at, `${at.key} has no number after the dot`, `"${text}" is no whole number.`); return null; }
    return value;
  };
  for (const property of properties) {
    const { key, value } = property;
    if (key.startsWith('server.')) {
      const sid = numbered(property);
      if (sid === null) continue;
      if (sid < 0 || sid > 255) { fail(property, `${key}: the number of a server must be from 0 to 255`, 'It is the first byte of the session ids that the server gives out.'); continue; }
      try {
        servers.set(sid, parseServer(sid, value));
      } catch (error) {
        if (!(error instanceof ServerLineError)) throw error;
        fail(property, `${key} cannot be read`, error.message);
      }
    } else if (/^group\./.test(key)) {
      hierarchical = true;
      const group = numbered(property);
      if (group === null) continue;
      for (const member of value.split(':')) {
        const sid = /^\d+$/.test(member.trim()) ? Number(member) : Number.NaN;
        if (Number.isNaN(sid)) fail(property, `${key} cannot be read`, `"${member}" is no server number; members are divided by colons.`);
        else if (groups.has(sid)) fail(property, `Server ${sid} is in more than one group`, 'Groups must not overlap.');
        else groups.set(sid, group);
      }
    } else if (/^weight\./.test(key)) {
      hierarchical = true;
      const sid = numbered(property);
      if (sid === null) continue;
      if (/^\d{1,15}$/.test(value)) weights.set(sid, Number(value));
      else fail(property, `${key} cannot be read`, `"${value}" is no whole number of 0 or more.`);
    }
  }
  if (servers.size === 0) return null;
  if (hierarchical) {
    for (const server of servers.values()) {
      if (server.role !== 'participant') continue;
      if (!groups.has(server.sid)) fail(lineOf(properties, server.sid), `Server ${server.sid} is in no group`, 'With group lines every voting server must be in one.');
      if (!weights.has(server.sid)) weights.set(server.sid, 1);
    }
  }
  checkDistinct(servers, properties, fail);
  return { servers, groups: hierarchical ? groups : null, weights, version };
}

function lineOf(properties: readonly Property[], sid: number): Property {
  return properties.find((property) => property.key === `server.${sid}`) ?? (properties[0] as Property);
}

function checkDistinct(servers: ReadonlyMap<number, QuorumServer>, properties: readonly Property[], fail: (at: Property, what: string, why: string) => void): void {
  const taken = new Map<string, number>();
  for (const server of servers.values()) {
    for (const at of server.addresses) {
      for (const one of [at.quorumPort, at.electionPort]) {
        const name = `${at.host}:${one}`;
        const other = taken.get(name);
        if (other !== undefined && other !== server.sid) fail(lineOf(properties, server.sid), `server.${server.sid} and server.${other} share ${name}`, 'Only one of them could open that port.');
        taken.set(name, server.sid);
      }
    }
  }
}
