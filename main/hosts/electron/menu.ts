// The application menu: on macOS at the top of the screen, elsewhere hidden behind Alt, for its shortcuts.
import { app, Menu } from 'electron';
import type { messages } from '../../../assets/locales/index.ts';

export function setMenu(words: (typeof messages)['en']['host'], quit: () => void): void {
  const quitItem = { label: words.quit, accelerator: 'CommandOrControl+Q', click: quit };
  const developer = app.isPackaged ? [] : [{ label: words.menuReload, role: 'reload' as const }, { label: words.menuDevTools, role: 'toggleDevTools' as const }];
  Menu.setApplicationMenu(Menu.buildFromTemplate([
    { label: 'Sluice', submenu: [...(process.platform === 'darwin' ? [{ role: 'hide' as const }, { role: 'hideOthers' as const }, { type: 'separator' as const }] : []), { label: words.menuClose, role: 'close' as const }, quitItem] },
    {
      label: words.menuEdit,
      submenu: [
        { label: words.menuUndo, role: 'undo' }, { label: words.menuRedo, role: 'redo' }, { type: 'separator' },
        { label: words.menuCut, role: 'cut' }, { label: words.menuCopy, role: 'copy' }, { label: words.menuPaste, role: 'paste' }, { label: words.menuSelectAll, role: 'selectAll' },
      ],
    },
    {
      label: words.menuView,
      submenu: [
        { label: words.menuZoomIn, role: 'zoomIn' }, { label: words.menuZoomOut, role: 'zoomOut' }, { label: words.menuZoomReset, role: 'resetZoom' },
        { label: words.menuFullScreen, role: 'togglefullscreen' }, ...developer,
      ],
    },
  ]));
}
