// The app's one window: our page in a sandboxed renderer, where it was last time, kept when it is closed.
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { join } from 'node:path';
import type { Wire } from '../../../preload/rpc/wire.ts';
import { PAGE } from './page-files.ts';
import { offerPorts } from './ports.ts';
import { readWindowState, SMALLEST, writeWindowState } from './window-state.ts';

/** A page that crashes more often than this in a minute is left alone. */
const CRASHES = 3;
const SAVE_AFTER = 500;

export interface WindowOptions {
  readonly dist: string;
  readonly stateFile: string;
  readonly serve: (wire: Wire) => void;
  /** Asked when the person closes the window; true lets it go. */
  readonly mayClose: () => boolean;
}

export class MainWindow {
  readonly browser: BrowserWindow;
  readonly #stateFile: string;
  #save: NodeJS.Timeout | undefined;
  readonly #crashes: number[] = [];

  constructor(options: WindowOptions) {
    this.#stateFile = options.stateFile;
    const { bounds, maximized } = readWindowState(options.stateFile, screen.getAllDisplays().map((display) => display.workArea));
    this.browser = new BrowserWindow({
      ...bounds,
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      show: false,
      title: 'Sluice',
      icon: join(options.dist, 'assets/icons/app.png'),
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? '#11161c' : '#f6f7f9',
      webPreferences: {
        preload: join(options.dist, 'preload/index.cjs'),
        sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInWorker: false, nodeIntegrationInSubFrames: false,
        webviewTag: false, navigateOnDragDrop: false, spellcheck: false,
      },
    });
    if (maximized) this.browser.maximize();
    offerPorts(this.browser.webContents, options.serve);
    this.browser.webContents.on('render-process-gone', (_event, { reason }) => this.#revive(reason));
    this.browser.on('close', (event) => {
      this.#saveNow();
      if (!options.mayClose()) event.preventDefault();
    });
    for (const change of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      this.browser.on(change as 'resize', () => {
        clearTimeout(this.#save);
        this.#save = setTimeout(() => this.#saveNow(), SAVE_AFTER);
      });
    }
    this.browser.on('closed', () => clearTimeout(this.#save));
  }

  /** Loads the page, and shows it once it has something to show (unless `hidden`). */
  async load(route: string | null, hidden: boolean): Promise<void> {
    if (!hidden) this.browser.once('ready-to-show', () => this.browser.show());
    await this.browser.loadURL(addressOf(route));
  }

  /** In front, at a route when one is given. */
  open(route: string | null): void {
    if (route !== null) void this.browser.loadURL(addressOf(route)).catch(() => undefined); // another hash: no reload
    if (this.browser.isMinimized()) this.browser.restore();
    this.browser.show();
    this.browser.focus();
  }

  hide(): void {
    this.browser.hide();
  }

  #revive(reason: string): void {
    if (reason === 'clean-exit' || this.browser.isDestroyed()) return;
    const now = Date.now();
    this.#crashes.push(now);
    if (this.#crashes.filter((at) => now - at < 60_000).length <= CRASHES) this.browser.reload();
  }

  #saveNow(): void {
    clearTimeout(this.#save);
    if (this.browser.isDestroyed() || this.browser.isMinimized()) return;
    writeWindowState(this.#stateFile, { bounds: this.browser.getNormalBounds(), maximized: this.browser.isMaximized() });
  }
}

function addressOf(route: string | null): string {
  return route === null ? PAGE : `${PAGE}#${encodeURI(route)}`;
}
