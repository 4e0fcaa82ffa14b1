// Routes in the hash of the address, so that Back, Forward and links are the browser's own on both hosts.
import { useSyncExternalStore } from 'react';

/** The route now, without query: "/syncs/ID/plan". */
export function currentRoute(): string {
  const route = decodeURI(location.hash.replace(/^#/, ''));
  return route.startsWith('/') ? route : '/home';
}

export function navigate(route: string, how: 'push' | 'replace' = 'push'): void {
  const hash = `#${encodeURI(route)}`;
  if (location.hash === hash) return;
  if (how === 'replace') {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
  } else location.hash = hash;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): readonly string[] {
  return useSyncExternalStore(subscribe, currentRoute).split('/').filter((part) => part !== '');
}
