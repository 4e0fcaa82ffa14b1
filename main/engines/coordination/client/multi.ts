// multi and multiRead on the wire: a MultiHeader before each part, and one that says done after the last (MultiOperationRecord, MultiResponse).
import { KeeperError } from '../keeper-errors.ts';
import { JuteError, type JuteReader } from '../jute/reader.ts';
import { Create2Response, CreateRequest, CreateTTLRequest, ErrorResponse, GetChildrenResponse, GetDataResponse, MultiHeader, PathResponse, SetDataRequest, StatResponse, type ACL } from '../jute/records.ts';
import type { JuteWriter } from '../jute/writer.ts';
import { CREATE, OP, PERM } from '../op-codes.ts';
import type { MultiOp, MultiReadResult, MultiResult } from './client-types.ts';
import { withChroot, withoutChroot } from './paths.ts';

const OPEN: readonly ACL[] = [{ perms: PERM.all, id: { scheme: 'world', id: 'anyone' } }];
const END = { type: -1, done: true, err: -1 };

export function writeMulti(writer: JuteWriter, ops: readonly MultiOp[], chroot: string): void {
  for (const op of ops) {
    const path = withChroot(chroot, op.path);
    const begin = (type: number): void => { MultiHeader.write(writer, { type, done: false, err: -1 }); };
    if (op.op === 'create') {
      const flags = op.flags ?? CREATE.persistent;
      const request = { path, data: op.data, acl: (op.acl ?? OPEN) as ACL[], flags };
      const ttl = flags === CREATE.ttl || flags === CREATE.ttlSequential;
      begin(ttl ? OP.createTTL : flags === CREATE.container ? OP.createContainer : OP.create2);
      if (ttl) CreateTTLRequest.write(writer, { ...request, ttl: op.ttl ?? 0 });
      else CreateRequest.write(writer, request);
    } else if (op.op === 'setData') {
      begin(OP.setData);
      SetDataRequest.write(writer, { path, data: op.data, version: op.version ?? -1 });
    } else {
      begin(op.op === 'delete' ? OP.delete : OP.check);
      writer.ustring(path);
      writer.int(op.version ?? -1);
    }
  }
  MultiHeader.write(writer, END);
}

export function readMulti(reader: JuteReader, chroot: string): MultiResult[] {
  return parts<MultiResult>(reader, (type, err) => {
    switch (type) {
      case OP.create: return { err, path: withoutChroot(chroot, PathResponse.read(reader).path) };
      case OP.create2: case OP.createTTL: case OP.createContainer: {
        const { path, stat } = Create2Response.read(reader);
        return { err, path: withoutChroot(chroot, path), stat };
      }
      case OP.setData: return { err, stat: StatResponse.read(reader).stat };
      case OP.delete: case OP.check: return { err };
      default: throw new JuteError(`a part of type ${type} in the reply to multi`);
    }
  });
}

export function writeMultiRead(writer: JuteWriter, ops: readonly { readonly op: 'getData' | 'getChildren'; readonly path: string }[], chroot: string): void {
  for (const { op, path } of ops) {
    MultiHeader.write(writer, { type: OP[op], done: false, err: -1 });
    writer.ustring(withChroot(chroot, path));
    writer.boolean(false);
  }
  MultiHeader.write(writer, END);
}

export function readMultiRead(reader: JuteReader): MultiReadResult[] {
  return parts<MultiReadResult>(reader, (type, err) => {
    if (type === OP.getData) {
      const { data, stat } = GetDataResponse.read(reader);
      return { err, data: data === null ? null : Buffer.from(data), stat };
    }
    if (type === OP.getChildren) return { err, children: GetChildrenResponse.read(reader).children };
    throw new JuteError(`a part of type ${type} in the reply to multiRead`);
  });
}

function parts<T extends { readonly err: number }>(reader: JuteReader, part: (type: number, err: number) => T): T[] {
  const results: T[] = [];
  for (;;) {
    const { type, done, err } = MultiHeader.read(reader);
    if (done) return results;
    results.push(type === OP.error ? { err: ErrorResponse.read(reader).err } as T : part(type, err));
  }
}

/** All of it, or the KeeperError of the part that failed, with its path. */
export function allOf(ops: readonly { readonly path: string }[], results: readonly MultiResult[]): readonly MultiResult[] {
  const failed = results.findIndex(({ err }) => err !== 0 && err !== -2);
  const at = failed >= 0 ? failed : results.findIndex(({ err }) => err !== 0);
  if (at >= 0) throw new KeeperError((results[at] as MultiResult).err, ops[at]?.path ?? null);
  return results;
}
