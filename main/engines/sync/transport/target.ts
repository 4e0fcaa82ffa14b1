// Reads what a person types as a server: `user@host:port`, `host`, an alias, `ssh://user@host:port`, `[::1]:22`.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { showText } from '../../../lib/bytes.ts';

export interface Target {
  readonly user: string | null;
  readonly host: string;
  readonly port: number | null;
}

const CONTROL = /[\u0000-\u0020\u007f-\u009f]/;
const HOST = /^[A-Za-z0-9_.:%\u00a1-\u{10ffff}-]+$/u;

/**
 * Throws SSH_BAD_TARGET. A host or user that begins with '-' would be an option to the system's ssh, control
 * characters and spaces would cut a line elsewhere: both are refused here, before anything sees them.
 */
export function parseTarget(text: string): Target {
  const bad = (reason: string): SluiceError => SluiceError.of('SSH_BAD_TARGET', { text: showText(text.slice(0, 200)), reason });
  let rest = text.trim();
  if (rest === '') throw bad('empty');
  if (rest.length > 512) throw bad('too long');
  if (CONTROL.test(rest)) throw bad('space or control character');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(rest);
  if (scheme) {
    if (scheme[1]?.toLowerCase() !== 'ssh') throw bad('not ssh://');
    rest = rest.slice(scheme[0].length).replace(/\/$/, '');
  }
  const at = rest.lastIndexOf('@');
  const user = at < 0 ? null : rest.slice(0, at);
  rest = rest.slice(at + 1);
  let port: string | null = null;
  const bracket = /^\[([^\]]+)\](?::(.*))?$/.exec(rest);
  if (bracket) {
    rest = bracket[1] as string;
    port = bracket[2] ?? null;
  } else if (rest.split(':').length === 2) {
    const colon = rest.indexOf(':');
    port = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
  }
  if (rest === '') throw bad('no host');
  if (rest.startsWith('-') || user?.startsWith('-')) throw bad("begins with '-'");
  if (user === '' || (user !== null && /[:/]/.test(user))) throw bad('user');
  if (rest.length > 255 || !HOST.test(rest)) throw bad('host');
  if (port !== null && (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)) throw bad('port');
  return { user, host: rest, port: port === null ? null : Number(port) };
}

/** Checks a host and user that come from elsewhere than `parseTarget`, before they are put on a command line. */
export function checkTarget(host: string, user: string): void {
  for (const word of [host, user]) {
    if (word === '' || word.startsWith('-') || CONTROL.test(word)) throw SluiceError.of('SSH_BAD_TARGET', { text: showText(word), reason: word.startsWith('-') ? "begins with '-'" : 'space or control character' });
  }
}
