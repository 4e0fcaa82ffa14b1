// The entry of a worker thread: one task at a time, at most AHEAD items before the asker has taken some.
import { parentPort } from 'node:worker_threads';
import { asBuffer } from '../../../lib/bytes.ts';
import { toErrorInfo } from '../../../../preload/contract/sluice-error.ts';
import { fileDigester } from '../checksum/file-digest.ts';
import { openDigests } from '../checksum/digests.ts';
import { FilterRules } from '../filter/rules.ts';
import { scanTree } from '../flist/scan.ts';
import { blockSums } from '../generator/block-sums.ts';
import { searchFile } from '../match/search.ts';
import { AHEAD, type FromWorker, type TaskName, type Tasks, type ToWorker } from './tasks.ts';

const BLOCKS_AT_ONCE = 4096;

type Runner<N extends TaskName> = (input: Tasks[N]['input']) => AsyncGenerator<Tasks[N]['item']>;

const runners: { readonly [N in TaskName]: Runner<N> } = {
  scan: async function* ({ root, rules, digest, ...options }) {
    const filter = FilterRules.parse(rules);
    const digestOf = digest ? fileDigester(await openDigests(digest, 0)) : null;
    for (const { list, errors } of scanTree(asBuffer(root), {
      ...options,
      ...(filter.empty ? {} : { excluded: (path, dir) => filter.excludes(path, dir, 'sender') }),
      ...(digestOf ? { digest: digestOf } : {}),
    })) yield { chunk: list.toChunk(), errors };
  },

  search: async function* ({ fd, sums, digest: choice, inplace }) {
    const digests = await openDigests(choice.name, choice.seed, choice.seedInFront);
    const digest = digests.file();
    let blocks: number[] = [];
    for (const token of searchFile(fd, sums, digests, { inplace, digest })) {
      if ('block' in token) {
        blocks.push(token.block);
        if (blocks.length < BLOCKS_AT_ONCE) continue;
      }
      if (blocks.length > 0) { yield { blocks: Int32Array.from(blocks) }; blocks = []; }
      if ('literal' in token) yield { literal: new Uint8Array(token.literal) };
    }
    if (blocks.length > 0) yield { blocks: Int32Array.from(blocks) };
    yield { digest: digest.digest() };
  },

  sums: async function* ({ fd, shape, digest: choice }) {
    const digests = await openDigests(choice.name, choice.seed, choice.seedInFront);
    const record = 4 + shape.strongLength;
    let bytes = Buffer.alloc(Math.min(BLOCKS_AT_ONCE, shape.count) * record);
    let used = 0;
    for (const { weak, strong } of blockSums(fd, shape, digests)) {
      bytes.writeUInt32LE(weak, used);
      bytes.set(strong, used + 4);
      used += record;
      if (used < bytes.length) continue;
      yield { bytes };
      bytes = Buffer.alloc(bytes.length);
      used = 0;
    }
    if (used > 0) yield { bytes: bytes.subarray(0, used) };
  },
};

function transferable(item: object): ArrayBuffer[] {
  if ('literal' in item) return [(item.literal as Uint8Array).buffer as ArrayBuffer];
  return 'blocks' in item ? [(item.blocks as Int32Array).buffer as ArrayBuffer] : [];
}

if (parentPort) {
  const port = parentPort;
  let ahead = 0;
  let cancelled = false;
  let wake: (() => void) | null = null;
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void => { port.postMessage(message, transfer); };

  const run = async (name: TaskName, input: never): Promise<void> => {
    ahead = 0;
    cancelled = false;
    try {
      for await (const item of runners[name](input)) {
        if (cancelled) break;
        send({ type: 'item', item }, transferable(item));
        ahead += 1;
        while (ahead >= AHEAD && !cancelled) await new Promise<void>((resolve) => { wake = resolve; });
      }
      send({ type: 'done' });
    } catch (thrown) {
      send({ type: 'failed', error: toErrorInfo(thrown) });
    }
  };

  port.on('message', (message: ToWorker) => {
    if (message.type === 'start') { void run(message.name, message.input as never); return; }
    if (message.type === 'taken') ahead -= 1;
    else cancelled = true;
    wake?.();
    wake = null;
  });
}
