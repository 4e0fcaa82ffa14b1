// Znodes as JSON: a head, then one node a line, so that any number of them is written and read without being held. Data is text where it is
// UTF-8 without control characters, base64 otherwise.
import { z } from 'zod';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { isUtf8 } from '../../../lib/bytes.ts';
import type { ACL } from '../jute/records.ts';
import { pathProblem } from '../client/paths.ts';
import type { NodeKind } from './node-kind.ts';

/** Paths are relative to the root that was exported: '' is the root itself, '/a/b' below it. */
export interface ArchiveNode {
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: ACL[] | null;
  readonly kind: NodeKind;
  readonly ttl: number;
  readonly version: number;
}

export interface ArchiveHead {
  readonly root: string;
  /** ms since 1970. */
  readonly at: number;
}

const MAX_LINE = 64 * 1024 * 1024;
const FORMAT = 'sluice-znodes';
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

const headShape = z.object({ format: z.literal(FORMAT), version: z.literal(1), root: z.string(), at: z.number() });
const nodeShape = z.object({
  path: z.string(),
  text: z.string().optional(), base64: z.string().optional(),
  acl: z.array(z.object({ perms: z.number().int().min(0).max(31), scheme: z.string(), id: z.string() })).max(10_000).optional(),
  kind: z.enum(['persistent', 'ephemeral', 'container', 'ttl']), ttl: z.number().int().min(0).optional(), version: z.number().int(),
});

/** The lines of an archive; each with its line feed. */
export async function* archiveLines(head: ArchiveHead, nodes: AsyncIterable<ArchiveNode>): AsyncGenerator<Buffer, void, undefined> {
  const { root, at } = head;
  yield Buffer.from(`{"format":${JSON.stringify(FORMAT)},"version":1,"root":${JSON.stringify(root)},"at":${at},"nodes":[\n`);
  let comma = '';
  for await (const node of nodes) {
    yield Buffer.from(comma + lineOf(node));
    comma = ',\n';
  }
  yield Buffer.from('\n]}\n');
}

function lineOf({ path, data, acl, kind, ttl, version }: ArchiveNode): string {
  const text = data !== null && isUtf8(data) ? data.toString('utf8') : null;
  return JSON.stringify({
    path, ...(data === null ? {} : text !== null && !CONTROL.test(text) ? { text } : { base64: data.toString('base64') }),
    ...(acl ? { acl: acl.map(({ perms, id }) => ({ perms, scheme: id.scheme, id: id.id })) } : {}), kind, ...(kind === 'ttl' ? { ttl } : {}), version,
  });
}

/** Reads what `archiveLines` wrote. COORD_ARCHIVE, with the line, for anything else; an archive that ends early is one too. */
export async function* readArchive(name: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<ArchiveHead | ArchiveNode, void, undefined> {
  const bad = (line: number, reason: string): SluiceError => SluiceError.of('COORD_ARCHIVE', { file: name, reason: `line ${line}: ${reason}` });
  let number = 0;
  let ended = false;
  for await (const line of linesOf(chunks, () => bad(number + 1, 'it is longer than any znode can be'))) {
    number += 1;
    if (ended) throw bad(number, 'something follows the end');
    if (number === 1) yield parse(headShape, line.replace(/,"nodes":\[$/, '}'), (reason) => bad(number, `this is no archive of znodes: ${reason}`));
    else if (line === ']}') ended = true;
    else if (line !== '') yield nodeOf(parse(nodeShape, line.replace(/,$/, ''), (reason) => bad(number, reason)), (reason) => bad(number, reason));
  }
  if (!ended) throw bad(number + 1, 'the archive ends before its end: it was cut off');
}

export function isHead(item: ArchiveHead | ArchiveNode): item is ArchiveHead {
  return 'root' in item;
}

function nodeOf(node: z.infer<typeof nodeShape>, bad: (reason: string) => SluiceError): ArchiveNode {
  const problem = node.path === '' ? null : pathProblem(node.path);
  if (problem !== null || node.path === '/') throw bad(`${node.path} ${problem ?? 'is no path below the root'}`);
  return {
    path: node.path, kind: node.kind, ttl: node.ttl ?? 0, version: node.version,
    data: node.text !== undefined ? Buffer.from(node.text) : node.base64 !== undefined ? Buffer.from(node.base64, 'base64') : null,
    acl: node.acl ? node.acl.map(({ perms, scheme, id }) => ({ perms, id: { scheme, id } })) : null,
  };
}

function parse<T>(shape: z.ZodType<T>, line: string, bad: (reason: string) => SluiceError): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error));
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw bad(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '));
  return parsed.data;
}

async function* linesOf(chunks: AsyncIterable<Buffer>, tooLong: () => SluiceError): AsyncGenerator<string, void, undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let at = 0;
    for (let end = chunk.indexOf(10, at); end >= 0; end = chunk.indexOf(10, at)) {
      parts.push(chunk.subarray(at, end));
      yield Buffer.concat(parts).toString('utf8').replace(/\r$/, '');
      parts = [];
      size = 0;
      at = end + 1;
    }
    if (at < chunk.length) {
      parts.push(Buffer.from(chunk.subarray(at)));
      size += chunk.length - at;
      if (size > MAX_LINE) throw tooLong();
    }
  }
  if (size > 0) yield Buffer.concat(parts).toString('utf8');
}
