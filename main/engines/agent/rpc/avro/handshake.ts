// The handshake of Avro RPC (specification 1.11), before the first message of a connection:
//   request   MD5 clientHash | union{null, string} clientProtocol | MD5 serverHash | union{null, map<bytes>} meta
//   response  enum{BOTH, CLIENT, NONE} match | union{null, string} serverProtocol | union{null, MD5} serverHash | union{null, map<bytes>} meta
import type { AvroReader } from '../../event/avro-reader.ts';
import { BadEvent } from '../../event/avro-reader.ts';
import { putString, stringSize } from '../../event/avro-writer.ts';
import { FLUME_PROTOCOL, FLUME_PROTOCOL_HASH, saysTheSame } from './protocol.ts';

export const HASH_SIZE = 16;
const MATCHES = ['both', 'client', 'none'] as const;
export type Match = (typeof MATCHES)[number];

export interface HandshakeRequest {
  readonly clientHash: Buffer;
  readonly clientProtocol: string | null;
  readonly serverHash: Buffer;
}

/** Throws BadEvent. */
export function readHandshakeRequest(reader: AvroReader): HandshakeRequest {
  const clientHash = hash(reader);
  const clientProtocol = branch(reader) ? reader.string('a protocol') : null;
  const serverHash = hash(reader);
  if (branch(reader)) skipMeta(reader);
  return { clientHash, clientProtocol, serverHash };
}

/** Passes over a map<bytes>. */
export function skipMeta(reader: AvroReader): void {
  for (let count = reader.block(2); count > 0; count = reader.block(2)) {
    for (let i = 0; i < count; i++) {
      reader.skip('a name');
      reader.skip('a value');
    }
  }
}

function hash(reader: AvroReader): Buffer {
  const { position } = reader;
  if (reader.end - position < HASH_SIZE) throw new BadEvent('cut short in a handshake');
  reader.position = position + HASH_SIZE;
  return reader.bytes.subarray(position, reader.position);
}

/** Whether the second branch of union{null, X} follows. */
function branch(reader: AvroReader): boolean {
  const index = reader.long();
  if (index !== 0 && index !== 1) throw new BadEvent('no Avro handshake');
  return index === 1;
}

/** What answers handshakes: remembers protocols by their hash, as a client sends the text once and then the hash alone. */
export class HandshakeDesk {
  private readonly known = new Set([FLUME_PROTOCOL_HASH.toString('hex')]);

  /** Throws BadEvent for a client whose events are other ones. */
  match({ clientHash, clientProtocol, serverHash }: HandshakeRequest): Match {
    const name = clientHash.toString('hex');
    if (!this.known.has(name)) {
      if (clientProtocol === null) return 'none';
      if (!saysTheSame(clientProtocol)) throw new BadEvent('its protocol is not that of Flume');
      if (this.known.size < 1000) this.known.add(name);
    }
    return serverHash.equals(FLUME_PROTOCOL_HASH) ? 'both' : 'client';
  }
}

const BOTH = Buffer.from([0, 0, 0, 0]);

/** With our protocol and its hash unless the client knows them. */
export function handshakeResponse(match: Match): Buffer {
  if (match === 'both') return BOTH;
  const bytes = Buffer.allocUnsafe(2 + stringSize(FLUME_PROTOCOL) + 1 + HASH_SIZE + 1);
  bytes[0] = MATCHES.indexOf(match) * 2;
  bytes[1] = 2;
  let at = putString(bytes, 2, FLUME_PROTOCOL);
  bytes[at++] = 2;
  at += FLUME_PROTOCOL_HASH.copy(bytes, at);
  bytes[at] = 0;
  return bytes;
}

/** `serverHash` is that of the protocol the client believes the server has. */
export function handshakeRequest(serverHash: Buffer, withText: boolean): Buffer {
  const bytes = Buffer.alloc(HASH_SIZE + 1 + (withText ? stringSize(FLUME_PROTOCOL) : 0) + HASH_SIZE + 1);
  let at = FLUME_PROTOCOL_HASH.copy(bytes, 0);
  bytes[at++] = withText ? 2 : 0;
  if (withText) at = putString(bytes, at, FLUME_PROTOCOL);
  serverHash.copy(bytes, at);
  return bytes;
}

export interface HandshakeResponse {
  readonly match: Match;
  readonly serverProtocol: string | null;
  readonly serverHash: Buffer | null;
}

/** Throws BadEvent. */
export function readHandshakeResponse(reader: AvroReader): HandshakeResponse {
  const match = MATCHES[reader.long()];
  if (match === undefined) throw new BadEvent('no Avro handshake');
  const serverProtocol = branch(reader) ? reader.string('a protocol') : null;
  const serverHash = branch(reader) ? hash(reader) : null;
  if (branch(reader)) skipMeta(reader);
  return { match, serverProtocol, serverHash };
}
