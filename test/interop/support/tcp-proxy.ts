// A TCP proxy between a client and a server, that cuts connections, stalls one direction, or lets nobody in.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export type Direction = 'toServer' | 'toClient';

export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  readonly #stalled = new Set<Direction>();
  #shut = false;
  /** Connections that came so far. */
  accepted = 0;
  #cutAfter: { readonly chunk: (chunk: Buffer) => boolean; readonly done: () => void } | null = null;

  private constructor(target: { readonly host: string; readonly port: number }) {
    this.#server = createServer((client) => {
      this.accepted += 1;
      if (this.#shut) { client.destroy(); return; }
      const server = connect(target.port, target.host);
      const pair = { client, server };
      this.#pairs.add(pair);
      const end = (): void => { client.destroy(); server.destroy(); this.#pairs.delete(pair); };
      for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
      client.on('data', (chunk: Buffer) => {
        if (this.#stalled.has('toServer')) return;
        if (this.#cutAfter?.chunk(chunk)) {
          this.#cutAfter.done();
          this.#cutAfter = null;
          server.removeAllListeners('data');
          server.write(chunk, () => { setTimeout(end, 100); });
          client.destroy();
        } else server.write(chunk);
      });
      server.on('data', (chunk: Buffer) => { if (!this.#stalled.has('toClient')) client.write(chunk); });
    });
  }

  static async to(connectString: string): Promise<TcpProxy> {
    const [host, port] = connectString.split(':');
    const proxy = new TcpProxy({ host: host ?? '', port: Number(port) });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get connect(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends the connections there are now. */
  cut(): void {
    for (const { client, server } of [...this.#pairs]) { client.destroy(); server.destroy(); }
  }

  /** Cuts once, when a chunk to the server is such a one: the server gets it, its answer is lost. */
  cutAfter(chunk: (chunk: Buffer) => boolean): Promise<void> {
    return new Promise((done) => { this.#cutAfter = { chunk, done }; });
  }

  /** What goes that way is lost from now on. */
  stall(direction: Direction): void {
    this.#stalled.add(direction);
  }

  flow(): void {
    this.#stalled.clear();
  }

  /** Cuts, and closes every connection that comes, until `open`. */
  shut(): void {
    this.#shut = true;
    this.cut();
  }

  /** Lets everyone in, and everything through. */
  open(): void {
    this.#shut = false;
    this.#cutAfter = null;
    this.#stalled.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
