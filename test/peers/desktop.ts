// A display with a session bus; with `panel` also a window manager, a panel with a tray, and a notification daemon.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerDefinition } from './definition.ts';
import { prepareRuntime } from './electron/runtime.ts';

export interface DesktopOptions {
  readonly panel?: boolean;
  /** WIDTHxHEIGHTxDEPTH. */
  readonly screen?: string;
}

export interface DesktopInfo {
  /** For the environment of whatever runs on it. */
  readonly display: string;
  readonly bus: string;
  readonly pid: number;
}

/** Root gets another uid in a user namespace (files stay readable): Chromium's sandbox and the session bus then work as for anyone. */
export function asPerson(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  return process.getuid?.() === 0 ? ['unshare', ['--user', '--map-user=1000', '--map-group=1000', '--', command, ...args]] : [command, args];
}

async function startDisplay(screen: string): Promise<{ pid: number; display: string; kill: () => void }> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'Xvfb', '-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp', '-ac'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const number = await new Promise<string>((ready, fail) => {
    (child.stdio[3] as NodeJS.ReadableStream).once('data', (data: Buffer) => ready(data.toString().trim()));
    child.once('exit', () => fail(new Error('Xvfb ended before it had a display')));
    child.once('error', fail);
  });
  return { pid: child.pid ?? 0, display: `:${number}`, kill: () => child.kill('SIGTERM') };
}

export const desktop: PeerDefinition<DesktopOptions, DesktopInfo> = {
  packages: ['xvfb', 'dbus', 'openbox', 'tint2', 'dunst', 'xdotool', 'imagemagick'],
  prepare: prepareRuntime,

  start: async (context, options) => {
    const screen = await startDisplay(options.screen ?? '1280x800x24');
    context.atEnd(screen.kill);
    const socket = join(context.dir, 'bus');
    const bus = `unix:path=${socket}`;
    const env = { ...process.env, DISPLAY: screen.display, DBUS_SESSION_BUS_ADDRESS: bus, HOME: context.dir, XDG_RUNTIME_DIR: context.dir };
    const inside = (command: string, ...args: string[]): number => context.spawn(...asPerson(command, args), env);
    inside('dbus-daemon', '--session', '--nofork', '--nopidfile', `--address=${bus}`);
    await context.until('dbus-daemon', () => Promise.resolve(existsSync(socket)));
    if (options.panel) {
      inside('openbox');
      inside('tint2', '-c', join(import.meta.dirname, 'electron', 'panel.tint2rc'));
      inside('dunst');
      const owned = 'dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.Notifications | grep -q true';
      const asked = async (...words: string[]): Promise<boolean> => (await runQuietly(words[0] ?? '', words.slice(1), env)) === 0;
      await context.until('dunst', () => asked('sh', '-c', owned)); // asking dunst itself would start another
      await context.until('tint2', () => asked('xdotool', 'search', '--class', 'tint2'));
      await context.until('openbox', () => asked('xdotool', 'get_num_desktops'));
    }
    return { display: screen.display, bus, pid: screen.pid };
  },
};

function runQuietly(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((done) => {
    const [program, words] = asPerson(command, args);
    const child = spawn(program, words, { stdio: 'ignore', env });
    child.once('error', () => done(127));
    child.once('exit', (code) => done(code ?? 1));
  });
}
