// Where this account's syncs, servers and history are, for hosts without Electron.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** SLUICE_DATA, else the place the system has for such things. */
export function dataFolder(env: Readonly<Record<string, string | undefined>> = process.env, platform: NodeJS.Platform = process.platform, home = homedir()): string {
  const named = env['SLUICE_DATA'];
  if (named !== undefined && named !== '') return resolve(named);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Sluice');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Sluice');
  const xdg = env['XDG_DATA_HOME'];
  // relative paths are invalid and ignored (XDG Base Directory Specification)
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(home, '.local', 'share'), 'sluice');
}

/** The system's language as BCP 47, from the environment as POSIX has it; `en` where that says nothing. */
export function systemLocale(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const said = env['SLUICE_LANGUAGE'] || env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  const name = said.replace(/[.@].*$/, '').replaceAll('_', '-');
  if (name === '' || name === 'C' || name === 'POSIX') return 'en';
  try {
    return new Intl.Locale(name).toString();
  } catch {
    return 'en';
  }
}
