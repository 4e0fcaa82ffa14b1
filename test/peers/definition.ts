// What a peer is: a real program that Sluice's engines talk to, started for a test on a free loopback port.

/** What a starter may use. Everything it made goes when the peer ends. */
export interface PeerContext {
  /** A folder of its own, without spaces, that others may enter; removed at the end unless it was given. */
  readonly dir: string;
  readonly log: string;
  /** The port asked for, or a free one on 127.0.0.1. */
  port(): Promise<number>;
  /** Another free port on 127.0.0.1. */
  freePort(): Promise<number>;
  /** Starts a program that dies with the peer; its output goes to the log. The first one is the peer itself. */
  spawn(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): number;
  /** Asks again and again until it answers; fails with the end of the log when a program ended or time is up. */
  until(what: string, answers: () => Promise<boolean>): Promise<void>;
  atEnd(undo: () => void): void;
}

export interface PeerDefinition<Options, Info> {
  /** Debian packages it needs. */
  readonly packages: readonly string[];
  /** Whatever else has to be fetched or built once; answers in words what is missing, or null. */
  readonly prepare?: (say: (line: string) => void) => Promise<string | null>;
  /** What `prepare` has still to bring, in words, or null. Changes nothing. */
  readonly problem?: () => string | null;
  /** Resolves when the peer has answered in its own protocol. */
  readonly start: (context: PeerContext, options: Options) => Promise<Info>;
}
