// A follower that feeds observers in the leader's place, on observerMasterPort (ObserverMaster): it passes on what is committed, and their requests to the leader.
import type { ByteStream } from '../election/byte-stream.ts';
import type { Listener } from '../election/transport.ts';
import type { WriteRequest } from '../parts.ts';
import type { Txn } from '../txn.ts';
import { zxidOf } from '../zxid.ts';
import { LearnerHandler, type Discovery, type LearnerMaster } from './learner-handler.ts';
import { PacketChannel } from './packet-channel.ts';
import { syncMs, type PeerContext } from './peer-context.ts';

const CHECK_MS = 100;

/** What the follower does with the leader for an observer. */
export interface ToLeader {
  submit(request: WriteRequest): void;
  sync(request: WriteRequest, done: () => void): void;
  revalidate(sessionId: bigint, timeoutMs: number, done: (lives: boolean) => void): void;
  touch(sessionId: bigint, timeoutMs: number): void;
}

export class ObserverMaster implements LearnerMaster {
  readonly takesFollowers = false;
  readonly started = Promise.resolve();
  readonly establishment: Discovery;
  readonly #context: PeerContext;
  readonly #leader: ToLeader;
  readonly #handlers = new Set<LearnerHandler>();
  #fed: readonly LearnerHandler[] = [];
  #listeners: Listener[] = [];
  #timers: NodeJS.Timeout[] = [];

  /** @param epoch of the leader: there is nothing left to agree on. */
  constructor(context: PeerContext, epoch: number, leader: ToLeader) {
    this.#context = context;
    this.#leader = leader;
    this.establishment = { offer: () => Promise.resolve(epoch), newLeaderZxid: zxidOf(epoch, 0), ack: () => {}, epochAcked: Promise.resolve(), lead: () => {} };
  }

  /** COORD_PORT when the port cannot be opened. */
  async start(port: number): Promise<void> {
    const { transport, membership, myid, config } = this.#context;
    for (const at of membership.server(myid)?.addresses ?? []) {
      this.#listeners.push(await transport.listen(config.quorumListenOnAllIPs ? null : at.host, port, (stream) => { this.#welcome(stream); }));
    }
    this.#timers = [
      setInterval(() => { for (const handler of this.#fed) if (handler.isUpToDate) handler.ping(); }, Math.max(10, Math.min(config.heartbeatMs, config.tickTime / 2))),
      setInterval(() => { this.#check(); }, CHECK_MS),
    ];
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const listener of this.#listeners) listener.close();
    for (const handler of [...this.#handlers]) handler.close('this follower has stopped to feed observers');
  }

  #welcome(stream: ByteStream): void {
    const handler = new LearnerHandler(this.#context, this, new PacketChannel(stream));
    this.#handlers.add(handler);
    void handler.run();
  }

  #check(): void {
    const now = this.#context.clock.monotonic();
    for (const handler of this.#fed) if (handler.isUpToDate && handler.silentMs(now) > syncMs(this.#context)) handler.close('it said nothing for syncLimit');
  }

  // --- what the follower hears ---

  committed(txn: Txn): void {
    for (const handler of this.#fed) handler.committed(txn);
  }

  activate(txn: Txn, leader: number): void {
    for (const handler of this.#fed) handler.activate(txn, leader);
  }

  // --- what an observer asks ---

  outstanding(): Iterable<Txn> {
    return [];
  }

  join(handler: LearnerHandler): void {
    this.#fed = [...this.#fed, handler];
  }

  leave(handler: LearnerHandler): void {
    this.#handlers.delete(handler);
    this.#fed = this.#fed.filter((other) => other !== handler);
  }

  upToDate(handler: LearnerHandler): void {
    handler.ping();
  }

  acked(): void { /* observers acknowledge nothing but NEWLEADER */ }
  pinged(): void { /* reads are made sure of by the leader */ }

  submit(request: WriteRequest): void {
    this.#leader.submit(request);
  }

  sync(request: WriteRequest, done: () => void): void {
    this.#leader.sync(request, done);
  }

  revalidate(sessionId: bigint, timeoutMs: number, _owner: object, done: (lives: boolean) => void): void {
    this.#leader.revalidate(sessionId, timeoutMs, done);
  }

  touch(sessionId: bigint, timeoutMs: number): void {
    this.#leader.touch(sessionId, timeoutMs);
  }
}
