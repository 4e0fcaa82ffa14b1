// A disk that fails under a running node, by strace's fault injection: nothing is acknowledged that is not on disk, nobody is served
// after it, and a restart has every acknowledged write.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GetDataResponse } from '../../main/engines/coordination/jute/records.ts';
import { OP } from '../../main/engines/coordination/op-codes.ts';
import { missingPackages } from '../peers/packages.ts';
import { startOurs, type OurNode } from './support/coordination-node.ts';
import { body } from './support/coordination-teller.ts';
import { RawClient } from './support/raw-client.ts';

const problem = process.platform !== 'linux' ? 'strace is for Linux' : missingPackages(['strace']).length > 0 ? 'the Debian package strace is needed' : null;
const WRITES = 'write,pwrite64,pwritev,writev,fsync,fdatasync';
const sleep = (ms: number): Promise<void> => new Promise((done) => { setTimeout(done, ms); });

/** From now on the calls that write these files fail in the node, as told. Resolves to what mends them. */
async function breakDisk(node: OurNode, files: readonly string[], fault: string): Promise<() => Promise<void>> {
  const paths = files.flatMap((file) => ['-P', file]);
  const strace = spawn('strace', ['-f', '-q', '-p', String(node.pid), ...paths, '-e', `trace=${WRITES}`, '-e', `inject=${WRITES}:${fault}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  strace.stderr.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  const tracer = (): string => /^TracerPid:\t(\d+)$/m.exec(readFileSync(`/proc/${node.pid}/status`, 'latin1'))?.[1] ?? '0';
  while (tracer() === '0') {
    if (strace.exitCode !== null) throw new Error(`strace could not attach: ${said}`);
    await sleep(20);
  }
  await sleep(300); // all its threads
  return async () => {
    const gone = new Promise((done) => { strace.once('exit', done); });
    strace.kill('SIGINT');
    await gone;
  };
}

function logFiles(node: OurNode): string[] {
  const folder = join(node.dataDir, 'version-2');
  return readdirSync(folder).filter((name) => name.startsWith('log.')).map((name) => join(folder, name));
}

describe.skipIf(problem)(`a disk that fails${problem ? ` (${problem})` : ''}`, () => {
  test.for(['EIO', 'ENOSPC'])('X15 %s: no write is acknowledged after it, and none before it is lost', async (error) => {
    const dir = mkdtempSync(join(tmpdir(), 'sluice-disk-'));
    let node = await startOurs({}, { dir });
    try {
      const client = await RawClient.open(node.port);
      expect((await client.request(OP.create, body.create('/x')))?.err).toBe(0);
      for (let n = 1; n <= 50; n++) expect((await client.request(OP.setData, body.setData('/x', `value ${n}`)))?.err).toBe(0);
      const mend = await breakDisk(node, logFiles(node), `error=${error}`);
      const refused = await client.request(OP.setData, body.setData('/x', 'never'));
      expect(refused?.err ?? 'closed').not.toBe(0);
      await client.ended;
      const late = new RawClient(node.port);
      expect((await late.greet())?.timeout ?? 0).toBe(0);
      await late.cut();
      await mend();
      expect(readFileSync(node.log, 'utf8')).toContain('COORD_DISK');
      await node.kill();
      node = await startOurs({}, { dir });
      const again = await RawClient.open(node.port);
      const { data, stat } = GetDataResponse.decode((await again.request(OP.getData, body.watch('/x')))?.body ?? Buffer.alloc(0));
      expect([data?.toString(), stat.version]).toEqual(['value 50', 50]);
      await again.close();
    } finally {
      await node.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('X15 a write that the disk has not answered yet is neither acknowledged nor read', async () => {
    const node = await startOurs();
    try {
      const client = await RawClient.open(node.port);
      await client.request(OP.create, body.create('/x'));
      const reader = await RawClient.open(node.port);
      const mend = await breakDisk(node, logFiles(node), 'delay_exit=700000');
      let acknowledged = false;
      const write = client.request(OP.setData, body.setData('/x', 'slow')).then((reply) => { acknowledged = true; return reply; });
      const versions: number[] = [];
      while (!acknowledged) {
        const reply = await reader.request(OP.getData, body.watch('/x'));
        versions.push(GetDataResponse.decode(reply?.body ?? Buffer.alloc(0)).stat.version);
        await sleep(5);
      }
      expect((await write)?.err).toBe(0);
      // the last read may have come between the commit and its answer
      expect(versions.length).toBeGreaterThan(3);
      expect(new Set(versions.slice(0, -2))).toEqual(new Set([0]));
      await mend();
      await reader.close();
      await client.close();
    } finally {
      await node.stop();
    }
  });
});
