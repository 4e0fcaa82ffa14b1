// The desktop's life: one instance, one window, one tray; close leaves it running, quit drains first.
import { app, nativeTheme, session } from 'electron';
import { join } from 'node:path';
import { messages } from '../../../assets/locales/index.ts';
import { pickLocale, type Locale } from '../../../preload/contract/locale.ts';
import { startApp, type App } from '../../app/app.ts';
import type { Host } from '../../app/host.ts';
import { askOnClose, askOnQuit, sayFailure } from './dialogs.ts';
import { routeOfArguments, routeOfLink } from './deep-link.ts';
import { engineLauncher } from './launcher.ts';
import { setMenu } from './menu.ts';
import { HostNotifications } from './notifications.ts';
import { registerScheme, servePages } from './protocol.ts';
import { hardenApp, hardenSession } from './security.ts';
import { HostTray } from './tray.ts';
import { openVault } from './vault.ts';
import { MainWindow } from './window.ts';

/** After this the process ends whatever is still in hand, milliseconds. */
const QUIT_LIMIT = 10_000;

/** Starts the desktop app, or hands over to the one that runs already on the same data. */
export function runDesktop(): void {
  if (process.env['SLUICE_DATA']) app.setPath('userData', process.env['SLUICE_DATA']);
  registerScheme();
  hardenApp();
  app.setAppUserModelId('dev.sluice.app');
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('sluice: it is running already, its window is shown\n');
    app.exit(0);
    return;
  }
  if (app.isPackaged) app.setAsDefaultProtocolClient('sluice');
  const desktop = new Desktop();
  app.on('second-instance', (_event, argv) => desktop.open(routeOfArguments(argv)));
  app.on('open-url', (event, url) => { event.preventDefault(); desktop.open(routeOfLink(url)); });
  app.on('activate', () => desktop.open(null));
  app.on('window-all-closed', () => undefined); // the tray keeps it running
  app.on('before-quit', (event) => desktop.beforeQuit(event));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
  void app.whenReady().then(() => desktop.start());
}

class Desktop {
  readonly #dist = join(app.getAppPath(), 'dist');
  readonly #dataDir = app.getPath('userData');
  #locale: Locale = 'en';
  #app: App | null = null;
  #window: MainWindow | null = null;
  #tray: HostTray | null = null;
  #quitting: 'no' | 'draining' | 'drained' = 'no';
  #asking = false;

  async start(): Promise<void> {
    const systemLocale = process.env['SLUICE_LANGUAGE'] ?? app.getPreferredSystemLanguages()[0] ?? app.getLocale();
    this.#locale = pickLocale('system', systemLocale);
    hardenSession(session.defaultSession);
    servePages(session.defaultSession, join(this.#dist, 'renderer'));
    try {
      this.#tray = new HostTray({ icons: join(this.#dist, 'assets/icons'), words: this.#words(), actions: { open: (route) => this.open(route), quit: () => void this.#askAndQuit() } });
      this.#app = await startApp({
        host: await this.#host(), dataDir: this.#dataDir, version: app.getVersion(), locale: systemLocale,
        onBug: (where, error) => process.stderr.write(`sluice: ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
      });
    } catch (error) {
      sayFailure(error, messages[this.#locale]);
      app.exit(1);
      return;
    }
    setMenu(this.#words(), () => void this.#askAndQuit());
    const running = this.#app;
    this.#window = new MainWindow({ dist: this.#dist, stateFile: join(this.#dataDir, 'window.json'), serve: (wire) => running.serveUi(wire), mayClose: () => this.#mayClose() });
    await this.#window.load(routeOfArguments(process.argv), process.argv.includes('--hidden'));
  }

  open(route: string | null): void {
    if (this.#quitting === 'no') this.#window?.open(route);
  }

  /** The first time it holds the quit back and drains; then it lets go. */
  beforeQuit(event: { preventDefault(): void }): void {
    if (this.#quitting === 'drained') return;
    event.preventDefault();
    if (this.#quitting === 'draining') return;
    this.#quitting = 'draining';
    this.#window?.hide();
    const limit = new Promise<void>((done) => { setTimeout(done, QUIT_LIMIT); });
    void Promise.race([this.#app?.drain().catch(() => undefined), limit]).then(() => {
      this.#quitting = 'drained';
      this.#tray?.destroy();
      app.quit();
    });
  }

  #words(): (typeof messages)['en']['host'] {
    return messages[this.#locale].host;
  }

  async #host(): Promise<Host> {
    const notifications = new HostNotifications(join(this.#dist, 'assets/icons/app.png'), (route) => this.open(route));
    return {
      kind: 'electron',
      detail: `Electron ${process.versions.electron}`,
      // engines are outside the archive: a plain Node cannot look into one
      launcher: engineLauncher(join(this.#dist.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked'), 'engines'), this.#dataDir),
      vault: await openVault(this.#dataDir),
      notify: (notification) => notifications.show(notification),
      tray: (state, lines) => this.#tray?.show(state, lines),
      locale: (locale) => {
        this.#locale = locale;
        this.#tray?.speak(this.#words());
        setMenu(this.#words(), () => void this.#askAndQuit());
      },
      theme: (theme) => { nativeTheme.themeSource = theme; },
      quit: () => app.quit(),
    };
  }

  async #askAndQuit(): Promise<void> {
    if (this.#asking || this.#quitting !== 'no') return;
    this.#asking = true;
    const runs = this.#app?.activeRuns() ?? 0;
    const sure = runs === 0 || (await askOnQuit(runs, this.#words()));
    this.#asking = false;
    if (sure) app.quit();
  }

  #mayClose(): boolean {
    const settings = this.#app?.settings().onClose ?? 'quit';
    if (this.#quitting !== 'no') return true;
    if (settings === 'stay') this.#window?.hide();
    else if (settings === 'quit') app.quit();
    else void this.#askWhatCloseMeans();
    return false;
  }

  async #askWhatCloseMeans(): Promise<void> {
    const window = this.#window;
    if (!window || this.#asking) return;
    this.#asking = true;
    const { choice, remember } = await askOnClose(window.browser, this.#words());
    this.#asking = false;
    if (choice === 'cancel') return;
    if (remember) this.#app?.changeSettings({ onClose: choice });
    if (choice === 'stay') window.hide();
    else app.quit();
  }
}
