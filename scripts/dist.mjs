// `npm run dist`: the unpacked app and its packages, by electron-builder. SLUICE_ELECTRON_DIST or ELECTRON_OVERRIDE_DIST_PATH names a
// folder with an Electron to pack; otherwise electron-builder fetches the one of package.json.
// Options: formats such as dir, AppImage, tar.gz (default: all of electron-builder.yml), --output FOLDER.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { build as pack, Platform } from 'electron-builder';
import { build, isBuilt } from './build.mjs';
import { root } from './node-version.mjs';

/** Fuses that came after Electron 12, by electron-builder's name. An Electron without one is packed without it, aloud. */
const LATER = { loadBrowserProcessSpecificV8Snapshot: FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, grantFileProtocolExtraPrivileges: FuseV1Options.GrantFileProtocolExtraPrivileges };

/** electron-builder.yml as it is for that Electron and that output folder: a file that is removed after use. */
async function configFile(dist, output) {
  let lines = readFileSync(join(root, 'electron-builder.yml'), 'utf8').split('\n');
  if (dist) {
    const version = readFileSync(join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
    const program = { win32: 'electron.exe', darwin: 'Electron.app' }[process.platform] ?? 'electron';
    const wire = await getCurrentFuseWire(join(dist, program));
    const absent = Object.keys(LATER).filter((name) => wire[LATER[name]] === undefined);
    for (const name of absent) console.log(`Electron ${version} has no fuse ${name}: packed without it.`);
    lines = lines.filter((line) => !absent.some((name) => line.trim().startsWith(`${name}:`)));
    lines.push(`electronDist: ${JSON.stringify(dist)}`, `electronVersion: ${version}`);
  }
  if (output) lines = lines.map((line) => line.replace(/^directories: .*/, `directories: ${JSON.stringify({ output, buildResources: 'assets' })}`));
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-dist-')), 'electron-builder.yml');
  writeFileSync(file, lines.join('\n'));
  return file;
}

export async function main(_name, args) {
  const formats = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--output');
  const output = args.includes('--output') ? args[args.indexOf('--output') + 1] : undefined;
  const electron = process.env.SLUICE_ELECTRON_DIST || process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (electron && !existsSync(join(electron, 'version'))) {
    console.error(`There is no Electron in ${electron}: it has no file named version.`);
    return 1;
  }
  const built = isBuilt() ? 0 : await build();
  if (built !== 0) return built;
  process.env.ELECTRON_BUILDER_COMPRESSION_LEVEL ??= '5'; // the default of 9 takes minutes for two percent
  const config = await configFile(electron, output);
  try {
    const files = await pack({ projectDir: root, publish: 'never', config, ...(formats.length > 0 ? { targets: Platform.current().createTarget(formats) } : {}) });
    for (const file of files) console.log(file);
  } finally {
    rmSync(dirname(config), { recursive: true, force: true });
  }
  return 0;
}
