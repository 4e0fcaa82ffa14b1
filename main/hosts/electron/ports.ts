// The one way between a window's page and the app: a message port, offered when our page has loaded in the main frame, taken back
// when that page goes. The page has nothing to ask for it with, so no other frame or address can.
import { MessageChannelMain, type WebContents } from 'electron';
import { messagePortWire } from '../../../preload/rpc/message-port-wire.ts';
import type { Wire } from '../../../preload/rpc/wire.ts';
import { isOurs } from './page-files.ts';

export const PORT_CHANNEL = 'sluice:port';
/** Pause before a page whose port broke gets another, milliseconds. */
const AGAIN = 500;

export function offerPorts(contents: WebContents, serve: (wire: Wire) => void): void {
  let current: Wire | null = null;

  const takeBack = (reason: string): void => {
    const wire = current;
    current = null;
    wire?.close(reason);
  };

  const offer = (): void => {
    takeBack('another port was offered');
    if (contents.isDestroyed() || !isOurs(contents.mainFrame.url)) return;
    const { port1, port2 } = new MessageChannelMain();
    const wire = messagePortWire({ postMessage: (message) => port1.postMessage(message), start: () => port1.start(), close: () => port1.close(), on: (type, listener) => port1.on(type as 'message', listener) });
    current = wire;
    wire.onClose(() => {
      if (current !== wire) return; // taken back by us
      current = null;
      setTimeout(() => { if (current === null && !contents.isDestroyed() && !contents.isLoadingMainFrame()) offer(); }, AGAIN);
    });
    serve(wire);
    contents.postMessage(PORT_CHANNEL, null, [port2]);
  };

  contents.on('did-finish-load', offer);
  contents.on('did-start-navigation', (_event, _url, inPage, isMainFrame) => { if (isMainFrame && !inPage) takeBack('the page went away'); });
  contents.on('render-process-gone', () => takeBack('the page crashed'));
  contents.on('destroyed', () => takeBack('the window was closed'));
}
