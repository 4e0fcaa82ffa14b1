// Interceptors that set and remove headers: timestamp, host, static, remove_header, UUID.
import { randomUUID } from 'node:crypto';
import { lookup, lookupService } from 'node:dns/promises';
import { hostname, networkInterfaces } from 'node:os';
import { HOST_INTERCEPTOR, REMOVE_HEADER_INTERCEPTOR, STATIC_INTERCEPTOR, TIMESTAMP_INTERCEPTOR, UUID_INTERCEPTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { interceptor } from '../components/factory.ts';
import type { Event } from '../event/event.ts';
import type { Interceptor } from '../parts.ts';
import { patternOf } from './pattern.ts';

/** One header on every event; `value` is asked for each. An existing one stays when it is to be preserved. */
function setting(name: string, preserve: boolean, value: () => string): Interceptor {
  return {
    intercept: (events) => events.map((event) => {
      if (preserve && event.headers.has(name)) return event;
      return event.withHeaders(new Map(event.headers).set(name, value()));
    }),
  };
}

export const timestampInterceptor = interceptor(TIMESTAMP_INTERCEPTOR, ({ headerName, preserveExisting }, { ports }) =>
  setting(headerName, preserveExisting, () => String(ports.clock.now())));

export const staticInterceptor = interceptor(STATIC_INTERCEPTOR, ({ key, value, preserveExisting }) => setting(key, preserveExisting, () => value));

export const uuidInterceptor = interceptor(UUID_INTERCEPTOR, ({ headerName, preserveExisting, prefix }) => setting(headerName, preserveExisting, () => `${prefix}${randomUUID()}`));

export const hostInterceptor = interceptor(HOST_INTERCEPTOR, async ({ hostHeader, preserveExisting, useIP }) => {
  const host = useIP ? await ownAddress() : await ownName();
  return setting(hostHeader, preserveExisting, () => host);
});

/** InetAddress.getLocalHost: what the machine's own name stands for; else the first address that is no loopback. */
async function ownAddress(): Promise<string> {
  try {
    return (await lookup(hostname(), { family: 4 })).address;
  } catch {
    const addresses = Object.values(networkInterfaces()).flat().filter((entry) => entry !== undefined);
    return (addresses.find(({ internal, family }) => !internal && family === 'IPv4') ?? addresses[0])?.address ?? '127.0.0.1';
  }
}

/** getCanonicalHostName: the name that the own address has, or the address. */
async function ownName(): Promise<string> {
  const address = await ownAddress();
  try {
    return (await lookupService(address, 0)).hostname;
  } catch {
    return address;
  }
}

export const removeHeaderInterceptor = interceptor(REMOVE_HEADER_INTERCEPTOR, ({ withName, fromList, fromListSeparator, matching }, { name }) => {
  const separator = patternOf(name, 'fromListSeparator', fromListSeparator);
  const listed = new Set(fromList === null ? [] : fromList.split(separator.finds));
  const pattern = matching === null ? null : patternOf(name, 'matching', matching);
  const removed = (header: string): boolean => header === withName || listed.has(header) || pattern?.matches(header) === true;
  const without = (event: Event): Event => {
    const kept = [...event.headers].filter(([header]) => !removed(header));
    return kept.length === event.headers.size ? event : event.withHeaders(new Map(kept));
  };
  return { intercept: (events) => events.map(without) };
});
