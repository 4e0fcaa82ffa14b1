// `sluice agent dead-letters list|show|resubmit|discard`: the events that an agent put aside. What is asked is done by the agent itself, at once or when it next starts.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DeadLetterBox, type StoredLetter } from '../../engines/agent/beyond/dead-letters.ts';
import { askLetters, type LetterRequest } from '../../engines/agent/beyond/letter-requests.ts';
import { nodeDisk } from '../../lib/disk/node-disk.ts';
import { SluiceError } from '../../../preload/contract/sluice-error.ts';
import { parseWords } from './coordination-args.ts';
import { EXIT } from './exit-codes.ts';
import { UsageError } from './args.ts';
import type { Terminal } from './terminal.ts';
import { words } from './words.ts';

const texts = words.agent;
const USAGE = 'dead-letters list STATE-DIR [--most N] | show STATE-DIR ID... | resubmit STATE-DIR ID...|all [--event FILE.json] | discard STATE-DIR ID...|all';
const ALL = 1_000_000;

export async function letters(rest: readonly string[], { out, err }: Terminal): Promise<number> {
  const args = parseWords(rest, { values: ['most', 'event'], switches: ['json'], words: [2, 1_000_000], usage: USAGE, of: 'agent' });
  const [what = '', stateDir = '', ...ids] = args.words;
  if (!['list', 'show', 'resubmit', 'discard'].includes(what) || (what !== 'list' && ids.length === 0) || !/^\d{1,7}$/.test(args.value('most') ?? '0')) throw new UsageError({ kind: 'agentUsage', option: USAGE });
  const box = await DeadLetterBox.open({ disk: nodeDisk, dir: join(stateDir, 'dead-letters'), now: () => Date.now(), damaged: (error) => { err.line(`sluice: ${error.message}`); } });
  if (what === 'list' || what === 'show') {
    const found = what === 'list' ? await box.list(Number(args.value('most') ?? 100)) : (await Promise.all(ids.map((id) => box.read(id)))).filter((letter) => letter !== null);
    for (const letter of found) out.line(args.has('json') || what === 'show' ? JSON.stringify(plain(letter)) : line(letter));
    if (found.length === 0 && !args.has('json')) out.line(texts.lettersNone);
    return EXIT.OK;
  }
  const wanted = ids[0] === 'all' ? (await box.list(ALL)).map(({ id }) => id) : ids;
  const edited = args.value('event') === null ? null : await readEvent(args.value('event') ?? '');
  const request: LetterRequest = { do: what as 'resubmit' | 'discard', letters: wanted.map((id) => ({ id, event: edited })) };
  await askLetters(nodeDisk, stateDir, `${Date.now()}-${randomUUID()}`, request);
  out.line(texts.lettersDone({ count: wanted.length, what: texts.lettersWhat[what as 'resubmit' | 'discard'] }));
  return EXIT.OK;
}

const plain = ({ id, at, component, reason, event }: StoredLetter): object => ({ id, at, component, reason, headers: Object.fromEntries(event.headers), body: event.body.toString('utf8'), base64: event.body.toString('base64') });

function line({ id, at, component, reason, event }: StoredLetter): string {
  const body = event.body.toString('utf8', 0, 80).replace(/[\u0000-\u001f\u007f]/g, '.');
  return texts.letterLine({ id, at: new Date(at).toISOString(), component, reason, body });
}

const Edited = z.object({ headers: z.record(z.string(), z.string()).default({}), body: z.string().optional(), base64: z.base64().optional() });

/** As `show` prints it, with a headers, body or base64 that was edited. */
async function readEvent(file: string): Promise<{ headers: Record<string, string>; base64: string }> {
  try {
    const { headers, body, base64 } = Edited.parse(JSON.parse(await readFile(file, 'utf8')));
    return { headers, base64: body === undefined ? base64 ?? '' : Buffer.from(body).toString('base64') };
  } catch (error) {
    throw SluiceError.of('AGENT_CONFIG_SOURCE', { source: file, reason: (error as Error).message.split('\n')[0] ?? '' }, error);
  }
}
