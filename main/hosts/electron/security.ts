// What web contents may never do, whoever made them: leave our page, open windows, attach guests, get permissions, store files unasked.
// Each line is an item of Electron's security checklist and an assertion of test/e2e/electron-security.test.ts.
import { app, type Session, type WebContents } from 'electron';
import { isExport, isOurs } from './page-files.ts';

/** A page may only go where it is already: a reload, or another hash. */
function staysOnPage(from: string, to: string): boolean {
  return isOurs(from) && isOurs(to) && new URL(from).pathname === new URL(to).pathname;
}

function confine(contents: WebContents): void {
  contents.on('will-navigate', (event, url) => { if (!staysOnPage(contents.getURL(), url)) event.preventDefault(); });
  contents.on('will-frame-navigate', (event) => { if (!event.isMainFrame || !staysOnPage(contents.getURL(), event.url)) event.preventDefault(); });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/** Before Electron is ready. */
export function hardenApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

/** Copying text is all a page may ask for. */
export function hardenSession(session: Session): void {
  const allowed = (permission: string, address: string): boolean => permission === 'clipboard-sanitized-write' && isOurs(address);
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(allowed(permission, details.requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, origin) => allowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.on('select-hid-device', (event, _details, choose) => { event.preventDefault(); choose(); });
  session.on('select-serial-port', (event, _ports, _contents, choose) => { event.preventDefault(); choose(''); });
  session.on('will-download', (event, item) => {
    // an exported subtree, made by our page: a person is asked where it goes
    if (isExport(item.getURL(), item.getFilename())) item.setSaveDialogOptions({ defaultPath: item.getFilename() });
    else event.preventDefault();
  });
}
