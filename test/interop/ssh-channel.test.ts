// A program over the built-in SSH that ends without having read what it was sent.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SshPool } from '../../main/engines/sync/transport/ssh-pool.ts';
import { peerProblem, startPeer, type RunningPeer } from '../peers/start-peer.ts';
import { accessOf } from './engine-support.ts';

const problem = peerProblem('sshd');

describe.skipIf(problem)(`a channel${problem ? ` (${problem})` : ''}`, () => {
  let sshd: RunningPeer<'sshd'>;
  const pool = new SshPool();
  beforeAll(async () => { sshd = await startPeer('sshd'); });
  afterAll(async () => {
    await pool.close();
    await sshd?.stop();
  });

  it('W22 its end is told while its output is still to be read and our window to it is shut', async () => {
    const shell = await pool.open(accessOf(sshd));
    const program = await shell.exec(['sh', '-c', 'sleep 0.3; echo last words; exit 3']);
    for (let mib = 0; mib < 8; mib++) program.stdin.write(Buffer.alloc(1 << 20)); // more than the window takes
    expect(program.stdin.writableNeedDrain).toBe(true);
    let exited = false;
    void program.exited.then(() => { exited = true; });
    await program.ended;
    expect(exited).toBe(false);
    let said = '';
    for await (const chunk of program.stdout) said += String(chunk);
    expect(said).toBe('last words\n');
    program.stdin.destroy();
    expect(await program.exited).toMatchObject({ code: 3, lost: null });
    shell.release();
  });
});
