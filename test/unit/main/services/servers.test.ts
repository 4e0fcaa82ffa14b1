import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HostKey, ProbeStep } from '../../../../preload/contract/domain.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { ServersService } from '../../../../main/services/servers.ts';
import { codeOf, OPTIONS, parts, snapshot } from '../support/app-parts.ts';

const SECRET = 'pa55word-that-must-not-be-found';
const KEY: HostKey = { type: 'ssh-ed25519', sha256: 'SHA256:new' };
const password = { target: 'me@nas.lan:2222', auth: { kind: 'password' as const }, transport: 'ssh2' as const, secret: SECRET };

const keyStep = (code: 'SSH_HOST_KEY_UNKNOWN' | 'SSH_HOST_KEY_CHANGED'): ProbeStep => ({
  step: 'hostKey', state: 'failed',
  error: (code === 'SSH_HOST_KEY_UNKNOWN' ? SluiceError.of(code, { host: 'nas.lan', ...KEY }) : SluiceError.of(code, { host: 'nas.lan', ...KEY, known: 'SHA256:old' })).toInfo(),
});

async function probe(p: ReturnType<typeof parts>, id: string, steps: ProbeStep[]): Promise<ProbeStep[]> {
  p.fake.probeSteps = steps;
  const seen: ProbeStep[] = [];
  for await (const step of p.servers.probe(id, p.signal)) seen.push(step);
  return seen;
}

describe('adding a server', () => {
  it('takes user, host and port from what was typed, the rest from ~/.ssh/config', async () => {
    const p = parts();
    const servers = new ServersService({
      rows: p.rows.servers, syncRows: p.rows.syncs, vault: p.vault, engines: p.control, activity: p.activity, now: () => 1,
      sshConfig: async () => ({ blocks: [{ patterns: ['box'], lines: [['hostname', 'box.example.net'], ['user', 'ann'], ['port', '2022'], ['proxyjump', 'gate']] }] }),
    });
    expect(await servers.add({ target: 'box', auth: { kind: 'auto' }, transport: 'ssh2' })).toMatchObject({ name: 'box', host: 'box.example.net', user: 'ann', port: 2022, alias: 'box', transport: 'openssh' });
    expect(await servers.add({ target: 'bob@nas.lan:2222', name: ' NAS ', auth: { kind: 'agent' }, transport: 'ssh2' })).toMatchObject({ name: 'NAS', host: 'nas.lan', user: 'bob', port: 2222, alias: null, transport: 'ssh2' });
    expect(await servers.aliases()).toEqual([{ alias: 'box', host: 'box.example.net', user: 'ann', port: 2022 }]);
    expect(await codeOf(servers.add({ target: '-oProxyCommand=x', auth: { kind: 'auto' }, transport: 'ssh2' }))).toBe('SSH_BAD_TARGET');
  });

  it('the secret is in the vault and in no byte on disk, whatever happens next', async () => {
    const p = parts();
    const server = await p.servers.add(password);
    await p.servers.change({ id: server.id, name: 'other' });
    await probe(p, server.id, [{ step: 'login', state: 'failed', error: SluiceError.of('SSH_AUTH', { host: 'nas', user: 'me', tried: 'password' }).toInfo() }]);
    p.store.backup();
    expect(p.vault.secrets.get(`server/${server.id}`)).toBe(SECRET);
    for (const name of readdirSync(p.dataDir)) expect(readFileSync(join(p.dataDir, name)).includes(SECRET), name).toBe(false);
    expect(readdirSync(p.dataDir).length).toBeGreaterThan(1);
    expect(JSON.stringify([await snapshot(p.servers.watch(p.signal)), await snapshot(p.activity.watch(p.signal))])).not.toContain(SECRET);
  });

  it('a locked vault stops it before anything is stored', async () => {
    const p = parts();
    p.vault.locked = true;
    expect(await codeOf(p.servers.add(password))).toBe('VAULT_LOCKED');
    expect(await snapshot(p.servers.watch(p.signal))).toEqual([]);
  });
});

describe('changing and removing a server', () => {
  it('another kind of login forgets the old secret, an empty one too; a new one replaces it', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    await p.servers.change({ id, secret: 'second' });
    expect(p.vault.secrets.get(`server/${id}`)).toBe('second');
    await p.servers.change({ id, auth: { kind: 'agent' } });
    expect(p.vault.secrets.size).toBe(0);
    await p.servers.change({ id, auth: { kind: 'key', path: '/k' }, secret: 'phrase' });
    expect(await p.servers.place(id)).toMatchObject({ access: { auth: { kind: 'key', path: '/k', passphrase: 'phrase' } } });
    await p.servers.change({ id, secret: '' });
    expect(await p.servers.place(id)).toMatchObject({ access: { auth: { kind: 'key', path: '/k' } } });
    expect(p.vault.secrets.size).toBe(0);
  });

  it('goes with its secret, but not while a sync uses it', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    const { id: syncId } = await p.syncs.create({ source: p.ref('/data'), target: p.ref('/backup', id), options: (await p.makeSync()).options }, p.signal);
    expect(await codeOf(p.servers.remove(id))).toBe('SERVER_IN_USE');
    p.syncs.remove(syncId);
    await p.servers.remove(id);
    expect(p.vault.secrets.size).toBe(0);
    expect(await snapshot(p.servers.watch(p.signal))).toEqual([]);
    expect(await codeOf(p.servers.place(id))).toBe('STORE_NOT_FOUND');
  });

  it('a password login without a stored password says so instead of trying an empty one', async () => {
    const p = parts();
    const { id } = await p.servers.add({ target: 'nas', auth: { kind: 'password' }, transport: 'ssh2' });
    expect(await codeOf(p.servers.place(id))).toBe('SSH_AUTH');
  });
});

describe('probing', () => {
  it('passes the steps on, with the secret going to the engine only, and keeps the rsync version', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    const steps: ProbeStep[] = [{ step: 'connect', state: 'ok' }, { step: 'rsync', state: 'ok', found: { version: '3.2.7', protocol: 31 } }];
    expect(await probe(p, id, steps)).toEqual(steps);
    expect(p.fake.accesses[0]?.auth).toEqual({ kind: 'password', password: SECRET });
    expect(p.servers.get(id)).toMatchObject({ rsync: '3.2.7', problem: null, probedAt: p.clock.now });
  });

  it('the first failed step becomes the problem; a good probe clears it', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    const error = SluiceError.of('RSYNC_MISSING', { host: 'nas', install: 'apt-get install rsync' }).toInfo();
    await probe(p, id, [{ step: 'rsync', state: 'failed', error }]);
    expect(p.servers.get(id).problem).toEqual(error);
    await probe(p, id, [{ step: 'rsync', state: 'ok', found: { version: '3.4.1' } }]);
    expect(p.servers.get(id).problem).toBeNull();
  });
});

describe('a problem of a server', () => {
  it('is over once the server has been used with success; a missing rsync only after a plan', async () => {
    const p = parts();
    const { id } = await p.servers.add({ target: 'nas', auth: { kind: 'agent' }, transport: 'ssh2' });
    p.servers.notice(id, SluiceError.of('SSH_TIMEOUT', { host: 'nas', port: 22 }).toInfo());
    p.servers.notice('local', SluiceError.of('SSH_NO_AGENT', {}).toInfo());
    await p.files.roots(id, p.signal);
    expect(p.servers.get(id).problem).toBeNull();
    p.servers.notice(id, SluiceError.of('FILE_NO_SPACE', { path: '/x' }).toInfo());
    expect(p.servers.get(id).problem).toBeNull();
    p.servers.notice(id, SluiceError.of('RSYNC_MISSING', { host: 'nas', install: 'x' }).toInfo());
    await p.files.roots(id, p.signal);
    expect(p.servers.get(id).problem?.code).toBe('RSYNC_MISSING');
    const sync = await p.syncs.create({ source: p.ref('/data/photos'), target: p.ref('/backup', id), options: OPTIONS }, p.signal);
    await p.makePlan(sync.id);
    expect(p.servers.get(id).problem).toBeNull();
  });
});

describe('host keys', () => {
  it('only a key the engine has met there can be trusted', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    const { id: other } = await p.servers.add({ ...password, target: 'other' });
    await probe(p, other, [keyStep('SSH_HOST_KEY_UNKNOWN')]);
    expect(await codeOf(() => p.servers.trust({ id, ...KEY, replace: false }))).toBe('SSH_HOST_KEY_UNKNOWN');
    await probe(p, id, [keyStep('SSH_HOST_KEY_UNKNOWN')]);
    expect(await codeOf(() => p.servers.trust({ id, ...KEY, sha256: 'SHA256:evil', replace: false }))).toBe('SSH_HOST_KEY_UNKNOWN');
    expect(p.servers.trust({ id, ...KEY, replace: false })).toMatchObject({ hostKeys: [KEY], problem: null });
    expect(await p.servers.place(id)).toMatchObject({ access: { hostKeys: [KEY] } });
  });

  it('a changed key is one entry that needs a person, and replacing it forgets the old one', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    const old: HostKey = { type: 'ssh-ed25519', sha256: 'SHA256:old' };
    await probe(p, id, [{ step: 'hostKey', state: 'failed', error: SluiceError.of('SSH_HOST_KEY_UNKNOWN', { host: 'nas.lan', ...old }).toInfo() }]);
    p.servers.trust({ id, ...old, replace: false });
    await probe(p, id, [keyStep('SSH_HOST_KEY_CHANGED')]);
    await probe(p, id, [keyStep('SSH_HOST_KEY_CHANGED')]);
    const entries = (await snapshot(p.activity.watch(p.signal))).filter((entry) => entry.kind === 'hostKeyChanged');
    expect(entries).toMatchObject([{ problem: true, link: `/servers/${id}`, params: { server: 'nas.lan', sha256: 'SHA256:new' } }]);
    expect(p.servers.trust({ id, ...KEY, replace: true }).hostKeys).toEqual([KEY]);
  });

  it('met by any operation at the server counts as met', async () => {
    const p = parts();
    const { id } = await p.servers.add(password);
    const error = SluiceError.of('SSH_HOST_KEY_UNKNOWN', { host: 'nas.lan', ...KEY });
    expect(await codeOf(p.servers.noticing(id, async () => { throw error; }))).toBe('SSH_HOST_KEY_UNKNOWN');
    expect(p.servers.get(id).problem?.code).toBe('SSH_HOST_KEY_UNKNOWN');
    expect(p.servers.trust({ id, ...KEY, replace: false }).problem).toBeNull();
  });
});
