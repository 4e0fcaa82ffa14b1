// The tray icon: its picture says idle, syncing, attention or paused, its menu what is going on.
import { Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron';
import { join } from 'node:path';
import type { messages } from '../../../assets/locales/index.ts';
import type { TrayLine, TrayState } from '../../app/host.ts';

type Words = (typeof messages)['en']['host'];

export interface TrayActions {
  open(route: string | null): void;
  quit(): void;
}

function picture(icons: string, state: TrayState): NativeImage {
  const size = process.platform === 'linux' ? 22 : 16;
  const image = nativeImage.createFromPath(join(icons, 'tray', `${state}-${size}.png`));
  image.addRepresentation({ scaleFactor: 2, dataURL: nativeImage.createFromPath(join(icons, 'tray', `${state}-${size * 2}.png`)).toDataURL() });
  if (process.platform === 'darwin') image.setTemplateImage(true);
  return image;
}

export class HostTray {
  readonly #icons: string;
  readonly #actions: TrayActions;
  #words: Words;
  #tray: Tray | null = null;
  #state: TrayState = 'idle';
  #lines: readonly TrayLine[] = [];

  constructor(options: { readonly icons: string; readonly words: Words; readonly actions: TrayActions }) {
    this.#icons = options.icons;
    this.#words = options.words;
    this.#actions = options.actions;
  }

  show(state: TrayState, lines: readonly TrayLine[]): void {
    const changed = state !== this.#state;
    this.#state = state;
    this.#lines = lines;
    if (!this.#tray) this.#create();
    else if (changed) this.#tray.setImage(picture(this.#icons, state));
    this.#dress();
  }

  speak(words: Words): void {
    this.#words = words;
    if (this.#tray) this.#dress();
  }

  destroy(): void {
    this.#tray?.destroy();
    this.#tray = null;
  }

  #create(): void {
    this.#tray = new Tray(picture(this.#icons, this.#state));
    this.#tray.on('click', () => { if (process.platform !== 'darwin') this.#actions.open(null); });
  }

  #dress(): void {
    const lines: MenuItemConstructorOptions[] = this.#lines.map(({ text, link }) => ({ label: text, click: () => this.#actions.open(link) }));
    const head: MenuItemConstructorOptions[] = lines.length > 0 ? lines : [{ label: this.#words.trayState(this.#state), enabled: false }];
    this.#tray?.setToolTip(`Sluice: ${this.#words.trayState(this.#state)}`);
    this.#tray?.setContextMenu(Menu.buildFromTemplate([
      ...head, { type: 'separator' },
      { label: this.#words.open, click: () => this.#actions.open(null) },
      { label: this.#words.quit, click: () => this.#actions.quit() },
    ]));
  }
}
