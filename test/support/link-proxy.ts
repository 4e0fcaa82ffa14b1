// A TCP proxy for one link between two members: it may hold back or drop what goes one way, the other, or both, as a cut network does:
// connections stay open and silent, and new ones get no answer.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface LinkState {
  /** What the dialling side sends does not arrive. */
  readonly forth: boolean;
  /** What the listening side sends does not arrive. */
  readonly back: boolean;
}

const RETRY_MS = 20;
const PATIENCE = 25;

interface Pair {
  readonly from: Socket;
  readonly to: Socket;
  lost: boolean;
}

export class LinkProxy {
  readonly #server: Server;
  readonly #target: Address;
  readonly #pairs = new Set<Pair>();
  #cut: LinkState = { forth: false, back: false };

  private constructor(server: Server, target: Address) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (from: Socket) => {
      from.on('error', () => undefined);
      this.#link(from);
    });
  }

  /** Listens on `at` for what goes to `target`. */
  static async listen(at: Address, target: Address): Promise<LinkProxy> {
    const server = createServer();
    await new Promise<void>((done, fail) => { server.once('error', fail); server.listen(at.port, at.host, done); });
    return new LinkProxy(server, target);
  }

  /** A listener that is not there yet is waited for: here the dialler is let in before we know, elsewhere it would be refused and dial again. */
  #link(from: Socket, patience = PATIENCE): void {
    const to = connect(this.#target.port, this.#target.host);
    const refused = (): void => { if (patience > 0 && !from.destroyed) setTimeout(() => this.#link(from, patience - 1), RETRY_MS); else from.destroy(); };
    to.once('error', refused);
    to.once('connect', () => {
      to.off('error', refused);
      this.#join({ from, to, lost: false });
    });
  }

  #join(pair: Pair): void {
    const { from, to } = pair;
    this.#pairs.add(pair);
    for (const socket of [from, to]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#ended(pair));
    }
    from.on('data', (chunk: Buffer) => { if (this.#cut.forth) pair.lost = true; else to.write(chunk); });
    to.on('data', (chunk: Buffer) => { if (this.#cut.back) pair.lost = true; else from.write(chunk); });
    if (from.destroyed) this.#ended(pair);
  }

  /** The end of one side reaches the other, unless the link is cut: then it is lost like the rest. */
  #ended(pair: Pair): void {
    if (this.#cut.forth || this.#cut.back) pair.lost = true;
    else this.#end(pair);
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.from.destroy();
    pair.to.destroy();
  }

  /** Cuts the link as told from now on. Healed (both false), connections that lost something end: a stream cannot go on with a gap. */
  cut(state: LinkState): void {
    this.#cut = state;
    if (!state.forth && !state.back) for (const pair of [...this.#pairs]) if (pair.lost) this.#end(pair);
  }

  async close(): Promise<void> {
    for (const pair of [...this.#pairs]) this.#end(pair);
    await new Promise<void>((done) => { this.#server.close(() => done()); });
  }
}
