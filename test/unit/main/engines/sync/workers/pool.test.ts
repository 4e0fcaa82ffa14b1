// Worker threads: what they answer, that they wait for their asker, and that one that dies takes only its task along.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { blockShape, weakSum } from '../../../../../../main/engines/sync/checksum/blocks.ts';
import { openDigests } from '../../../../../../main/engines/sync/checksum/digests.ts';
import { NO_SUMS } from '../../../../../../main/engines/sync/match/sums.ts';
import { WorkerPool } from '../../../../../../main/engines/sync/workers/pool.ts';
import { scanLocal } from '../../../../../../main/engines/sync/workers/scan.ts';
import type { Tasks } from '../../../../../../main/engines/sync/workers/tasks.ts';
import { makeTree, randomBytes, walk } from '../../../../../fixtures/tree.ts';

const ENTRY = resolve('main/engines/sync/workers/worker.ts');
const DIGEST = { name: 'md5', seed: 1, seedInFront: true } as const;

describe('M worker threads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-workers-'));
  let pool = new WorkerPool(ENTRY, 2);
  afterEach(async () => { await pool.close(); pool = new WorkerPool(ENTRY, 2); });
  afterAll(async () => { await pool.close(); rmSync(folder, { recursive: true, force: true }); });
  const scanning = (root: string, more: Partial<Tasks['scan']['input']> = {}): Tasks['scan']['input'] =>
    ({ root: Buffer.from(root), recurse: true, links: true, devices: true, specials: true, rules: [], digest: null, ...more });

  it('M20 a scan answers the whole tree', async () => {
    const tree = join(folder, 'tree');
    makeTree(tree);
    const { list, errors } = await scanLocal(pool, scanning(tree));
    expect(errors).toEqual([]);
    expect(Array.from({ length: list.length }, (_, i) => list.name(i).toString('latin1')).sort()).toEqual([...walk(tree).keys()].sort());
  });

  it('M21 a root that does not exist is the error it is here', async () => {
    await expect(scanLocal(pool, scanning(join(folder, 'nothing')))).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });

  it('M22 block sums come as they travel, and the digest of a searched file is right', async () => {
    const content = randomBytes(3_000_000, 8);
    writeFileSync(join(folder, 'f'), content);
    const fd = openSync(join(folder, 'f'), 'r');
    const shape = blockShape(content.length, 16, false);
    const parts: Buffer[] = [];
    for await (const { bytes } of pool.run('sums', { fd, shape, digest: DIGEST })) parts.push(Buffer.from(bytes));
    const sums = Buffer.concat(parts);
    const digests = await openDigests('md5', 1);
    expect(sums.length).toBe(shape.count * (4 + shape.strongLength));
    for (const i of [0, 1, shape.count - 1]) {
      const block = content.subarray(i * shape.blockLength, (i + 1) * shape.blockLength);
      const at = i * (4 + shape.strongLength);
      expect(sums.readUInt32LE(at)).toBe(weakSum(block, 0, block.length));
      expect(sums.subarray(at + 4, at + 4 + shape.strongLength).equals(digests.block(block).subarray(0, shape.strongLength))).toBe(true);
    }
    const literal: Buffer[] = [];
    let digest = '';
    for await (const item of pool.run('search', { fd, sums: NO_SUMS, digest: DIGEST, inplace: false })) {
      if ('literal' in item) literal.push(Buffer.from(item.literal));
      else if ('digest' in item) digest = Buffer.from(item.digest).toString('hex');
    }
    closeSync(fd);
    expect(Buffer.concat(literal).equals(content)).toBe(true);
    expect(digest).toBe(createHash('md5').update(content).digest('hex'));
  });

  it('M23 more tasks than threads all end', async () => {
    writeFileSync(join(folder, 'small'), 'x');
    const fd = openSync(join(folder, 'small'), 'r');
    const ends = await Promise.all(Array.from({ length: 9 }, async () => {
      let items = 0;
      for await (const _ of pool.run('sums', { fd, shape: blockShape(1, 16, false), digest: DIGEST })) items += 1;
      return items;
    }));
    closeSync(fd);
    expect(ends).toEqual(Array(9).fill(1));
  });

  it('M24 who leaves the loop early leaves a thread that can be used again; an aborted task ends with the abort', async () => {
    writeFileSync(join(folder, 'big'), Buffer.alloc(20_000_000, 'z'));
    const one = new WorkerPool(ENTRY, 1);
    const run = (signal?: AbortSignal): AsyncGenerator<Tasks['search']['item']> => {
      const fd = openSync(join(folder, 'big'), 'r');
      fds.push(fd);
      return one.run('search', { fd, sums: NO_SUMS, digest: DIGEST, inplace: false }, signal);
    };
    const fds: number[] = [];
    for await (const _ of run()) break;
    const control = new AbortController();
    await expect((async () => { for await (const _ of run(control.signal)) control.abort(new Error('enough')); })()).rejects.toThrow('enough');
    let total = 0;
    for await (const item of run()) total += 'literal' in item ? item.literal.length : 0;
    expect(total).toBe(20_000_000);
    await one.close();
    for (const fd of fds) closeSync(fd);
  });

  it('M25 a thread that dies fails its task, and the next task gets a fresh one', async () => {
    const dying = join(folder, 'dying.mjs');
    writeFileSync(dying, `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { process.exit(3); });`);
    const doomed = new WorkerPool(dying, 1);
    for (let i = 0; i < 2; i++) {
      await expect((async () => { for await (const _ of doomed.run('sums', { fd: 0, shape: blockShape(1, 16, false), digest: DIGEST })) { /* none comes */ } })()).rejects.toMatchObject({ code: 'APP_BUG' });
    }
    await doomed.close();
  });

  it('M26 idle threads do not keep the process alive', () => {
    const script = join(folder, 'idle.mts');
    writeFileSync(script, `
      import { WorkerPool } from ${JSON.stringify(resolve('main/engines/sync/workers/pool.ts'))};
      import { scanLocal } from ${JSON.stringify(resolve('main/engines/sync/workers/scan.ts'))};
      const { list } = await scanLocal(new WorkerPool(${JSON.stringify(ENTRY)}), { root: Buffer.from(${JSON.stringify(folder)}), recurse: false, links: false, devices: false, specials: false, rules: [], digest: null });
      process.stdout.write(list.length > 0 ? 'scanned' : 'nothing');`);
    const { status, stdout } = spawnSync(process.execPath, ['--no-warnings', script], { timeout: 60_000, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'scanned' });
  });
});
