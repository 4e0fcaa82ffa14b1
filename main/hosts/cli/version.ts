// The version of the program: package.json two folders above the bundle, three above this source.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function read(): string {
  for (const up of ['../..', '../../..']) {
    try {
      const manifest = JSON.parse(readFileSync(join(import.meta.dirname, up, 'package.json'), 'utf8')) as { name?: string; version?: string };
      if (manifest.name === 'sluice' && manifest.version) return manifest.version;
    } catch {
      // not here
    }
  }
  return 'unknown';
}

export const VERSION: string = read();
