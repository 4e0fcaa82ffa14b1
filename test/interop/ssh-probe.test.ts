// Probing real servers in all their moods: what each step finds, and which words a refusal gets.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ServerAccess } from '../../main/engines/sync/api.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { accessOf, isRoot, makeBench, type Bench } from './engine-support.ts';

const problem = peerProblem('sshd') ?? peerProblem('rsyncd');

/** An ssh-agent of our own that holds `key`. */
async function startAgent(key: string): Promise<{ readonly socket: string; stop(): void }> {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
  const socket = join(dir, 'agent');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(agent.stdout, 'data'); // it says where it listens when it does
  execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  return { socket, stop: () => { agent.kill(); rmSync(dir, { recursive: true, force: true }); } };
}

describe.skipIf(problem !== null)(`probe${problem ? ` (skipped: ${problem})` : ''}`, () => {
  let bench: Bench;
  let plain: RunningPeer<'sshd'>;
  const others: RunningPeer<'sshd'>[] = [];
  beforeAll(async () => {
    bench = makeBench();
    plain = await startPeer('sshd');
  });
  afterEach(async () => { for (const peer of others.splice(0)) await peer.stop(); });
  afterAll(async () => {
    await bench?.end();
    await plain?.stop();
  });
  const mood = async (options: Parameters<typeof startPeer<'sshd'>>[1]): Promise<RunningPeer<'sshd'>> => {
    const peer = await startPeer('sshd', options);
    others.push(peer);
    return peer;
  };
  /** The last state of each step, with its error code: "rsync failed RSYNC_MISSING". */
  const probe = async (access: ServerAccess): Promise<{ steps: string[]; found: Record<string, unknown>; error: { code: string; params: Record<string, unknown> } | null }> => {
    const steps = new Map<string, string>();
    let found: Record<string, unknown> = {};
    let error: { code: string; params: Record<string, unknown> } | null = null;
    for await (const step of bench.engine.probe({ access })) {
      steps.set(step.step, `${step.step} ${step.state}${step.error ? ` ${step.error.code}` : ''}`);
      found = { ...found, ...step.found };
      if (step.error) error = step.error;
    }
    return { steps: [...steps.values()], found, error };
  };

  it.each(['ssh2', 'openssh'] as const)('a good server passes every step over %s', async (transport) => {
    const { steps, found } = await probe(accessOf(plain, { transport }));
    expect(steps).toEqual(['resolve ok', 'connect ok', 'hostKey ok', 'login ok', 'rsync ok', 'clock ok']);
    expect(found).toMatchObject({ sha256: plain.fingerprint, type: 'ssh-ed25519', user: plain.user, skewMs: 0 });
    expect(found['version']).toMatch(/^3\./);
  });

  it.each(['ssh2', 'openssh'] as const)('an unknown host key is shown with its fingerprint and not accepted over %s', async (transport) => {
    const { steps, error } = await probe(accessOf(plain, { transport, hostKeys: [] }));
    expect(steps).toEqual(['resolve ok', 'connect ok', 'hostKey failed SSH_HOST_KEY_UNKNOWN', 'login skipped', 'rsync skipped', 'clock skipped']);
    expect(error?.params).toMatchObject({ sha256: plain.fingerprint, type: 'ssh-ed25519' });
  });

  it.each(['ssh2', 'openssh'] as const)('a changed host key is refused over %s', async (transport) => {
    const known = `SHA256:${'A'.repeat(43)}`;
    const { steps, error } = await probe(accessOf(plain, { transport, hostKeys: [{ type: 'ssh-ed25519', sha256: known }] }));
    expect(steps.slice(2, 4)).toEqual(['hostKey failed SSH_HOST_KEY_CHANGED', 'login skipped']);
    expect(error?.params).toMatchObject({ sha256: plain.fingerprint, known });
  });

  it.each(['ssh2', 'openssh'] as const)('a key that may not log in is SSH_AUTH over %s', async (transport) => {
    const other = await mood({});
    const { steps } = await probe(accessOf(plain, { transport, auth: { kind: 'key', path: other.key } }));
    expect(steps.slice(2, 5)).toEqual(['hostKey ok', 'login failed SSH_AUTH', 'rsync skipped']);
  });

  it('a key file that is not there is named', async () => {
    const { error } = await probe(accessOf(plain, { auth: { kind: 'key', path: '/nowhere/key' } }));
    expect(error).toMatchObject({ code: 'SSH_KEY_FILE', params: { path: '/nowhere/key', reason: 'ENOENT' } });
  });

  it('a missing rsync is told with the command that installs it there', async () => {
    const { steps, error } = await probe(accessOf(await mood({ noRsync: true })));
    expect(steps.slice(3)).toEqual(['login ok', 'rsync failed RSYNC_MISSING', 'clock skipped']);
    expect(error?.params['install']).toMatch(/install (-y )?rsync|-S rsync|add rsync/);
  });

  it('a shell that talks before every command is told with its words', async () => {
    const { steps, error } = await probe(accessOf(await mood({ bannerNoise: true })));
    expect(steps[4]).toBe('rsync failed RSYNC_NOISE');
    expect(error?.params['text']).toContain('Welcome to this host!');
  });

  it('a login that runs no commands is told apart from noise', async () => {
    const { steps, error } = await probe(accessOf(await mood({ sftpOnly: true })));
    expect(steps[4]).toBe('rsync failed SSH_NO_SHELL');
    expect(error?.params['text']).toContain('sftp');
  });

  it('a server of 2010 is refused for its algorithms', async () => {
    const { steps } = await probe(accessOf(await mood({ legacyAlgorithms: true })));
    expect(steps[2]).toBe('hostKey failed SSH_ALGORITHMS');
  });

  it.skipIf(!isRoot)('a password is good or SSH_AUTH (needs root to make its user)', async () => {
    const peer = await mood({ password: 'right horse' });
    expect((await probe(accessOf(peer, { auth: { kind: 'password', password: 'right horse' } }))).steps).toContain('login ok');
    expect((await probe(accessOf(peer, { auth: { kind: 'password', password: 'wrong' } }))).steps).toContain('login failed SSH_AUTH');
  });

  it.each(['ssh2', 'openssh'] as const)('the agent logs in over %s, and a missing one is told', async (transport) => {
    const agent = await startAgent(plain.key);
    const before = process.env['SSH_AUTH_SOCK'];
    try {
      process.env['SSH_AUTH_SOCK'] = agent.socket;
      expect((await probe(accessOf(plain, { transport, auth: { kind: 'agent' } }))).steps).toContain('login ok');
      delete process.env['SSH_AUTH_SOCK'];
      expect((await probe(accessOf(plain, { transport, auth: { kind: 'agent' } }))).error?.code).toBe(transport === 'ssh2' ? 'SSH_NO_AGENT' : 'SSH_AUTH'); // the system's ssh may know an IdentityAgent of its own
    } finally {
      if (before === undefined) delete process.env['SSH_AUTH_SOCK'];
      else process.env['SSH_AUTH_SOCK'] = before;
      agent.stop();
    }
  });

  it('an encrypted key asks for its passphrase, and logs in with it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-key-'));
    try {
      const path = join(dir, 'locked');
      copyFileSync(plain.key, path);
      chmodSync(path, 0o600);
      execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-f', path]);
      const withPassphrase = (passphrase?: string): Promise<{ steps: string[]; error: { code: string } | null }> => probe(accessOf(plain, { auth: { kind: 'key', path, ...(passphrase === undefined ? {} : { passphrase }) } }));
      expect((await withPassphrase()).error?.code).toBe('SSH_KEY_PASSPHRASE');
      expect((await withPassphrase('wrong')).error?.code).toBe('SSH_KEY_PASSPHRASE');
      expect((await withPassphrase('open sesame')).steps).toContain('login ok');
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it.each(['ssh2', 'openssh'] as const)('a dead port is SSH_CONNECT over %s', async (transport) => {
    const peer = await mood({});
    const access = accessOf(peer, { transport });
    await peer.stop();
    const { steps, error } = await probe(access);
    expect(steps).toEqual(['resolve ok', 'connect failed SSH_CONNECT', 'hostKey skipped', 'login skipped', 'rsync skipped', 'clock skipped']);
    expect(error?.params).toMatchObject({ reason: 'ECONNREFUSED' });
  });

  it('a name that does not resolve is SSH_RESOLVE', async () => {
    expect((await probe(accessOf(plain, { host: 'nowhere.invalid' }))).steps[0]).toBe('resolve failed SSH_RESOLVE');
  });

  it('a host that would be an option is SSH_BAD_TARGET', async () => {
    expect((await probe(accessOf(plain, { host: '-oProxyCommand=touch /tmp/x' }))).error?.code).toBe('SSH_BAD_TARGET');
    expect((await probe(accessOf(plain, { host: '-oProxyCommand=x', transport: 'openssh' }))).error?.code).toBe('SSH_BAD_TARGET');
  });
});
