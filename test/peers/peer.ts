// The peers on the command line, and behind startPeer: `node test/peers/peer.ts list | prepare NAME... | start NAME [--port N]
// [--dir DIR] [--timeout S] [--until-stdin-closes] [JSON options]`. `start` prints one line, `READY {...}`, stays in the
// foreground, and ends with everything it started on SIGTERM, SIGINT, or when its stdin closes.
import type { PeerDefinition } from './definition.ts';
import { installPackages } from './packages.ts';
import { isPeerName, PEERS, type PeerName } from './registry.ts';
import { PeerProcess } from './peer-process.ts';

const say = (line: string): void => { process.stderr.write(`peer: ${line}\n`); };

async function prepare(names: readonly string[]): Promise<number> {
  let code = 0;
  const wanted = names.includes('all') ? (Object.keys(PEERS) as PeerName[]) : names.filter(isPeerName);
  for (const name of names) if (name !== 'all' && !isPeerName(name)) { say(`no peer is called ${name}`); code = 2; }
  const missing = installPackages([...new Set(wanted.flatMap((name) => PEERS[name].packages))], say);
  if (missing) { say(missing); code = 1; }
  for (const name of wanted) {
    const problem = await (PEERS[name] as PeerDefinition<never, unknown>).prepare?.(say);
    if (problem) { say(`${name}: ${problem}`); code = 1; }
  }
  return code;
}

async function start(args: string[]): Promise<void> {
  const name = args.shift() ?? '';
  if (!isPeerName(name)) { say(`no peer is called ${name}`); process.exit(2); }
  const settings: { port?: number; dir?: string; timeout: number } = { timeout: 120 };
  let options: unknown = {};
  let untilStdinCloses = false;
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === '--port') settings.port = Number(args.shift());
    else if (arg === '--dir') settings.dir = args.shift() ?? '';
    else if (arg === '--timeout') settings.timeout = Number(args.shift());
    else if (arg === '--until-stdin-closes') untilStdinCloses = true;
    else options = JSON.parse(arg);
  }
  const problem = installPackages(PEERS[name].packages, say) ?? (await (PEERS[name] as PeerDefinition<never, unknown>).prepare?.(say));
  if (problem) { say(`${name}: ${problem}`); process.exit(1); }
  const peer = new PeerProcess(settings);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void peer.end().then(() => process.exit(0)));
  if (untilStdinCloses) process.stdin.resume().on('close', () => void peer.end().then(() => process.exit(0)));
  try {
    const info = await PEERS[name].start(peer, options as never);
    process.stdout.write(`READY ${JSON.stringify({ dir: peer.dir, log: peer.log, ...info })}\n`);
  } catch (error) {
    say(`${name} could not be started: ${error instanceof Error ? error.message : String(error)}`);
    await peer.end();
    process.exit(3);
  }
  await peer.ended;
  if (peer.ending) return;
  say(`${name} ended by itself; the end of its log:\n${peer.tail()}`);
  await peer.end();
  process.exit(4);
}

const [command, ...rest] = process.argv.slice(2);
if (command === 'list') process.stdout.write(`${Object.keys(PEERS).join('\n')}\n`);
else if (command === 'prepare' && rest.length > 0) process.exitCode = await prepare(rest);
else if (command === 'start') await start(rest);
else { say('list | prepare NAME...|all | start NAME'); process.exitCode = 2; }
