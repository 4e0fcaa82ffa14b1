// The stock rsync daemon.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PeerDefinition } from './definition.ts';

export interface RsyncdModule {
  readonly name: string;
  readonly path: string;
  readonly readOnly?: boolean;
  readonly auth?: boolean;
  /** Lines of rsyncd.conf: "write only = yes". */
  readonly config?: readonly string[];
}

export interface RsyncdOptions {
  /** By default `open`, `ro` (read only) and `private` (with password), each a folder of its own. */
  readonly modules?: readonly RsyncdModule[];
  readonly user?: string;
  readonly password?: string;
  /** Global lines of rsyncd.conf: "max connections = 2". */
  readonly config?: readonly string[];
}

export interface RsyncdInfo {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  readonly modules: Readonly<Record<string, string>>;
  readonly user: string;
  readonly password: string;
  readonly version: string;
  readonly pid: number;
}

export const rsyncd: PeerDefinition<RsyncdOptions, RsyncdInfo> = {
  packages: ['rsync'],

  start: async (context, options) => {
    const { user = 'sluice', password = 'sluice' } = options;
    const own = (name: string): string => join(context.dir, name);
    const modules = options.modules ?? [
      { name: 'open', path: own('open') }, { name: 'ro', path: own('ro'), readOnly: true }, { name: 'private', path: own('private'), auth: true },
    ];
    const port = await context.port();
    writeFileSync(own('secrets'), `${user}:${password}\n`, { mode: 0o600 });
    const lines = [
      `port = ${port}`, 'address = 127.0.0.1', 'use chroot = no', `log file = ${context.log}`, 'transfer logging = yes',
      ...(process.getuid ? [`uid = ${process.getuid()}`, `gid = ${process.getgid?.() ?? 0}`] : []), ...(options.config ?? []),
    ];
    for (const module of modules) {
      mkdirSync(module.path, { recursive: true });
      lines.push(`[${module.name}]`, `  path = ${module.path}`, `  comment = peer module ${module.name}`, `  read only = ${module.readOnly ? 'yes' : 'no'}`);
      if (module.auth) lines.push(`  auth users = ${user}`, `  secrets file = ${own('secrets')}`, '  strict modes = no');
      lines.push(...(module.config ?? []).map((line) => `  ${line}`));
    }
    writeFileSync(own('rsyncd.conf'), `${lines.join('\n')}\n`);
    const pid = context.spawn('rsync', ['--daemon', '--no-detach', `--config=${own('rsyncd.conf')}`]);
    const url = `rsync://127.0.0.1:${port}`;
    await context.until('rsyncd', () => Promise.resolve(spawnSync('rsync', [`${url}/`], { stdio: 'ignore', timeout: 3000 }).status === 0));
    const version = /version ([\d.]+)/.exec(execFileSync('rsync', ['--version'], { encoding: 'utf8' }))?.[1] ?? '';
    return { host: '127.0.0.1', port, url, modules: Object.fromEntries(modules.map(({ name, path }) => [name, path])), user, password, version, pid };
  },
};
