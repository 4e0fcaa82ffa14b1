'use strict';
// What `electron PATH` runs: takes the app at PATH over as its own. It stands for the default app of Electron's own distribution.
const { app } = require('electron');
const fs = require('fs');
const path = require('path');
const Module = require('module');

const preloads = [];
let target = '';
const args = process.argv.slice(1);
while (args.length > 0 && !target) {
  const arg = args.shift();
  if (arg === '-r' || arg === '--require') preloads.push(args.shift());
  else if (!arg.startsWith('-')) target = arg;
}
if (!target) {
  console.error('usage: electron [-r MODULE] [SWITCHES] PATH');
  process.exit(64);
}
process.defaultApp = true;
if (preloads.length > 0) Module._preloadModules(preloads);
target = path.resolve(target);
const manifest = path.join(target, 'package.json');
if (fs.existsSync(manifest)) {
  const { version, productName, name } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  if (version) app.setVersion(version);
  if (productName || name) app.name = productName || name;
  app.setAppPath(target);
} else {
  app.setAppPath(path.dirname(target));
}
Module._load(Module._resolveFilename(target, null, true), Module, true);
