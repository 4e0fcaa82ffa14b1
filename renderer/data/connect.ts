// Opens the wire this window has: the MessagePort its preload hands over (Electron), or a WebSocket to where it came from.
import { contract } from '../../preload/contract/index.ts';
import { createClient } from '../../preload/rpc/client.ts';
import { LIMITS } from '../../preload/rpc/frames.ts';
import { messagePortWire } from '../../preload/rpc/message-port-wire.ts';
import { webSocketWire } from '../../preload/rpc/web-socket-wire.ts';
import type { Wire } from '../../preload/rpc/wire.ts';
import type { Connect } from './backend.ts';

export interface Desktop {
  /** The path of a file or folder dropped from the desktop; empty when it has none. */
  readonly pathForFile: (file: File) => string;
}

/** What the preload of the Electron host put here; null in a browser. */
export function desktop(): Desktop | null {
  return (globalThis as { sluice?: Desktop }).sluice ?? null;
}

const PORT_WAIT_MS = 10_000;
const ports: MessagePort[] = [];
let takePort: ((port: MessagePort) => void) | null = null;

/** Listens from the first moment, since the preload may send the port before the screens are up. */
export function listenForPort(): void {
  addEventListener('message', (event: MessageEvent) => {
    const port = event.ports[0];
    if (event.source !== window || !port) return;
    if (takePort) takePort(port);
    else ports.push(port);
  });
}

function nextPort(): Promise<MessagePort> {
  const waiting = ports.shift();
  if (waiting) return Promise.resolve(waiting);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => { takePort = null; reject(new Error('no port came')); }, PORT_WAIT_MS);
    takePort = (port) => { clearTimeout(timer); takePort = null; resolve(port); };
  });
}

function openSocket(): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(new URL('/ws', location.href.replace(/^http/, 'ws')), 'sluice.1');
    const wire = webSocketWire(socket, { maxMessage: LIMITS.answer });
    socket.addEventListener('open', () => resolve(wire));
    socket.addEventListener('close', () => reject(new Error('socket refused')));
  });
}

export const connect: Connect = async () => {
  const inDesktop = desktop() !== null;
  const wire = inDesktop ? messagePortWire(await nextPort()) : await openSocket();
  const client = createClient(contract, wire);
  return {
    api: client,
    closed: client.closed,
    // A gate that no longer knows this window's cookie answers the page itself with a refusal.
    again: async () => inDesktop || (await fetch('/', { cache: 'no-store' }).then((r) => r.status !== 401 && r.status !== 403, () => true)),
  };
};
