// `npm run dist`: the unpacked app and its packages, by electron-builder. SLUICE_ELECTRON_DIST or ELECTRON_OVERRIDE_DIST_PATH names a
// folder with an Electron to pack; otherwise electron-builder fetches the one of package.json.
// Options: formats such as dir, AppImage, tar.gz (default: all of electron-builder.yml), --output FOLDER.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, isBuilt } from './build.mjs';
import { root } from './node-version.mjs';
import { run } from './processes.mjs';

export async function main(_name, args) {
  const formats = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--output');
  const output = args[args.indexOf('--output') + 1];
  const electron = process.env.SLUICE_ELECTRON_DIST || process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (electron && !existsSync(join(electron, 'version'))) {
    console.error(`There is no Electron in ${electron}: it has no file named version.`);
    return 1;
  }
  const built = isBuilt() ? 0 : await build();
  if (built !== 0) return built;
  const words = ['--publish', 'never', ...(formats.length > 0 ? ['--linux', ...formats] : [])];
  if (electron) words.push(`-c.electronDist=${electron}`, `-c.electronVersion=${readFileSync(join(electron, 'version'), 'utf8').trim().replace(/^v/, '')}`);
  if (args.includes('--output')) words.push(`-c.directories.output=${output}`);
  return run(process.execPath, [join(root, 'node_modules/electron-builder/cli.js'), ...words]);
}
