// OpenSSH's server with keys of its own, in the moods that real machines have.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { PeerContext, PeerDefinition } from './definition.ts';

export interface SshdOptions {
  /** Files of further public keys that may log in. */
  readonly authorizedKeys?: readonly string[];
  /** Makes a throwaway user with this password (needs root); the key works for it too. */
  readonly password?: string;
  /** A PATH without rsync. */
  readonly noRsync?: boolean;
  /** internal-sftp, no shell. */
  readonly sftpOnly?: boolean;
  /** A careless .bashrc: prints on stdout and stderr before every command, sftp too. */
  readonly bannerNoise?: boolean;
  /** Shown before authentication. */
  readonly banner?: string;
  /** Only what servers of 2010 spoke. */
  readonly legacyAlgorithms?: boolean;
  /** Lines of sshd_config; they win over ours: "MaxSessions 1". */
  readonly config?: readonly string[];
}

export interface SshdInfo {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The private key that may log in. */
  readonly key: string;
  readonly knownHosts: string;
  /** Of the ed25519 host key (rsa in the legacy mood), as OpenSSH prints it. */
  readonly fingerprint: string;
  readonly pid: number;
  readonly password: string | null;
  /** The folder a login starts in. */
  readonly home: string;
}

const KEY_TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;
const LEGACY = [
  'HostKeyAlgorithms ssh-rsa', 'PubkeyAcceptedAlgorithms +ssh-rsa',
  'KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1', 'Ciphers aes128-cbc,3des-cbc', 'MACs hmac-sha1',
];
const NOISE = `#!/bin/bash
echo "Welcome to this host!"
echo "Last login: never" >&2
[ -n "\${SSH_ORIGINAL_COMMAND:-}" ] && exec "$SHELL" -c "$SSH_ORIGINAL_COMMAND"
exec "$SHELL" -l
`;

function keygen(path: string, ...args: string[]): void {
  if (!existsSync(path)) execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'sluice-peer', '-f', path, ...args]);
}

/** A folder of links to every program but rsync. */
function pathWithoutRsync(dir: string): string {
  const bin = join(dir, 'bin');
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  for (const folder of ['/usr/local/bin', '/usr/bin', '/bin']) {
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
      if (name !== 'rsync' && !existsSync(join(bin, name))) symlinkSync(join(folder, name), join(bin, name));
    }
  }
  return bin;
}

function makeUser(context: PeerContext, name: string, password: string): string {
  if (process.getuid?.() !== 0) throw new Error('a password user needs root');
  const home = join(context.dir, 'home');
  spawnSync('userdel', ['-f', name], { stdio: 'ignore' });
  const crypted = execFileSync('openssl', ['passwd', '-6', '-stdin'], { input: password, encoding: 'utf8' }).trim();
  execFileSync('useradd', ['-M', '-d', home, '-s', '/bin/bash', '-p', crypted, name], { stdio: 'ignore' });
  context.atEnd(() => spawnSync('userdel', ['-f', name], { stdio: 'ignore' }));
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' })));
  mkdirSync(home, { recursive: true });
  chownSync(home, uid ?? 0, gid ?? 0);
  return home;
}

const speaksSsh = (port: number) => (): Promise<boolean> => new Promise((done) => {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(2000, () => socket.destroy());
  socket.once('data', (data) => { done(data.toString().startsWith('SSH-2.0-')); socket.destroy(); });
  socket.once('error', () => done(false));
  socket.once('close', () => done(false));
});

function configOf(context: PeerContext, options: SshdOptions, port: number, user: string): string[] {
  const at = (name: string): string => join(context.dir, name);
  const lines = [`Port ${port}`, 'ListenAddress 127.0.0.1', 'PidFile none'];
  for (const type of options.legacyAlgorithms ? ['rsa'] : KEY_TYPES) lines.push(`HostKey ${at(`keys/host_${type}`)}`);
  lines.push(...(options.config ?? [])); // the first line of a kind wins
  lines.push(
    `AuthorizedKeysFile ${at('keys/authorized_keys')}`, 'StrictModes no', 'UsePAM no', 'UseDNS no', 'PermitRootLogin prohibit-password',
    `AllowUsers ${user}`, 'KbdInteractiveAuthentication no', `PasswordAuthentication ${options.password === undefined ? 'no' : 'yes'}`,
    'PrintMotd no', 'PrintLastLog no', 'LogLevel VERBOSE', 'MaxStartups 200', 'MaxSessions 100', 'AcceptEnv LANG LC_*',
  );
  if (options.banner !== undefined) {
    writeFileSync(at('banner'), `${options.banner}\n`);
    lines.push(`Banner ${at('banner')}`);
  }
  if (options.noRsync) lines.push(`SetEnv PATH=${pathWithoutRsync(context.dir)}`);
  if (options.sftpOnly) lines.push('Subsystem sftp internal-sftp', 'ForceCommand internal-sftp', 'DisableForwarding yes', 'PermitTTY no');
  else if (!options.config?.some((line) => line.startsWith('Subsystem '))) lines.push('Subsystem sftp /usr/lib/openssh/sftp-server');
  if (options.bannerNoise) {
    writeFileSync(at('noise'), NOISE, { mode: 0o755 });
    lines.push(`ForceCommand ${at('noise')}`);
  }
  if (options.legacyAlgorithms) lines.push(...LEGACY);
  return lines;
}

export const sshd: PeerDefinition<SshdOptions, SshdInfo> = {
  packages: ['openssh-server', 'openssh-client'],

  start: async (context, options) => {
    const keys = join(context.dir, 'keys');
    mkdirSync(keys, { recursive: true });
    chmodSync(keys, 0o755);
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const clientType = options.legacyAlgorithms ? 'rsa' : 'ed25519';
    const client = join(keys, `client_${clientType}`);
    keygen(client, '-t', clientType, ...(options.legacyAlgorithms ? ['-b', '2048', '-m', 'PEM'] : []));
    for (const type of KEY_TYPES) if (!options.legacyAlgorithms || type === 'rsa') keygen(join(keys, `host_${type}`), '-t', type, ...(type === 'rsa' ? ['-b', '2048'] : []));
    const allowed = [`${client}.pub`, ...(options.authorizedKeys ?? [])].map((file) => readFileSync(file, 'utf8').trim());
    writeFileSync(join(keys, 'authorized_keys'), `${allowed.join('\n')}\n`, { mode: 0o644 });

    const port = await context.port();
    const user = options.password === undefined ? userInfo().username : `sluice${port}`;
    const home = options.password === undefined ? userInfo().homedir : makeUser(context, user, options.password);
    const config = join(context.dir, 'sshd_config');
    writeFileSync(config, `${configOf(context, options, port, user).join('\n')}\n`);

    const hostKeys = KEY_TYPES.filter((type) => !options.legacyAlgorithms || type === 'rsa').map((type) => readFileSync(join(keys, `host_${type}.pub`), 'utf8').split(' ').slice(0, 2).join(' ').trim());
    const knownHosts = join(keys, 'known_hosts');
    writeFileSync(knownHosts, hostKeys.map((key) => `[127.0.0.1]:${port} ${key}\n`).join(''));
    const fingerprint = execFileSync('ssh-keygen', ['-lf', join(keys, `host_${clientType}.pub`)], { encoding: 'utf8' }).split(' ')[1] ?? '';

    const pid = context.spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config]);
    await context.until('sshd', speaksSsh(port));
    return { host: '127.0.0.1', port, user, key: client, knownHosts, fingerprint, pid, password: options.password ?? null, home };
  },
};
