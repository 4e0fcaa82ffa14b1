// zkCli's command line over our client: a line in, text out. Who reads lines and prints text is somebody else.
import type { CoordinationClient } from './client-types.ts';
import { SHELL_COMMANDS } from './shell-commands.ts';
import { printError, printEvent } from './shell-print.ts';
import { ShellUsageError, shellArguments, shellWords } from './shell-words.ts';

export interface ShellAnswer {
  /** Without a line feed at its end; '' when the command says nothing. */
  readonly text: string;
  readonly failed: boolean;
  /** After `quit`: the client is closed. */
  readonly over: boolean;
}

export interface ShellOptions {
  /** Opens a client, for the first connection and for `connect host:port`. */
  open(connectString: string): CoordinationClient;
  /** Connected to at once. */
  readonly server: string;
  /** What is printed without having been asked for: watch events. */
  say(text: string): void;
}

const OWN_USAGE: Readonly<Record<string, string>> = {
  connect: 'connect host:port', close: 'close', help: 'help', history: 'history', redo: 'redo cmdno', printwatches: 'printwatches on|off', quit: 'quit', exit: 'exit',
};
const HISTORY_SHOWN = 10;
const HISTORY_KEPT = 1000;

export class Shell {
  readonly #options: ShellOptions;
  readonly #history = new Map<number, string>();
  #client: CoordinationClient;
  #server: string;
  #count = 0;
  #printWatches = true;

  constructor(options: ShellOptions) {
    this.#options = options;
    this.#server = options.server;
    this.#client = options.open(options.server);
  }

  get client(): CoordinationClient { return this.#client; }

  /** [zk: localhost:2181(CONNECTED) 0] */
  get prompt(): string {
    return `[zk: ${this.#server}(${STATE_NAMES[this.#client.state]}) ${this.#count}] `;
  }

  /** Names of commands, for completion. */
  get commands(): readonly string[] {
    return [...Object.keys(SHELL_COMMANDS), ...Object.keys(OWN_USAGE)].sort();
  }

  /** Never rejects: what went wrong is text. */
  async run(line: string): Promise<ShellAnswer> {
    if (line.trim() === '') return { text: '', failed: false, over: false };
    this.#history.set(this.#count, line);
    this.#history.delete(this.#count - HISTORY_KEPT);
    const answer = await this.#answer(shellWords(line));
    this.#count += 1;
    return answer;
  }

  /** Ends the session. */
  close(): Promise<void> {
    return this.#client.close();
  }

  async #answer(words: readonly string[]): Promise<ShellAnswer> {
    const [name = '', ...rest] = words;
    try {
      if (Object.hasOwn(SHELL_COMMANDS, name)) return said(await this.#command(name, rest));
      if (Object.hasOwn(OWN_USAGE, name)) return await this.#own(name, rest);
      return { text: `${this.#usage()}\nCommand not found: Command not found ${name}`, failed: true, over: false };
    } catch (error) {
      return { text: printError(error), failed: true, over: false };
    }
  }

  async #command(name: string, rest: readonly string[]): Promise<readonly string[]> {
    const command = SHELL_COMMANDS[name];
    if (!command) return [];
    if (this.#client.state === 'closed') return ['Not connected'];
    const given = shellArguments(rest, command.flags ?? [], command.values ?? []);
    if (given.words.length < (command.least ?? 0)) throw new ShellUsageError(command.usage);
    return command.run({ client: this.#client, watch: (event) => { if (this.#printWatches) this.#options.say(printEvent(event)); } }, given);
  }

  async #own(name: string, rest: readonly string[]): Promise<ShellAnswer> {
    const [first] = rest;
    switch (name) {
      case 'connect':
        await this.#client.close();
        this.#server = first ?? this.#server;
        this.#client = this.#options.open(this.#server);
        return said([]);
      case 'close':
        await this.#client.close();
        return said([]);
      case 'history':
        return said(Array.from({ length: HISTORY_SHOWN + 1 }, (_, i) => this.#count - HISTORY_SHOWN + i).filter((i) => i >= 0).map((i) => `${i} - ${this.#history.get(i) ?? ''}`));
      case 'redo': {
        const number = Number(first);
        const line = this.#history.get(number);
        if (first === undefined) return said([]);
        if (line === undefined || number >= this.#count) throw new ShellUsageError('Command index out of range');
        if (shellWords(line)[0] === 'redo') throw new ShellUsageError('No redoing redos');
        this.#history.set(this.#count, line);
        return this.#answer(shellWords(line));
      }
      case 'printwatches':
        if (first === undefined) return said([`printwatches is ${this.#printWatches ? 'on' : 'off'}`]);
        this.#printWatches = first === 'on';
        return said([]);
      case 'help':
        return said([this.#usage()]);
      default:
        await this.#client.close();
        return { text: '', failed: false, over: true };
    }
  }

  #usage(): string {
    const usages = [...Object.values(SHELL_COMMANDS).map(({ usage }) => usage), ...Object.values(OWN_USAGE)].sort();
    return ['ZooKeeper -server host:port -client-configuration properties-file cmd args', ...usages.map((usage) => `\t${usage}`)].join('\n');
  }
}

const STATE_NAMES = { connecting: 'CONNECTING', connected: 'CONNECTED', connectedReadOnly: 'CONNECTEDREADONLY', authFailed: 'AUTH_FAILED', expired: 'CLOSED', closed: 'CLOSED' } as const;
const said = (lines: readonly string[]): ShellAnswer => ({ text: lines.join('\n'), failed: false, over: false });
