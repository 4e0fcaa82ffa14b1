// Front door: the same app behind an address on loopback.
import { runBrowser } from './hosts/browser/main.ts';

void runBrowser(import.meta.dirname, process.argv.slice(2));
