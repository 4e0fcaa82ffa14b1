// Front door: the Electron desktop app.
import { runDesktop } from './hosts/electron/app.ts';

runDesktop();
