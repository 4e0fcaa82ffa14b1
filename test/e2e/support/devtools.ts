// A page driven over the DevTools protocol alone, with the few methods a test of a packaged app needs. (Playwright's own connection
// wants more of the browser than Electron 25 answers, and its Electron driver needs a fuse that the product has switched off.)
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown }; readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } } };
  readonly error?: { readonly message: string };
}

export class DevtoolsPage {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, (answer: Answer) => void>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id === undefined) return;
      this.#pending.get(answer.id)?.(answer);
      this.#pending.delete(answer.id);
    });
  }

  /** The first page of the browser whose DevTools listen at `endpoint` (ws://127.0.0.1:PORT/...), once there is one. */
  static async first(endpoint: string): Promise<DevtoolsPage> {
    const list = `http://${new URL(endpoint).host}/json/list`;
    for (;;) {
      const targets = (await (await fetch(list)).json()) as { type: string; webSocketDebuggerUrl: string }[];
      const page = targets.find(({ type }) => type === 'page');
      if (page) {
        const socket = new WebSocket(page.webSocketDebuggerUrl);
        await once(socket, 'open');
        const devtools = new DevtoolsPage(socket);
        await devtools.#send('Page.enable', {});
        return devtools;
      }
      await sleep(50);
    }
  }

  async #send(method: string, params: unknown): Promise<Answer> {
    const id = ++this.#last;
    const answer = await new Promise<Answer>((done) => {
      this.#pending.set(id, done);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    const problem = answer.result?.exceptionDetails;
    if (problem) throw new Error(problem.exception?.description ?? problem.text);
    return answer;
  }

  async evaluate<R, A = undefined>(work: (argument: A) => R | Promise<R>, argument?: A): Promise<R> {
    const expression = `(${work.toString()})(${JSON.stringify(argument)})`;
    return (await this.#send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result?.result?.value as R;
  }

  async addInitScript(source: string): Promise<void> {
    await this.#send('Page.addScriptToEvaluateOnNewDocument', { source });
  }

  async reload(): Promise<void> {
    await this.#send('Page.reload', {});
    // the old document answers until the new one is there
    while (!(await this.evaluate(() => document.readyState === 'complete' && 'sluiceApi' in globalThis).catch(() => false))) await sleep(50);
  }

  close(): void {
    this.#socket.close();
  }
}
