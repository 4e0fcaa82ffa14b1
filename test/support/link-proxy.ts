// A TCP proxy for one link between two members: it may hold back or drop what goes one way, the other, or both, as a cut network does:
// connections stay open and silent, and new ones get no answer.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface LinkState {
  /** What the dialling side sends does not arrive. */
  readonly forth: boolean;
  /** What the listening side sends does not arrive. */
  readonly back: boolean;
}

interface Pair {
  readonly from: Socket;
  readonly to: Socket;
  lost: boolean;
}

export class LinkProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #pairs = new Set<Pair>();
  #cut: LinkState = { forth: false, back: false };

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (from: Socket) => this.#link(from));
  }

  /** Listens on 127.0.0.1:`port` for what goes to 127.0.0.1:`target`. */
  static async listen(port: number, target: number): Promise<LinkProxy> {
    const server = createServer();
    await new Promise<void>((done, fail) => { server.once('error', fail); server.listen(port, '127.0.0.1', done); });
    return new LinkProxy(server, target);
  }

  #link(from: Socket): void {
    const to = connect(this.#target, '127.0.0.1');
    const pair: Pair = { from, to, lost: false };
    this.#pairs.add(pair);
    for (const socket of [from, to]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#ended(pair));
    }
    from.on('data', (chunk: Buffer) => { if (this.#cut.forth) pair.lost = true; else to.write(chunk); });
    to.on('data', (chunk: Buffer) => { if (this.#cut.back) pair.lost = true; else from.write(chunk); });
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
