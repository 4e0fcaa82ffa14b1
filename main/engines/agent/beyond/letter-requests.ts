// What other programs ask of the dead letters of an agent that runs, or will run: one file a request, put in place by a rename, read and removed by the agent.
import { join } from 'node:path';
import { z } from 'zod';
import type { Disk, DiskFile } from '../../../lib/disk/disk.ts';
import { Event } from '../event/event.ts';
import type { RunningAgent } from '../runner/agent.ts';
import { asError } from '../runner/voice.ts';
import { resubmit } from './send-again.ts';

const Request = z.object({
  do: z.enum(['resubmit', 'discard']),
  letters: z.array(z.object({ id: z.string(), event: z.object({ headers: z.record(z.string(), z.string()), base64: z.base64() }).nullable() })).max(1_000_000),
});
export type LetterRequest = z.output<typeof Request>;

const LOOK_EVERY_MS = 2000;
const MOST_BYTES = 256 * 2 ** 20;
const folderOf = (stateDir: string): string => join(stateDir, 'dead-letters', 'requests');

/** Resolves once the request is on disk. `name` is this request's own. */
export async function askLetters(disk: Disk, stateDir: string, name: string, request: LetterRequest): Promise<void> {
  const dir = folderOf(stateDir);
  await disk.makeDir(dir);
  const part = join(dir, `${name}.part`);
  const file = await disk.open(part, 'create');
  try {
    await file.write(Buffer.from(JSON.stringify(request)), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(part, join(dir, `${name}.json`));
  await disk.syncDir(dir);
}

/** Does what is asked, now and every two seconds. The answer ends it. */
export function serveLetterRequests(agent: RunningAgent): () => void {
  let isBusy = false;
  const look = async (): Promise<void> => {
    if (isBusy || agent.ending.aborted) return;
    isBusy = true;
    try {
      await answerAll(agent);
    } catch (error) {
      agent.ports.report({ type: 'problem', at: agent.ports.clock.now(), component: { kind: 'agent', name: agent.name }, error: asError(error) });
    } finally {
      isBusy = false;
    }
  };
  void look();
  const timer = setInterval(() => { void look(); }, LOOK_EVERY_MS).unref();
  return () => { clearInterval(timer); };
}

async function answerAll(agent: RunningAgent): Promise<void> {
  const { disk, stateDir, clock, report } = agent.ports;
  const dir = folderOf(stateDir);
  for (const name of (await disk.list(dir)).filter((file) => file.endsWith('.json')).sort()) {
    const path = join(dir, name);
    const parsed = Request.safeParse(await readJson(disk, path));
    const say = (text: string): void => { report({ type: 'note', at: clock.now(), component: { kind: 'agent', name: agent.name }, text }); };
    if (!parsed.success) say(`${path} is no request: it is removed`);
    else {
      const { do: what, letters } = parsed.data;
      const count = what === 'discard' ? await agent.letters?.remove(letters.map(({ id }) => id)) ?? 0
        : await resubmit(agent, letters.map(({ id, event }) => ({ id, event: event && Event.of(new Map(Object.entries(event.headers)), Buffer.from(event.base64, 'base64')) })));
      say(`${count} dead letters ${what === 'discard' ? 'discarded' : 'sent again'}`);
    }
    await disk.remove(path);
  }
}

async function readJson(disk: Disk, path: string): Promise<unknown> {
  let file: DiskFile | null = null;
  try {
    file = await disk.open(path, 'read');
    const size = await file.size();
    if (size > MOST_BYTES) return null;
    const bytes = Buffer.alloc(size);
    return JSON.parse(bytes.toString('utf8', 0, await file.read(bytes, 0))) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  } finally {
    await file?.close();
  }
}
