// A client of Flume's Avro protocol that costs nearly nothing: one pack, made once, is sent again and again with so many calls outstanding on each connection.
import { connect, type Socket } from 'node:net';
import { putLong, putString, longSize, stringSize } from '../../main/engines/agent/event/avro-writer.ts';
import { Event } from '../../main/engines/agent/event/event.ts';
import { handshakeRequest } from '../../main/engines/agent/rpc/avro/handshake.ts';
import { packOf, putPackHead } from '../../main/engines/agent/rpc/avro/packs.ts';
import { FLUME_PROTOCOL_HASH } from '../../main/engines/agent/rpc/avro/protocol.ts';

export interface AvroLoad {
  readonly port: number;
  readonly connections: number;
  readonly outstanding: number;
  /** Events of a call; 1 is `append`, as Flume's clients do. */
  readonly batch: number;
  /** Bytes of each body. */
  readonly body: number;
  readonly seconds: number;
}

/** Java cuts what it sends into buffers of 8 KiB. */
const JAVA_BUFFER = 8192;

function callPack(batch: number, body: number): Buffer {
  const event = Event.of(new Map([['timestamp', '1764364800000']]), Buffer.alloc(body, 'x'));
  const name = batch === 1 ? 'append' : 'appendBatch';
  const size = batch === 1 ? event.size : longSize(batch) + batch * event.size + 1;
  const message = Buffer.alloc(1 + stringSize(name) + size);
  let at = putString(message, 1, name);
  if (batch === 1) event.put(message, at);
  else {
    at = putLong(message, at, batch);
    for (let i = 0; i < batch; i++) at = event.put(message, at);
  }
  const count = Math.ceil(message.length / JAVA_BUFFER);
  const pack = Buffer.alloc(8 + 4 * count + message.length);
  putPackHead(pack, 1, 0);
  pack.writeInt32BE(count, 4);
  for (let i = 0, to = 8; i < count; i++) {
    const part = message.subarray(i * JAVA_BUFFER, (i + 1) * JAVA_BUFFER);
    to = pack.writeInt32BE(part.length, to);
    to += part.copy(pack, to);
  }
  return pack;
}

/** A connection that has shaken hands. */
function greeted(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => { socket.write(packOf(0, Buffer.concat([handshakeRequest(FLUME_PROTOCOL_HASH, false), Buffer.from([0, 0])]))); });
    socket.once('error', reject);
    socket.once('data', () => { resolve(socket); });
  });
}

/** Bytes of an answer: ours is in one buffer, Flume's in three. */
function answerSize(socket: Socket, pack: Buffer): Promise<number> {
  return new Promise((resolve) => {
    let got: Buffer = Buffer.alloc(0);
    socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length < 8) return;
      let at = 8;
      for (let left = got.readInt32BE(4); left > 0; left--) {
        if (got.length < at + 4) return;
        at += 4 + got.readInt32BE(at);
      }
      if (got.length >= at) resolve(at);
    });
    socket.write(pack);
  });
}

export interface LoadResult {
  readonly perSecond: number;
  readonly events: number;
  /** Events that were answered otherwise. */
  readonly failed: number;
}

/** Runs for so long; events that were answered OK. */
export async function runAvroLoad({ port, connections, outstanding, batch, body, seconds }: AvroLoad): Promise<LoadResult> {
  const pack = callPack(batch, body);
  const sockets = await Promise.all(Array.from({ length: connections }, () => greeted(port)));
  const size = Math.max(...(await Promise.all(sockets.map((socket) => answerSize(socket, pack)))));
  const packs = Array.from({ length: outstanding + 1 }, (_, count) => Buffer.concat(Array.from({ length: count }, () => pack)));
  let [calls, failed, running] = [0, 0, true];
  const began = performance.now();
  const done = sockets.map((socket) => new Promise<void>((resolve, reject) => {
    let waiting = outstanding;
    let got = 0;
    socket.removeAllListeners('data').removeAllListeners('error').on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      for (let at = (size - 1 - got + size) % size; at < chunk.length; at += size) if (chunk[at] !== 0) failed += 1;
      const all = got + chunk.length;
      const answered = Math.floor(all / size);
      got = all % size;
      calls += answered;
      waiting -= answered;
      if (running && answered > 0) {
        socket.write(packs[answered] as Buffer);
        waiting += answered;
      }
      if (!running && waiting === 0) resolve();
    });
    socket.write(packs[outstanding] as Buffer);
  }));
  await new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
  running = false;
  const took = (performance.now() - began) / 1000;
  const events = (calls - failed) * batch;
  await Promise.all(done);
  for (const socket of sockets) socket.destroy();
  return { perSecond: events / took, events, failed: failed * batch };
}
