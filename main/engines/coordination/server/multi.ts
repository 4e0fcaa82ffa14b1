// The parts of a multi or multiRead as they stand on the wire: a MultiHeader and a request each, ended by {-1, true, -1} (MultiOperationRecord).
import type { Infer } from '../jute/record.ts';
import { JuteError, type JuteReader } from '../jute/reader.ts';
import { CreateRequest, CreateTTLRequest, MultiHeader, PathVersionRequest, PathWatchRequest, SetDataRequest } from '../jute/records.ts';
import { CREATE, OP } from '../op-codes.ts';

export type WritePart =
  | { readonly type: typeof OP.create | typeof OP.create2 | typeof OP.createContainer; readonly request: CreateRequest }
  | { readonly type: typeof OP.createTTL; readonly request: Infer<typeof CreateTTLRequest> }
  | { readonly type: typeof OP.delete | typeof OP.check; readonly request: Infer<typeof PathVersionRequest> }
  | { readonly type: typeof OP.setData; readonly request: Infer<typeof SetDataRequest> };
export interface ReadPart {
  readonly type: typeof OP.getData | typeof OP.getChildren;
  readonly path: string;
}

/** The type of the next part; null at the end. */
function nextType(reader: JuteReader): number | null {
  const { type, done } = MultiHeader.read(reader);
  return done ? null : type;
}

/** JuteError for a part that may not stand in a multi, and for flags that no create has. */
export function readWriteParts(reader: JuteReader): WritePart[] {
  const parts: WritePart[] = [];
  for (let type = nextType(reader); type !== null; type = nextType(reader)) parts.push(readWritePart(type, reader));
  return parts;
}

function readWritePart(type: number, reader: JuteReader): WritePart {
  switch (type) {
    case OP.create:
    case OP.create2:
    case OP.createContainer: return { type, request: withMode(CreateRequest.read(reader)) };
    case OP.createTTL: return { type, request: withMode(CreateTTLRequest.read(reader)) };
    case OP.delete:
    case OP.check: return { type, request: PathVersionRequest.read(reader) };
    case OP.setData: return { type, request: SetDataRequest.read(reader) };
    default: throw new JuteError(`a multi may not hold opcode ${type}`);
  }
}

function withMode<R extends { readonly flags: number }>(request: R): R {
  if (request.flags < CREATE.persistent || request.flags > CREATE.ttlSequential) throw new JuteError(`flags ${request.flags} of a create`);
  return request;
}

/** JuteError for anything but getData and getChildren. */
export function readReadParts(reader: JuteReader): ReadPart[] {
  const parts: ReadPart[] = [];
  for (let type = nextType(reader); type !== null; type = nextType(reader)) {
    if (type !== OP.getData && type !== OP.getChildren) throw new JuteError(`a multiRead may not hold opcode ${type}`);
    parts.push({ type, path: PathWatchRequest.read(reader).path });
  }
  return parts;
}
