// A server that does what a test tells it: it answers connect requests, keeps what clients send, and sends any bytes.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { FrameCutter } from '../../../../../../main/engines/coordination/client/frames.ts';
import { JuteReader } from '../../../../../../main/engines/coordination/jute/reader.ts';
import { ConnectRequest, ConnectResponse, ReplyHeader, RequestHeader } from '../../../../../../main/engines/coordination/jute/records.ts';
import { JuteWriter } from '../../../../../../main/engines/coordination/jute/writer.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';

export interface Got {
  readonly xid: number;
  readonly type: number;
  readonly body: Buffer;
}

export class Peer {
  readonly got: Got[] = [];
  readonly socket: Socket;
  hello: ConnectRequest | null = null;
  /** When the last packet came, monotonic ms. */
  heardAt = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  frame(write: (writer: JuteWriter) => void): void {
    const writer = new JuteWriter();
    const begin = writer.beginFrame();
    write(writer);
    writer.endFrame(begin);
    this.socket.write(writer.take());
  }

  welcome(options: { timeOut?: number; sessionId?: bigint; readOnly?: boolean } = {}): void {
    const { timeOut = this.hello?.timeOut ?? 0, sessionId = 7n, readOnly = false } = options;
    this.frame((w) => { ConnectResponse.write(w, { protocolVersion: 0, timeOut, sessionId, passwd: Buffer.alloc(16, 9) }); w.boolean(readOnly); });
  }

  reply(xid: number, body: (writer: JuteWriter) => void = () => undefined, err = 0, zxid = 1): void {
    this.frame((w) => { ReplyHeader.write(w, { xid, zxid, err }); if (err === 0) body(w); });
  }
}

export interface ServerScript {
  /** A connect request came; welcomes it unless told otherwise. */
  hello?(peer: Peer, number: number): void;
  /** A request came; getData gets its own path as data, pings and closeSession are answered, unless told otherwise by answering true. */
  request?(peer: Peer, got: Got): boolean;
  /** The answer to the word `isro`. */
  readonly isro?: 'rw' | 'ro';
}

export class ScriptedServer {
  readonly peers: Peer[] = [];
  readonly #server: Server;

  private constructor(script: ServerScript) {
    this.#server = createServer((socket) => {
      const cutter = new FrameCutter(1 << 20);
      socket.on('error', () => undefined);
      let peer: Peer | null = null;
      let number = 0;
      socket.on('data', (chunk: Buffer) => {
        if (peer === null && chunk.toString() === 'isro') { socket.end(script.isro ?? 'rw'); return; }
        peer ??= new Peer(socket);
        const known = peer;
        if (number === 0) number = this.peers.push(known);
        cutter.push(chunk, (bytes) => {
          known.heardAt = performance.now();
          const reader = new JuteReader(Buffer.from(bytes));
          if (!known.hello) {
            known.hello = ConnectRequest.read(reader);
            if (script.hello) script.hello(known, number);
            else known.welcome();
            return;
          }
          const got: Got = { ...RequestHeader.read(reader), body: reader.rest() };
          known.got.push(got);
          if (script.request?.(known, got)) return;
          if (got.type === OP.ping || got.type === OP.closeSession) known.reply(got.xid);
          if (got.type === OP.getData) known.reply(got.xid, (w) => { w.buffer(Buffer.from(new JuteReader(got.body).ustring() ?? '')); w.raw(Buffer.alloc(68)); });
        });
      });
    });
  }

  static async start(script: ServerScript = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get connect(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.peers) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close').catch(() => undefined);
  }
}
