// The far end of the supervisor's wire, inside an engine's process: serves the engine, and ends when the parent is gone.
import type { Contract, Handlers } from '../../../preload/contract/define.ts';
import { messagePortWire, type EmitterPort } from '../../../preload/rpc/message-port-wire.ts';
import { serve } from '../../../preload/rpc/server.ts';
import type { Wire } from '../../../preload/rpc/wire.ts';
import { processWire } from './process-wire.ts';

/** The wire to the process that started this one: Electron's parent port, or Node's channel. Null when started by hand. */
export function parentWire(): Wire | null {
  const parentPort = (process as { readonly parentPort?: EmitterPort }).parentPort;
  if (parentPort) return messagePortWire(parentPort);
  return process.send ? processWire(process) : null;
}

export interface ServeEngineOptions {
  /** Last words when the wire is gone, such as closing a database; the process ends after it, or after 2 s. */
  readonly close?: () => Promise<void> | void;
}

const CLOSE_LIMIT_MS = 2000;

/** Serves until the wire closes, then ends the process: an engine never outlives its parent. */
export function serveEngine<C extends Contract>(contract: C, engine: Handlers<C>, wire: Wire, options: ServeEngineOptions = {}): void {
  const { closed } = serve(contract, engine, wire, {
    onBug: (procedure, error) => process.stderr.write(`${new Date().toISOString()} ${procedure}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  });
  // a terminal's Ctrl+C reaches the whole group: the parent drains us, so it is not for us to end
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => wire.close('SIGTERM'));
  void closed.then(async () => {
    setTimeout(() => process.exit(1), CLOSE_LIMIT_MS).unref();
    await options.close?.();
    process.exit(0);
  });
}

/** Answers every call with what kept the engine from starting, so that the supervisor can say it. */
export function serveBroken<C extends Contract>(contract: C, error: unknown, wire: Wire): void {
  const fail = (): never => { throw error; };
  const handlers = Object.fromEntries(Object.entries(contract).map(([method, { kind }]) => [method, kind === 'call' ? fail : () => ({ [Symbol.asyncIterator]: () => ({ next: async () => fail() }) })]));
  serveEngine(contract, handlers as unknown as Handlers<C>, wire);
}
