// Bad input on the command line: each kind says what it is about, why, and what to do, ends with rsync's exit code, and loses nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ODD_NAMES, writeBig } from '../fixtures/tree.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { differences, sluice, workshop, type Ran, type RunOptions, type Workshop } from './cli-support.ts';

const problem = peerProblem('sshd');
const isRoot = process.getuid?.() === 0;
const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;
let sshd: RunningPeer<'sshd'>;
let shop: Workshop;
const at = (name: string): string => join(shop.dir, name);
const sync = (words: readonly string[], options: RunOptions = {}): Promise<Ran> => sluice(['sync', ...words], { ...options, env: { ...shop.env, ...options.env } });

/** A tree with one good file, so that it can be seen that the rest goes on. */
function treeOf(name: string): string {
  const tree = at(name);
  mkdirSync(tree);
  writeFileSync(join(tree, 'good'), 'good\n');
  return tree;
}

/** No temporary file stayed in a target. */
function noLeftovers(folder: string): void {
  expect((readdirSync(folder, { recursive: true }) as string[]).filter((name) => /(^|\/)\.[^/]+\.[A-Za-z0-9_-]{6,}$/.test(name))).toEqual([]);
}

beforeAll(async () => {
  if (problem === null) sshd = await startPeer('sshd');
  shop = workshop(problem === null ? sshd : undefined);
  chmodSync(shop.dir, 0o755);
});
afterAll(async () => { shop?.end(); await sshd?.stop(); });

describe('words that make no sense', () => {
  it('an option that does not exist: named, code 1', async () => {
    const { code, out, err } = await sync(['-a', '--frobnicate', 'a', 'b']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^sluice: --frobnicate: unknown option.*sluice help.*\nsluice: syntax or usage error \(code 1\)\n$/);
  });

  it('an option of rsync that is not supported yet: named, code 4, nothing copied', async () => {
    const tree = treeOf('unsupported');
    const { code, err } = await sync(['-aH', `${tree}/`, at('unsupported-to')]);
    expect({ code, made: existsSync(at('unsupported-to')) }).toEqual({ code: 4, made: false });
    expect(err).toContain('-H: rsync has this option, Sluice does not support it yet. Nothing was copied');
  });

  it('a command that does not exist: named, code 1', async () => {
    const { code, err } = await sluice(['frobnicate']);
    expect(code).toBe(1);
    expect(err).toMatch(/^sluice: frobnicate: unknown command/);
  });

  it('a filter rule that cannot be read: quoted with the reason, code 1', async () => {
    const { code, err } = await sync(['-a', '--filter=frob *.o', `${treeOf('badrule')}/`, at('badrule-to')]);
    expect({ code, made: existsSync(at('badrule-to')) }).toEqual({ code: 1, made: false });
    expect(err).toContain('frob *.o');
  });

  it('two far machines at once: refused, code 1', async () => {
    const { code, err } = await sync(['-a', 'one:/a', 'two:/b']);
    expect(code).toBe(1);
    expect(err).toContain('two machines at most');
  });

  it('the same in Chinese', async () => {
    const { code, err } = await sync(['--frobnicate', 'a', 'b'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect(code).toBe(1);
    expect(err).toContain('--frobnicate:没有这个选项');
  });
});

describe('files here', () => {
  it('a source that does not exist: named, code 23, the other sources are copied', async () => {
    const tree = treeOf('missing');
    const { code, err } = await sync(['-a', at('nowhere'), `${tree}/`, at('missing-to')]);
    expect(code).toBe(23);
    expect(err).toContain(`${at('nowhere')} does not exist on this computer`);
    expect(readFileSync(at('missing-to/good'), 'utf8')).toBe('good\n');
  });

  it.skipIf(!isRoot || !hasSetpriv)('an unreadable file: named with the reason, code 23, the rest is copied and nothing deleted (needs root and setpriv, to become somebody else)', async () => {
    const tree = treeOf('unreadable');
    const target = at('unreadable-to');
    writeFileSync(join(tree, 'secret'), 'secret', { mode: 0o000 });
    mkdirSync(target);
    writeFileSync(join(target, 'secret'), 'the old one');
    chownSync(target, 65534, 65534);
    const { code, err } = await sync(['-rt', `${tree}/`, target], { before: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], env: { HOME: '/' } });
    expect(code).toBe(23);
    expect(err).toMatch(/secret.*EACCES/s);
    expect([readFileSync(join(target, 'good'), 'utf8'), readFileSync(join(target, 'secret'), 'utf8')]).toEqual(['good\n', 'the old one']);
    noLeftovers(target);
  });

  it.skipIf(!isRoot || !hasSetpriv)('an unreadable folder: named, code 23, and --delete deletes nothing (needs root and setpriv, to become somebody else)', async () => {
    const tree = treeOf('closed');
    const target = at('closed-to');
    mkdirSync(join(tree, 'closed'), { mode: 0o000 });
    mkdirSync(join(target, 'closed'), { recursive: true });
    writeFileSync(join(target, 'closed/kept'), 'kept');
    for (const path of [target, join(target, 'closed')]) chownSync(path, 65534, 65534);
    const { code, err } = await sync(['-r', '--delete', `${tree}/`, target], { before: ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'], env: { HOME: '/' } });
    expect(code).toBe(23);
    expect(err).toContain('closed');
    expect(existsSync(join(target, 'closed/kept'))).toBe(true);
  });

  it('a target that is a file: named, code 3, the file stays', async () => {
    const tree = treeOf('ontofile');
    writeFileSync(at('afile'), 'mine');
    for (const words of [[`${tree}/`, at('afile')], ...(problem === null ? [[`far:${tree}/`, at('afile')], [`${tree}/`, `far:${at('afile')}`]] : [])]) {
      const { code, err } = await sync(['-a', ...words]);
      expect([3, 11]).toContain(code);
      expect(err).toContain('afile');
      expect(readFileSync(at('afile'), 'utf8')).toBe('mine');
    }
  });

  it('a target whose parent does not exist: named, code 11', async () => {
    const { code, err } = await sync(['-a', `${treeOf('noparent')}/`, at('no/such/parent')]);
    expect(code).toBe(11);
    expect(err).toContain('no/such/parent');
  });

  it('a folder with things in it where a file must go: named, code 23, what is in it stays', async () => {
    const tree = treeOf('intheway');
    writeFileSync(join(tree, 'x'), 'file');
    mkdirSync(at('intheway-to/x'), { recursive: true });
    writeFileSync(at('intheway-to/x/inside'), 'mine');
    const { code, err } = await sync(['-a', `${tree}/`, at('intheway-to')]);
    expect(code).toBe(23);
    expect(err).toContain('x');
    expect([readFileSync(at('intheway-to/x/inside'), 'utf8'), readFileSync(at('intheway-to/good'), 'utf8')]).toEqual(['mine', 'good\n']);
  });

  it('names that are no UTF-8, and names of 255 bytes: copied as they are', async () => {
    const tree = treeOf('names');
    for (const name of ODD_NAMES) writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), name]), name);
    expect(await sync(['-a', `${tree}/`, at('names-to')])).toEqual({ code: 0, out: '', err: '' });
    expect(await differences(tree, at('names-to'))).toBe('');
    noLeftovers(at('names-to'));
  });

  it('a path that grows too long at the target: named, code 23, the rest is copied', async () => {
    const tree = treeOf('long');
    // Made step by step, each name relative to the folder before: the whole is longer than any system call takes.
    const script = `process.chdir(process.argv[1]); for (let i = 0; i < 18; i++) { fs.mkdirSync('d'.repeat(250)); process.chdir('d'.repeat(250)); } fs.writeFileSync('f'.repeat(200), 'deep');`;
    execFileSync(process.execPath, ['-e', script, tree]);
    const { code, err } = await sync(['-a', `${tree}/`, at('long-to')]);
    expect(code).toBe(23);
    expect(err).toMatch(/too long/);
    expect(readFileSync(at('long-to/good'), 'utf8')).toBe('good\n');
    execFileSync('rm', ['-rf', tree, at('long-to')]);
  });

  it('links that form a loop: copied as links; one as the folder to copy is named, code 23', async () => {
    const tree = treeOf('loop');
    symlinkSync('b', join(tree, 'a'));
    symlinkSync('a', join(tree, 'b'));
    expect(await sync(['-a', `${tree}/`, at('loop-to')])).toEqual({ code: 0, out: '', err: '' });
    expect(await differences(tree, at('loop-to'))).toBe('');
    const { code, err } = await sync(['-a', `${join(tree, 'a')}/`, at('loop-to2')]);
    expect(code).toBe(23);
    expect(err).toMatch(/loop\/a\/ leads round in a circle/);
  });

  it('a link in the target that leads outside is not followed', async () => {
    const tree = treeOf('outside');
    mkdirSync(join(tree, 'sub'));
    writeFileSync(join(tree, 'sub/file'), 'new');
    mkdirSync(at('outside-to'));
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('outside-to/sub'));
    await sync(['-a', `${tree}/`, at('outside-to')]);
    expect(readdirSync(at('elsewhere'))).toEqual([]);
  });

  const mounted = isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', '/mnt']).status === 0;
  if (mounted) spawnSync('umount', ['/mnt']);
  it.skipIf(!mounted)('a full disk: named, code 11 or 23, the old version stays and no half-written file (needs root, to mount a small disk)', async () => {
    const tree = treeOf('full');
    writeBig(join(tree, 'big'), 3 * 1024 * 1024, 1);
    const target = at('full-to');
    mkdirSync(target);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', target]);
    try {
      writeFileSync(join(target, 'big'), 'the old one');
      utimesSync(join(target, 'big'), 1e9, 1e9);
      for (const words of [[`${tree}/`, target], ...(problem === null ? [[`far:${tree}/`, target], [`${tree}/`, `far:${target}`]] : [])]) {
        const { code, err } = await sync(['-a', ...words]);
        expect([11, 23]).toContain(code);
        expect(err).toMatch(/big/);
        expect(err).toMatch(/space/i);
        expect(readFileSync(join(target, 'big'), 'utf8')).toBe('the old one');
        noLeftovers(target);
      }
    } finally {
      execFileSync('umount', [target]);
    }
  });

  it('a file that vanishes between list and transfer: named, code 24, the rest is copied', async () => {
    const tree = treeOf('vanish');
    const gone = join(tree, 'vanishing');
    writeFileSync(gone, 'x');
    // The far side starts after the list was made: that is when the file goes.
    const far = at('vanish-far');
    writeFileSync(far, `#!/bin/sh\nrm -f '${gone}'\nexec rsync "$@"\n`, { mode: 0o755 });
    const { code, err } = await sync(['-a', `--rsync-path=${far}`, `${tree}/`, at('vanish-to')]);
    expect(code).toBe(24);
    expect(err).toContain('vanishing');
    expect(readdirSync(at('vanish-to'))).toEqual(['good']);
  });

  it('SIGINT: stops with code 20 and leaves no half-written file', async () => {
    const tree = treeOf('stop');
    writeBig(join(tree, 'big'), 1024 * 1024, 1);
    const far = at('stop-far');
    const started = at('stop-started');
    writeFileSync(far, `#!/bin/sh\n: > '${started}'\nexec sleep 600\n`, { mode: 0o755 });
    const { code, err } = await sync(['-a', `--rsync-path=${far}`, `${tree}/`, at('stop-to')], {
      onStart: (pid) => { const timer = setInterval(() => { if (existsSync(started)) { clearInterval(timer); process.kill(pid, 'SIGINT'); } }, 20); },
    });
    expect(code).toBe(20);
    expect(err).toContain('(code 20)');
    expect(existsSync(at('stop-to'))).toBe(false);
  });

  it('a reader of standard output that goes away does not break the copy', async () => {
    const tree = treeOf('pipe');
    for (let i = 0; i < 3000; i++) writeFileSync(join(tree, `a-rather-long-name-${i}`), '');
    const { status } = spawnSync('/bin/sh', ['-c', `"$0" --no-warnings "$1" sync -av "$2/" "$3" | head -1`, process.execPath, join(import.meta.dirname, '../../main/cli.ts'), tree, at('pipe-to')]);
    expect(status).toBe(0);
    expect(readdirSync(at('pipe-to'))).toHaveLength(3001);
  });
});

describe.skipIf(problem !== null)(`the far side${problem === null ? '' : ` (${problem})`}`, () => {
  it('a far path that does not exist: in the far rsync\'s words, code 23', async () => {
    const { code, err } = await sync(['-a', `far:${at('nowhere')}`, at('far-to')]);
    expect(code).toBe(23);
    expect(err).toContain(at('nowhere'));
    expect(err).toContain('No such file or directory');
  });

  it('a host that does not exist and a port nobody listens on: named, code 255', async () => {
    const unknown = await sync(['-a', shop.dir, 'no-such-host.invalid:/x']);
    expect(unknown.code).toBe(255);
    expect(unknown.err).toContain('no-such-host.invalid');
    const closed = await sync(['-a', shop.dir, 'ssh://127.0.0.1:1/x']);
    expect(closed.code).toBe(255);
    expect(closed.err).toMatch(/127\.0\.0\.1.*port 1/);
  });

  it('an unknown host key without a terminal: shown with its SHA-256, refused, code 255', async () => {
    const stranger = workshop(sshd, { knownHosts: '' });
    const { code, err } = await sluice(['sync', '-a', shop.dir, `far:${join(stranger.dir, 'x')}`], { env: stranger.env });
    stranger.end();
    expect(code).toBe(255);
    expect(err).toContain(sshd.fingerprint);
  });

  it('a changed host key: both fingerprints, refused, code 255, even where a password could be asked', async () => {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('other-key')]);
    const other = readFileSync(at('other-key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    const victim = workshop(sshd, { knownHosts: `[127.0.0.1]:${sshd.port} ${other}\n` });
    const { code, err } = await sluice(['sync', '-a', shop.dir, `far:${join(victim.dir, 'x')}`], { env: victim.env });
    const known = execFileSync('ssh-keygen', ['-lf', at('other-key.pub')], { encoding: 'utf8' }).split(' ')[1] as string;
    expect(code).toBe(255);
    expect(err).toContain(sshd.fingerprint);
    expect(err).toContain(known);
    expect(existsSync(join(victim.dir, 'x'))).toBe(false);
    victim.end();
  });

  it('rsync missing there: the command that installs it on that system, code 127', async () => {
    const bare = await startPeer('sshd', { noRsync: true });
    const place = workshop(bare);
    try {
      for (const words of [[`${treeOf('norsync')}/`, `far:${join(place.dir, 'x')}`], [`far:${at('norsync')}/`, at('norsync-to')]]) {
        const { code, err } = await sluice(['sync', '-a', ...words], { env: place.env });
        expect(code).toBe(127);
        expect(err).toMatch(/rsync/);
        if (existsSync('/etc/debian_version')) expect(err).toContain('apt-get install rsync');
      }
    } finally {
      place.end();
      await bare.stop();
    }
  });

  it('a login that prints on standard output: what it printed, and what to do, code 2', async () => {
    const noisy = await startPeer('sshd', { bannerNoise: true });
    const place = workshop(noisy);
    try {
      for (const words of [[`${treeOf('noise')}/`, `far:${join(place.dir, 'x')}`], [`far:${at('noise')}/`, at('noise-to')]]) {
        const { code, err } = await sluice(['sync', '-a', ...words], { env: place.env });
        expect(code).toBe(2);
        expect(err).toContain('Welcome to this host!');
      }
    } finally {
      place.end();
      await noisy.stop();
    }
  });

  it.skipIf(!isRoot)('a wrong password: who and where, code 255; the right one goes (needs root: sshd makes a user for it)', async () => {
    const locked = await startPeer('sshd', { password: 'right horse' });
    const place = workshop(locked, { key: '/nonexistent' });
    const askpass = (password: string): NodeJS.ProcessEnv => {
      writeFileSync(join(place.dir, 'askpass'), `#!/bin/sh\necho '${password}'\n`, { mode: 0o755 });
      return { ...place.env, SSH_ASKPASS: join(place.dir, 'askpass'), SSH_ASKPASS_REQUIRE: 'force' };
    };
    try {
      const tree = treeOf('password');
      const wrong = await sluice(['sync', '-r', `${tree}/`, `far:${locked.home}/to`], { env: askpass('wrong') });
      expect(wrong.code).toBe(255);
      expect(wrong.err).toContain(locked.user);
      expect(wrong.err).not.toContain('wrong horse');
      const right = await sluice(['sync', '-r', `${tree}/`, `far:${locked.home}/to`], { env: askpass('right horse') });
      expect(right).toEqual({ code: 0, out: '', err: '' });
      expect(readFileSync(join(locked.home, 'to/good'), 'utf8')).toBe('good\n');
    } finally {
      place.end();
      await locked.stop();
    }
  });

  it('a connection cut in the middle of a file: said, code 255, the old version stays, and the next run completes it', async () => {
    const tree = treeOf('cut');
    writeBig(join(tree, 'big'), 64 * 1024 * 1024, 9);
    for (const direction of ['push', 'pull'] as const) {
      const target = at(`cut-${direction}`);
      mkdirSync(target);
      writeFileSync(join(target, 'big'), 'the old one');
      utimesSync(join(target, 'big'), 1e9, 1e9);
      const own = await startPeer('sshd');
      const place = workshop(own);
      const words = direction === 'push' ? [`${tree}/`, `far:${target}`] : [`far:${tree}/`, target];
      const { code, err } = await sluice(['sync', '-aW', '--no-fsync', ...words], {
        env: place.env,
        // Cut when the new file has begun to grow beside the old one.
        onStart: () => {
          const timer = setInterval(() => {
            if (!readdirSync(target).some((name) => name.startsWith('.big.'))) return;
            clearInterval(timer);
            spawnSync('pkill', ['-KILL', '-P', String(own.pid)]);
          }, 1);
        },
      });
      expect([12, 255]).toContain(code);
      expect(err).toMatch(/far|connection/);
      expect(readFileSync(join(target, 'big'), 'utf8')).toBe('the old one');
      const again = await sluice(['sync', '-a', '--no-fsync', ...words], { env: place.env });
      expect(again).toEqual({ code: 0, out: '', err: '' });
      // A far rsync that was cut off removes its own temporary file, in its own time.
      expect(await differences(tree, target)).toMatch(/^(\*deleting {3}\.big\.\S+\n|\.d\.\.t\S* \.\/\n)*$/);
      expect(readFileSync(join(target, 'big')).equals(readFileSync(join(tree, 'big')))).toBe(true);
      place.end();
      await own.stop();
      rmSync(target, { recursive: true });
    }
  });
});

