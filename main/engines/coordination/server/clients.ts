// All connections of clients: their limits, who has which session, the one write of each at the end of a turn, and those that fell silent.
import type { Socket } from 'node:net';
import type { NodeConfig } from '../config/node-config.ts';
import type { Clock } from '../parts.ts';
import { RunningClock } from '../session/running-clock.ts';
import type { ConnectionHost } from './connection-host.ts';
import { Connection } from './connection.ts';
import type { Stats } from './server-stats.ts';

const BEAT_MS = 500;

/** Who is at the other end of a socket, when it has been let in. */
export interface Caller {
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
  readonly certificateSubject: string | null;
}

export class Clients {
  readonly #config: NodeConfig;
  readonly #stats: Stats;
  readonly #running: RunningClock;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #all = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();
  readonly #bySession = new Map<bigint, Connection>();
  readonly #sweep: NodeJS.Timeout;
  #dirty: Connection[] = [];
  #turn = -1;

  constructor(config: NodeConfig, clock: Pick<Clock, 'monotonic'>, stats: Stats) {
    this.#config = config;
    this.#clock = clock;
    this.#stats = stats;
    this.#running = new RunningClock(clock, BEAT_MS);
    this.#sweep = setInterval(() => { this.#closeSilent(); }, BEAT_MS);
    this.#sweep.unref();
  }

  get count(): number { return this.#all.size; }
  all(): ReadonlySet<Connection> { return this.#all; }

  /** False when the limit of its address, or of all, is reached. */
  hasRoom(address: string): boolean {
    const { maxClientCnxns, maxCnxns } = this.#config;
    const full = (maxCnxns > 0 && this.#all.size >= maxCnxns) || (maxClientCnxns > 0 && (this.#perAddress.get(address) ?? 0) >= maxClientCnxns);
    if (full) this.#stats.connectionsRejected += 1;
    return !full;
  }

  add(host: ConnectionHost<Connection>, socket: Socket, caller: Caller): Connection {
    const connection = new Connection(host, socket, caller, this.#config.sessionlessTimeoutMs);
    connection.heardAt = this.#running.now();
    this.#all.add(connection);
    this.#perAddress.set(caller.address, (this.#perAddress.get(caller.address) ?? 0) + 1);
    return connection;
  }

  remove(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const { address } = connection.peer;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
    if (this.#bySession.get(connection.sessionId) === connection) this.#bySession.delete(connection.sessionId);
  }

  /** Gives a session to a connection; the one that had it is closed. */
  bind(connection: Connection, sessionId: bigint): void {
    const before = this.#bySession.get(sessionId);
    if (before && before !== connection) before.close();
    connection.sessionId = sessionId;
    this.#bySession.set(sessionId, connection);
  }

  of(sessionId: bigint): Connection | undefined {
    return this.#bySession.get(sessionId);
  }

  heard(connection: Connection): void {
    connection.heardAt = this.#running.now();
  }

  closeAll(): void {
    for (const connection of [...this.#all]) connection.close();
  }

  /** Every client gets what it was promised, then the end. */
  finishAll(): void {
    for (const connection of [...this.#all]) connection.finish();
    this.endTurn();
  }

  stop(): void {
    clearInterval(this.#sweep);
    this.closeAll();
  }

  // --- turns -----------------------------------------------------------------------------------------------------------

  /** Monotonic ms; the same until the end of the turn. */
  now(): number {
    if (this.#turn < 0) this.#beginTurn();
    return this.#turn;
  }

  flushSoon(connection: Connection): void {
    if (!connection.wantsFlush()) return;
    if (this.#turn < 0) this.#beginTurn();
    this.#dirty.push(connection);
  }

  #beginTurn(): void {
    this.#turn = this.#clock.monotonic();
    process.nextTick(endTurn, this);
  }

  /** What the connections have to say leaves now. */
  endTurn(): void {
    this.#turn = -1;
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const connection of dirty) connection.flush();
  }

  #closeSilent(): void {
    const now = this.#running.beat();
    for (const connection of this.#all) {
      if (now - connection.heardAt > connection.timeoutMs) connection.close();
    }
  }
}

function endTurn(clients: Clients): void {
  clients.endTurn();
}
