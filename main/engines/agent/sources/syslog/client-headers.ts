// Headers that tell who sent an event: `clientIPHeader`, `clientHostnameHeader`.
import { lookupService } from 'node:dns/promises';
import { within } from '../../../../lib/async.ts';
import type { Event } from '../../event/event.ts';

export interface ClientHeaderKeys { readonly clientIPHeader: string | null; readonly clientHostnameHeader: string | null }

/** Names of at most so many addresses are remembered. */
const MOST_NAMES = 1000;
/** Later ones are told with the next connection or datagram; until then the address is. */
const LOOKUP_MS = 1000;

export class ClientHeaders {
  private readonly keys: ClientHeaderKeys;
  private readonly names = new Map<string, Promise<string>>();

  constructor(keys: ClientHeaderKeys) {
    this.keys = keys;
  }

  /** Null when nothing is to be told; the name of the host is the address where it has none. */
  async of(address: string): Promise<readonly (readonly [string, string])[] | null> {
    const { clientIPHeader, clientHostnameHeader } = this.keys;
    const headers: [string, string][] = [];
    if (clientIPHeader !== null) headers.push([clientIPHeader, address]);
    if (clientHostnameHeader !== null) headers.push([clientHostnameHeader, await this.nameOf(address)]);
    return headers.length === 0 ? null : headers;
  }

  private nameOf(address: string): Promise<string> {
    const known = this.names.get(address);
    if (known) return known;
    const name = lookupService(address, 0).then(({ hostname }) => hostname, () => address);
    if (this.names.size >= MOST_NAMES) this.names.clear();
    this.names.set(address, within(name, LOOKUP_MS, () => new Error('late')).catch(() => address));
    void name.then((found) => { this.names.set(address, Promise.resolve(found)); });
    return this.names.get(address) as Promise<string>;
  }
}

export function withHeaders(event: Event, more: readonly (readonly [string, string])[] | null): Event {
  return more === null ? event : event.withHeaders(new Map([...event.headers, ...more]));
}
