// What a request must be before anything is looked up: for exactly our address, and not made by another page.
import type { IncomingHttpHeaders } from 'node:http';

export const SUBPROTOCOL = 'sluice.1';

/** The one value of Host as we serve it, or null. Through `ssh -L` it is the same when the ports are. */
export function hostOf(headers: IncomingHttpHeaders, port: number): string | null {
  const { host } = headers;
  return host === `127.0.0.1:${port}` || host === `localhost:${port}` ? host : null;
}

/** Browsers say who made a request; ours are made by our page or by a person. Other programs say nothing. */
export function madeHere(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

/** A WebSocket is opened by our page, at the address it was itself loaded from. */
export function originFits(headers: IncomingHttpHeaders, host: string): boolean {
  return headers.origin === `http://${host}`;
}

export function offersSubprotocol(headers: IncomingHttpHeaders): boolean {
  return (headers['sec-websocket-protocol'] ?? '').split(',').some((name) => name.trim() === SUBPROTOCOL);
}

/** Cookies of one host are shared by all its ports, hence the port in the name. */
export function cookieName(port: number): string {
  return `sluice_${port}`;
}

export function cookieOf(headers: IncomingHttpHeaders, port: number): string | undefined {
  const name = cookieName(port);
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/** Secure is left out: loopback is plain HTTP, which some browsers do not count as secure for cookies. */
export function setCookie(token: string, port: number): string {
  return `${cookieName(port)}=${token}; HttpOnly; SameSite=Strict; Path=/`;
}
