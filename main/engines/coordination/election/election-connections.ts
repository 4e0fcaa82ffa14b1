// One connection to every other server of the ensemble on the election ports (QuorumCnxManager): the higher sid dials, only the latest message to each waits.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { QuorumServer } from '../config/node-config.ts';
import type { Report } from '../parts.ts';
import type { ByteStream } from './byte-stream.ts';
import { decodeHello, encodeHello, type ElectionAddress } from './hello.ts';
import { dialAny, type Listener, type Transport } from './transport.ts';

/** PACKETMAXSIZE of QuorumCnxManager. */
const MOST_FRAME = 512 * 1024;
const MOST_SID = 2 ** 31 - 1;
const DIAL_MS = 5_000;
const HELLO_MS = 5_000;
/** A server whose connection is taken over this often in `FLAP_MS` is most likely two. */
const FLAPS = 4;
const FLAP_MS = 10_000;
const WARN_MS = 10_000;

interface Peer {
  stream: ByteStream | null;
  /** The latest message that has not been sent; null when all are. */
  waiting: Buffer | null;
  /** Sent again on a new connection: the old one may have lost it. */
  last: Buffer | null;
  dialling: boolean;
  refused: boolean;
  taken: number[];
}

export interface ElectionConnectionsOptions {
  readonly myid: number;
  readonly transport: Transport;
  /** Where a server listens, by the newest configuration; undefined for one that is in none. */
  readonly server: (sid: number) => QuorumServer | undefined;
  readonly listenOnAll: boolean;
  readonly report: Report;
  readonly now: () => number;
  /** `bytes` is borrowed until it returns. */
  readonly receive: (sid: number, bytes: Buffer) => void;
  /** A server refused the connection: nothing listens there. */
  readonly refused: (sid: number) => void;
}

export class ElectionConnections {
  readonly #options: ElectionConnectionsOptions;
  readonly #peers = new Map<number, Peer>();
  /** Where servers that are in no configuration of ours said that they listen. */
  readonly #strangers = new Map<number, readonly ElectionAddress[]>();
  #listeners: Listener[] = [];
  #closed = false;
  #warnedTwin = false;
  readonly #warned = new Map<string, number>();

  constructor(options: ElectionConnectionsOptions) {
    this.#options = options;
  }

  /** Opens this server's election ports. COORD_PORT when one cannot be opened. */
  async listen(): Promise<void> {
    const own = this.#options.server(this.#options.myid);
    for (const at of own?.addresses ?? []) {
      this.#listeners.push(await this.#options.transport.listen(this.#options.listenOnAll ? null : at.host, at.electionPort, (stream) => { void this.#accept(stream); }));
    }
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners) listener.close();
    this.#listeners = [];
    for (const peer of this.#peers.values()) peer.stream?.destroy();
  }

  /** Puts the message in the place of one that still waits, and dials when there is no connection. */
  send(sid: number, message: Buffer): void {
    const peer = this.#peer(sid);
    peer.waiting = message;
    if (peer.stream) this.#flush(peer);
    else void this.#dial(sid);
  }

  /** Dials everyone that has a message waiting. */
  connectAll(): void {
    for (const [sid, peer] of this.#peers) if (!peer.stream) void this.#dial(sid);
  }

  /** Whether at least one server has been told everything. */
  get delivered(): boolean {
    for (const peer of this.#peers.values()) if (peer.waiting === null) return true;
    return this.#peers.size === 0;
  }

  /** Whether nothing listens there, as far as the last attempt showed. */
  isRefused(sid: number): boolean {
    const peer = this.#peers.get(sid);
    return peer !== undefined && peer.refused && peer.stream === null;
  }

  /** Whether there is a connection now. */
  isConnected(sid: number): boolean {
    return (this.#peers.get(sid)?.stream ?? null) !== null;
  }

  #peer(sid: number): Peer {
    let peer = this.#peers.get(sid);
    if (!peer) this.#peers.set(sid, peer = { stream: null, waiting: null, last: null, dialling: false, refused: false, taken: [] });
    return peer;
  }

  #flush(peer: Peer): void {
    if (peer.waiting === null || peer.stream === null) return;
    const message = peer.waiting;
    peer.waiting = null;
    peer.last = message;
    const head = Buffer.allocUnsafe(4);
    head.writeInt32BE(message.length);
    peer.stream.socket.cork();
    peer.stream.socket.write(head);
    peer.stream.socket.write(message);
    peer.stream.socket.uncork();
  }

  async #dial(sid: number): Promise<void> {
    const peer = this.#peer(sid);
    if (this.#closed || peer.dialling || peer.stream) return;
    const addresses = this.#options.server(sid)?.addresses.map((at) => ({ host: at.host, port: at.electionPort })) ?? this.#strangers.get(sid) ?? [];
    peer.dialling = true;
    try {
      const stream = await dialAny(this.#options.transport, addresses, DIAL_MS);
      peer.refused = false;
      await this.#introduce(sid, peer, stream);
    } catch (error) {
      if (codeOf(error) !== 'ECONNREFUSED') return;
      peer.refused = true;
      this.#options.refused(sid);
    } finally {
      peer.dialling = false;
    }
  }

  /** Says who we are; a server with a higher sid than ours dials back instead of using this connection. */
  async #introduce(sid: number, peer: Peer, stream: ByteStream): Promise<void> {
    const { myid, server, transport } = this.#options;
    const own = server(myid)?.addresses.map((at) => ({ host: at.host, port: at.electionPort })) ?? [];
    stream.socket.write(encodeHello({ sid: myid, addresses: own.length > 0 ? own : [{ host: '0.0.0.0', port: 1 }] }));
    try {
      await transport.authenticate(stream);
    } catch (error) {
      stream.destroy();
      this.#warn(sid, `it does not accept this server: ${(error as Error).message}`);
      return;
    }
    if (this.#closed || sid > myid) {
      stream.socket.end();
      return;
    }
    this.#adopt(sid, peer, stream);
  }

  async #accept(stream: ByteStream): Promise<void> {
    const from = stream.socket.remoteAddress ?? '?';
    const timer = setTimeout(() => { stream.destroy(); }, HELLO_MS);
    try {
      let said = decodeHello(stream.peek());
      while (said === null) {
        await stream.more(stream.buffered);
        said = decodeHello(stream.peek());
      }
      stream.skip(said.size);
      await this.#options.transport.challenge(stream);
      this.#welcome(said.hello.sid, said.hello.addresses, stream);
    } catch (error) {
      if (!stream.ended) this.#warn(from, `what it sends on the election port is no ZooKeeper election: ${(error as Error).message}`);
      stream.destroy();
    } finally {
      clearTimeout(timer);
    }
  }

  #welcome(sid: number, addresses: readonly ElectionAddress[], stream: ByteStream): void {
    const { myid, report } = this.#options;
    if (this.#closed) return stream.destroy();
    if (sid === myid) {
      stream.destroy();
      if (this.#warnedTwin) return;
      this.#warnedTwin = true;
      const reason = `${stream.socket.remoteAddress ?? 'another server'} says that it is server ${sid} too; only one server may have that number`;
      report({ type: 'warning', at: Date.now(), error: SluiceError.of('COORD_MYID', { file: 'myid', reason }) });
      return;
    }
    if (!(sid >= -1 && sid <= MOST_SID)) throw new Error(`${sid} is no number of a server`);
    if (addresses.length > 0) this.#strangers.set(sid, addresses);
    const peer = this.#peer(sid);
    peer.refused = false;
    this.#checkAddress(sid, addresses);
    if (sid < myid) {
      stream.socket.end();
      if (peer.stream) this.#countTaken(sid, peer);
      peer.stream?.destroy();
      peer.stream = null;
      void this.#dial(sid);
      return;
    }
    this.#adopt(sid, peer, stream);
  }

  /** Hosts may be written in several ways; ports may not. */
  #checkAddress(sid: number, addresses: readonly ElectionAddress[]): void {
    const known = this.#options.server(sid)?.addresses.map((at) => at.electionPort);
    if (!known || addresses.length === 0 || addresses.some((at) => known.includes(at.port))) return;
    this.#warn(sid, `someone says that it is server ${sid} and listens on port ${addresses.map((at) => at.port).join(', ')}, here it is ${known.join(', ')}: two servers may have the number ${sid}, or their configurations differ`);
  }

  #adopt(sid: number, peer: Peer, stream: ByteStream): void {
    if (peer.stream) this.#countTaken(sid, peer);
    peer.stream?.destroy();
    peer.stream = stream;
    stream.onEnd(() => { if (peer.stream === stream) peer.stream = null; });
    peer.waiting ??= peer.last;
    this.#flush(peer);
    stream.listen(() => { this.#frames(sid, stream); });
  }

  #frames(sid: number, stream: ByteStream): void {
    while (stream.buffered >= 4) {
      const bytes = stream.peek();
      const length = bytes.readInt32BE(0);
      if (length <= 0 || length > MOST_FRAME) {
        this.#warn(sid, `a frame of ${length} bytes on the election port`);
        stream.destroy();
        return;
      }
      if (bytes.length < 4 + length) return;
      stream.skip(4 + length);
      this.#options.receive(sid, bytes.subarray(4, 4 + length));
    }
  }

  #countTaken(sid: number, peer: Peer): void {
    const now = this.#options.now();
    peer.taken = [...peer.taken.filter((at) => now - at < FLAP_MS), now];
    if (peer.taken.length < FLAPS) return;
    peer.taken = [];
    this.#warn(sid, `its election connection is taken over again and again: two servers may have the number ${sid}`);
  }

  /** The same is told once in a while. */
  #warn(peer: number | string, reason: string): void {
    const name = typeof peer === 'number' ? `server ${peer}` : peer;
    const now = this.#options.now();
    if (now - (this.#warned.get(`${name} ${reason}`) ?? Number.NEGATIVE_INFINITY) < WARN_MS) return;
    if (this.#warned.size > 1000) this.#warned.clear();
    this.#warned.set(`${name} ${reason}`, now);
    this.#options.report({ type: 'warning', at: Date.now(), error: SluiceError.of('COORD_PEER', { peer: name, reason }) });
  }
}
