// A file channel of Flume in the folders of ours: its events become ours, once, and its files are put aside. A crash at any point begins again, or goes on.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Disk } from '../../../../lib/disk/disk.ts';
import type { Say } from '../../parts.ts';
import { IMPORT } from '../file/open-channel.ts';
import type { OpenForImport } from '../file/options.ts';
import { flumeEvents, flumeLogs, readFlumeChannel } from './flume-channel.ts';

/** Names the import that is under way, in the checkpoint's folder. */
const MARK = 'flume-import';
const ASIDE = 'flume-files';
/** What Flume leaves in its folders; queueset is a folder of maps that it makes anew. */
const FLUMES = /^(?:log-\d+(?:\.(?:meta|bak))?|checkpoint|checkpoint\.meta|inflighttakes|inflightputs|in_use\.lock|queueset)$/;

export interface BringOver {
  readonly disk: Disk;
  readonly checkpointDir: string;
  readonly dataDirs: readonly string[];
  readonly name: string;
  readonly say: Say;
}

/** AGENT_CHANNEL_CORRUPT when a log of Flume is damaged: nothing is changed then. */
export async function bringOver({ disk, checkpointDir, dataDirs, name, say }: BringOver, open: OpenForImport): Promise<void> {
  const marks = (await disk.list(checkpointDir)).filter((file) => file.startsWith(`${MARK}-`));
  const logs = (await flumeLogs(disk, dataDirs)).flat();
  if (logs.length === 0 && marks.length === 0) return;
  const mark = marks[0] ?? (await makeMark(disk, checkpointDir));
  const group = `${IMPORT}${mark}`;
  if (!open.committed.has(group)) {
    const contents = await readFlumeChannel(disk, dataDirs, false);
    for (const { path, offset } of contents.torn) say.note(`channel ${name}: ${path} ends in a record that a crash of Flume left unfinished, at ${offset}; it is passed over`);
    for await (const events of flumeEvents(disk, contents)) await open.put(group, events);
    await open.commit(group);
    say.note(`channel ${name}: ${contents.places.length} events were brought over from Flume's file channel (${contents.puts} put, ${contents.takes} taken in ${logs.length} logs)`);
  }
  for (const dir of [...dataDirs, checkpointDir]) await putAside(disk, dir);
  await disk.remove(join(checkpointDir, mark));
  await disk.syncDir(checkpointDir);
  say.note(`channel ${name}: the files of Flume are in ${join(dataDirs[0] as string, ASIDE)}; they are no longer needed`);
}

async function makeMark(disk: Disk, dir: string): Promise<string> {
  const mark = `${MARK}-${randomBytes(8).toString('hex')}`;
  const file = await disk.open(join(dir, mark), 'create');
  await file.close();
  await disk.syncDir(dir);
  return mark;
}

async function putAside(disk: Disk, dir: string): Promise<void> {
  const names = (await disk.list(dir)).filter((name) => FLUMES.test(name));
  if (names.length === 0) return;
  const aside = join(dir, ASIDE);
  await disk.makeDir(aside);
  const there = new Set(await disk.list(aside));
  for (const name of names) {
    let to = name;
    for (let n = 2; there.has(to); n++) to = `${name}.${n}`;
    await disk.rename(join(dir, name), join(aside, to));
  }
  await disk.syncDir(aside);
  await disk.syncDir(dir);
}
