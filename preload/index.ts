// The sandboxed preload: hands the app's message port to the page, and tells the path of a dropped file. Nothing else.
import { contextBridge, ipcRenderer, webUtils } from 'electron';

/** Electron before 32 has the path on the file itself. */
function pathForFile(file: File & { readonly path?: string }): string {
  const utils = webUtils as typeof webUtils | undefined;
  return utils?.getPathForFile ? utils.getPathForFile(file) : (file.path ?? '');
}

contextBridge.exposeInMainWorld('sluice', { pathForFile });

ipcRenderer.on('sluice:port', (event) => {
  window.postMessage('sluice:port', location.origin, [...event.ports]);
});
