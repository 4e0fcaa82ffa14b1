// The server as one connection sees it.
import type { JuteReader } from '../jute/reader.ts';
import type { JuteWriter } from '../jute/writer.ts';
import type { Tree, WriteRequest } from '../parts.ts';
import type { Audit } from './audited-write.ts';
import type { Access } from './auth/access.ts';
import type { Reads } from './reads.ts';
import type { Stats } from './server-stats.ts';

/** What a connection `C` needs of the server. */
export interface ConnectionHost<C> {
  readonly tree: Tree;
  readonly stats: Stats;
  readonly access: Access;
  readonly reads: Reads;
  /** Whether a packet so long is taken now. */
  takes(length: number): boolean;
  /** A large packet is under way (its length), or no more (less than nothing). */
  large(bytes: number): void;
  /** Packets longer than that are large; -1 when none is. */
  readonly largeRequestThreshold: number;
  /** ms, the same all through one turn. */
  now(): number;
  /** So much is under way in the whole server that a connection with `outstanding` requests of its own must wait. */
  crowded(outstanding: number): boolean;
  connect(connection: C, bytes: Buffer, begin: number, end: number): void;
  /** Of a session that was made anew by a client that has one (createSession by hand). */
  writeConnectResponse(out: JuteWriter, connection: C): void;
  /** Null when the outcome comes by `committed`; the code of its reply when it is known now. */
  submit(connection: C, request: WriteRequest): number | null;
  sync(request: WriteRequest, done: (err: number) => void): void;
  authenticate(connection: C, type: number, xid: number, input: JuteReader): void;
  /** False when the connection must log in first: it has been told. */
  admits(connection: C, xid: number): boolean;
  heard(connection: C): void;
  closed(connection: C): void;
  /** Something that should never happen did, in the course of a request. */
  readonly onBug: (bug: unknown) => void;
  flushSoon(connection: C): void;
  /** Told of every write of a client with its outcome; null while nobody keeps an audit log. */
  readonly audit: Audit | null;
}
