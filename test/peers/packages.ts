// Debian packages of the peers: looked up, and installed where that is allowed (root, or sudo that asks nothing).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const quiet: { encoding: 'utf8'; stdio: ['ignore', 'pipe', 'pipe']; maxBuffer: number } = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 };

export function missingPackages(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const asked = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...names], quiet);
  if (asked.error) return [...names];
  const installed = new Set(asked.stdout.split('\n').filter((line) => line.endsWith(' installed')).map((line) => line.split(' ')[0]));
  return names.filter((name) => !installed.has(name));
}

function asRoot(): readonly string[] | null {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], quiet).status === 0 ? ['sudo', '-n'] : null;
}

/** Installs what is missing of `names`; answers null, or in words why some are missing still. */
export function installPackages(names: readonly string[], say: (line: string) => void): string | null {
  const missing = missingPackages(names);
  if (missing.length === 0) return null;
  const list = missing.join(' ');
  if (!existsSync('/usr/bin/apt-get')) return `this system has no apt-get for: ${list}`;
  const root = asRoot();
  if (!root) return `Debian packages are missing and cannot be installed without root: ${list}`;
  say(`installing Debian packages: ${list}`);
  // 101 tells the packages' scripts that no service may be started
  const script = `
    policy=
    if [ ! -e /usr/sbin/policy-rc.d ]; then printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; policy=1; fi
    export DEBIAN_FRONTEND=noninteractive
    install() { apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends -o Dpkg::Options::=--force-confold "$@"; }
    install "$@" || { apt-get -o DPkg::Lock::Timeout=600 -qq update && install "$@"; }
    status=$?
    [ -z "$policy" ] || rm -f /usr/sbin/policy-rc.d
    exit $status`;
  const run = spawnSync(root[0] ?? 'sh', [...root.slice(1), ...(root.length > 0 ? ['sh'] : []), '-c', script, 'install', ...missing], quiet);
  const left = missingPackages(missing);
  if (left.length === 0) return null;
  return `apt-get could not install ${left.join(' ')}: ${(run.stderr ?? '').trim().split('\n').slice(-2).join(' ')}`;
}
