// `npm start`: builds what is not built, then opens the app by the best door there is, and says which one and why.
// Doors: the Electron window; the same app in a Chromium window; one address to open by hand.
import { build, isBuilt } from './build.mjs';
import { browserDoor } from './door-browser.mjs';
import { electronDoor, findElectron } from './door-electron.mjs';
import { hasDisplay } from './display.mjs';

const HELP = `npm start -- [options]

  --electron       only the Electron window; fails if there is no Electron
  --browser        the window of an installed Chromium, Chrome or Edge
  --no-window      no window: print the address to open
  --port N         the port of the address (a free one; not with --electron)
  --data DIR       where syncs, servers and history are kept (default: this account's data folder)
  --language L     en or zh-CN, for this start (default: the system's)
  --help           this text`;

/** The words after `npm start --`, or `{ problem }`. */
export function parseOptions(args) {
  const options = { door: null, port: null, data: null, language: null, help: false };
  const rest = [...args];
  const value = (name) => {
    const next = rest.shift();
    if (next === undefined) throw new Error(`${name} needs a value`);
    return next;
  };
  try {
    for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
      if (arg.startsWith('--') && arg.includes('=')) {
        rest.unshift(arg.slice(arg.indexOf('=') + 1));
        arg = arg.slice(0, arg.indexOf('='));
      }
      if (arg === '--help' || arg === '-h') options.help = true;
      else if (arg === '--electron') options.door = 'electron';
      else if (arg === '--browser') options.door = 'browser';
      else if (arg === '--no-window') options.door = 'address';
      else if (arg === '--data') options.data = value(arg);
      else if (arg === '--language') {
        options.language = value(arg);
        if (!['en', 'zh-CN'].includes(options.language)) throw new Error(`--language is en or zh-CN, not ${options.language}`);
      } else if (arg === '--port') {
        options.port = Number(value(arg));
        if (!Number.isInteger(options.port) || options.port < 1 || options.port > 65_535) throw new Error('--port is a number from 1 to 65535');
      } else throw new Error(`there is no option ${arg}`);
    }
    return options;
  } catch (error) {
    return { problem: error.message };
  }
}

export async function main(_name, args) {
  const options = parseOptions(args);
  if (options.problem || options.help) {
    console.log(options.problem ? `npm start: ${options.problem}\n\n${HELP}` : HELP);
    return options.problem ? 2 : 0;
  }
  if (!isBuilt()) {
    console.log('Building the app ...');
    const code = await build();
    if (code !== 0) {
      console.error('The app could not be built; the reason stands above.');
      return code;
    }
  }
  if (!hasDisplay() && options.door !== 'electron') {
    console.log(options.door === 'address' ? 'No window, as asked.' : 'There is no display here, so the app is opened from elsewhere by its address.');
    return browserDoor({ ...options, door: 'address' });
  }
  if (options.door === 'browser' || options.door === 'address') return browserDoor(options);
  const electron = await findElectron();
  if (electron.path) return electronDoor(electron.path, options);
  if (options.door === 'electron') {
    console.error(`The Electron window cannot be opened: ${electron.problem}`);
    return 1;
  }
  console.log(`Taking the browser's window, because ${electron.problem}`);
  return browserDoor(options);
}
