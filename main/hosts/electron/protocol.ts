// The app:// scheme: registered before Electron is ready, answered from dist/renderer afterwards.
import { protocol, type Session } from 'electron';
import { answerPage, SCHEME } from './page-files.ts';

export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }]);
}

export function servePages(session: Session, root: string): void {
  session.protocol.handle(SCHEME, async (request) => {
    const { status, headers, body } = await answerPage(root, request.method, request.url);
    return new Response(Buffer.from(body), { status, headers });
  });
}
