// One member of an ensemble as a process of its own: `node coordination-member.ts ZOO.CFG`. Says what happens as lines of JSON.
import { openDatabase } from '../../../main/engines/coordination/store/database.ts';
import { startQuorumPeer } from '../../../main/engines/coordination/broadcast/quorum-peer.ts';
import { readNodeConfig } from '../../../main/engines/coordination/config/read-config.ts';
import type { NodeEvent } from '../../../main/engines/coordination/parts.ts';
import { Core } from '../../../main/engines/coordination/server/core.ts';
import { NO_WORDS } from '../../../main/engines/coordination/server/four-letter-words.ts';
import { Listener } from '../../../main/engines/coordination/server/listener.ts';
import { SessionPasswords } from '../../../main/engines/coordination/session/session-passwords.ts';

const { config } = await readNodeConfig(process.argv[2] as string);
const clock = { now: () => Date.now(), monotonic: () => performance.now() };
const say = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item instanceof Error ? { message: item.message } : item))}\n`);
};
const report = (event: NodeEvent): void => { say(event); };
const db = await openDatabase({
  dataDir: config.dataDir, dataLogDir: config.dataLogDir, snapCount: config.snapCount, snapSizeLimitKb: config.snapSizeLimitKb, preAllocKb: config.preAllocKb,
  forceSync: config.forceSync, digestEnabled: config.digestEnabled, extendedTypes: config.extendedTypesEnabled, compression: config.snapshotCompression, clock, report,
});
const core = new Core({ config, db, clock, report, passwords: new SessionPasswords(config.sessionSecret) });
const port = { host: config.clientPortAddress, port: config.clientPort as number, backlog: -1, keepAlive: true, tls: null };
await new Listener(core, NO_WORDS, port).listen(port);
const peer = await startQuorumPeer({ config, db, core, clock, report });
say({ type: 'ready', pid: process.pid });
process.on('SIGTERM', () => { void peer.stop().then(() => db.close()).then(() => { process.exit(0); }); });
process.on('SIGUSR2', () => { say({ type: 'status', ...peer.status() }); });
