// For tests: `const sshd = await startPeer('sshd', { password: 'x' })`, later `await sshd.stop()`. The peer runs under a process
// of its own that watches our pipe, so that nothing outlives a test runner that crashed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PeerDefinition } from './definition.ts';
import { missingPackages } from './packages.ts';
import { PEERS, type PeerInfo, type PeerName, type PeerOptions } from './registry.ts';

export type RunningPeer<N extends PeerName> = PeerInfo<N> & {
  readonly dir: string;
  readonly log: string;
  /** Settles when it has ended, by itself or by `stop`. */
  readonly ended: Promise<void>;
  /** Ends it with everything it started; may be called twice. */
  stop(): Promise<void>;
};

export interface PeerSettings {
  /** A free one unless given. */
  readonly port?: number;
  /** Stays after the end, and is found again by a second start on it; a temp folder unless given. */
  readonly dir?: string;
}

/** Why a peer cannot be had here, in words for a skipped test, or null. Changes nothing: `node scripts/run.mjs peers` installs. */
export function peerProblem(name: PeerName): string | null {
  if (process.platform !== 'linux') return `${name} is started from Debian's packages, this is ${process.platform}`;
  const missing = missingPackages(PEERS[name].packages);
  const definition: PeerDefinition<never, unknown> = PEERS[name];
  return missing.length === 0 ? (definition.problem?.() ?? null) : `${name} needs the Debian packages ${missing.join(' ')}`;
}

/** Resolves when the peer has answered in its own protocol; rejects with its own words when it could not be started. */
export async function startPeer<N extends PeerName>(name: N, options?: PeerOptions<N>, settings: PeerSettings = {}): Promise<RunningPeer<N>> {
  const args = [join(import.meta.dirname, 'peer.ts'), 'start', name, '--until-stdin-closes'];
  if (settings.port !== undefined) args.push('--port', String(settings.port));
  if (settings.dir !== undefined) args.push('--dir', settings.dir);
  const child = spawn(process.execPath, [...args, JSON.stringify(options ?? {})], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => { complaints += chunk.toString(); });
  child.stdin.on('error', () => undefined);
  const exited = once(child, 'exit');
  const line = await new Promise<string>((ready, fail) => {
    createInterface({ input: child.stdout }).once('line', ready);
    void exited.then(() => fail(new Error(complaints.trim() || `the peer ${name} ended before it was ready`)));
  });
  const info = JSON.parse(line.slice('READY '.length)) as PeerInfo<N> & { readonly dir: string; readonly log: string };
  return {
    ...info,
    ended: exited.then(() => undefined),
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await exited;
    },
  };
}
