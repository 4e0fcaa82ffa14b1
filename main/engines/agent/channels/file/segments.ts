// The segments that are there, and in which order they follow one another.
import { join } from 'node:path';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Disk } from '../../../../lib/disk/disk.ts';
import { corrupt } from './scan.ts';
import { decodeSegmentHeader, SEGMENT_HEADER, SEGMENT_NAME, type SegmentHeader } from './segment-format.ts';

export interface Segment {
  readonly path: string;
  readonly header: SegmentHeader;
  /** Where the next one says that it ends; null for the newest. */
  readonly end: number | null;
}

export interface Segments {
  /** The oldest first. */
  readonly chain: readonly Segment[];
  /** Files that were begun and never came to hold anything: a crash or a full disk left them. */
  readonly strays: readonly string[];
  /** The highest number of any file. */
  readonly last: number;
}

interface Found { readonly id: number; readonly path: string; readonly size: number; readonly header: SegmentHeader | null }

/** AGENT_CHANNEL_CORRUPT for a damaged header or a segment that is missing, AGENT_CHANNEL_FORMAT for what is not one channel's. */
export async function findSegments(disk: Disk, dirs: readonly string[]): Promise<Segments> {
  const found = new Map<number, Found>();
  for (const dir of dirs) {
    for (const name of await disk.list(dir)) {
      const id = Number(SEGMENT_NAME.exec(name)?.[1] ?? NaN);
      if (Number.isNaN(id)) continue;
      const other = found.get(id);
      if (other) throw SluiceError.of('AGENT_CHANNEL_FORMAT', { dir, reason: `${name} is here and at ${other.path}` });
      found.set(id, await look(disk, dir, name, id));
    }
  }
  const ids = [...found.keys()].sort((a, b) => a - b);
  const last = ids.at(-1) ?? 0;
  const newest = ids.findLast((id) => (found.get(id) as Found).header !== null || hasRecords(found.get(id) as Found));
  if (newest === undefined) return { chain: [], strays: [...found.values()].map(({ path }) => path), last };
  const chain: Segment[] = [];
  let end: number | null = null;
  for (let id = newest; id !== 0;) {
    const segment = found.get(id);
    if (!segment) {
      const older = ids.find((other) => other < id && hasRecords(found.get(other) as Found));
      if (older !== undefined) throw corrupt(join(dirs[0] as string, `segment ${id}`), 0, 'this segment is missing');
      break; // it was no longer needed
    }
    if (!segment.header) throw corrupt(segment.path, 0, 'the header of the segment is damaged');
    chain.unshift({ path: segment.path, header: segment.header, end });
    end = segment.header.previousEnd;
    id = segment.header.previous;
  }
  const channel = (chain[0] as Segment).header.channel;
  for (const { path, header } of chain) {
    if (!header.channel.equals(channel)) throw SluiceError.of('AGENT_CHANNEL_FORMAT', { dir: path, reason: 'segments of two channels are in these folders' });
  }
  const used = new Set(chain.map(({ path }) => path));
  return { chain, strays: [...found.values()].filter(({ path }) => !used.has(path)).map(({ path }) => path), last };
}

/** Records are written only behind a header that is on disk. */
const hasRecords = (found: Found): boolean => found.size > SEGMENT_HEADER;

async function look(disk: Disk, dir: string, name: string, id: number): Promise<Found> {
  const path = join(dir, name);
  const file = await disk.open(path, 'read');
  try {
    const bytes = Buffer.allocUnsafe(SEGMENT_HEADER);
    const header = decodeSegmentHeader(bytes.subarray(0, await file.read(bytes, 0)));
    if (typeof header === 'string') throw SluiceError.of('AGENT_CHANNEL_FORMAT', { dir: path, reason: header });
    if (header && header.segment !== id) throw SluiceError.of('AGENT_CHANNEL_FORMAT', { dir: path, reason: `it is segment ${header.segment} under another name` });
    return { id, path, size: await file.size(), header };
  } finally {
    await file.close();
  }
}
