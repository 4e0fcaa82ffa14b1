// From the lines of zoo.cfg, the dynamic file and myid to a NodeConfig: ZooKeeper's defaults and its rules between keys (QuorumPeerConfig.parseProperties).
import { join, resolve } from 'node:path';
import { FOUR_LETTER_WORDS } from './keys.ts';
import { KeyReader } from './key-reader.ts';
import { nearest } from '../../../lib/nearest.ts';
import type { Lints } from './lint.ts';
import { readMyId } from './my-id.ts';
import type { NodeConfig, QuorumConfig, ServerRole } from './node-config.ts';
import type { Property } from '../../../lib/java-properties.ts';
import { readQuorum } from './quorum-config.ts';
import { readSasl } from './sasl-config.ts';
import { readTls } from './tls-config.ts';

export interface ConfigSource {
  readonly configFile: string | null;
  readonly properties: readonly Property[];
  readonly text: string;
  /** The file that `dynamicConfigFile` names. */
  readonly dynamic: { readonly file: string; readonly properties: readonly Property[]; readonly version: number } | null;
  /** The text of myid; null when it is not there. */
  readonly myid: (dataDir: string) => string | null;
}

const MIN_SNAP_RETAIN = 3;
const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: HOUR, d: 24 * HOUR };

/** Never throws: what is wrong stands in `lints`; the answer means nothing when one of them is an error. */
export function buildConfig(source: ConfigSource, lints: Lints): NodeConfig {
  const keys = new KeyReader(source.properties, lints);
  const dataDir = folder(keys, 'dataDir', lints) ?? missing(lints, 'dataDir', 'There is no place for the data.', 'Add dataDir=/a/folder/of/its/own.', '');
  const tickTime = keys.int('tickTime', 3000, { min: 1 });
  const standaloneEnabled = keys.bool('standaloneEnabled', true);
  const { quorum, distributed } = quorumOf(source, keys, standaloneEnabled, lints);
  const extendedTypesEnabled = keys.flag('extendedTypesEnabled', false);
  const myid = readMyId(dataDir === '' ? null : source.myid(dataDir), join(dataDir, 'myid'), { quorum, distributed, extendedTypes: extendedTypesEnabled }, lints);
  const clients = clientPorts(keys, quorum, myid, lints);
  const limits = sessionLimits(keys, tickTime, lints);
  const initLimit = keys.int('initLimit', 0, { min: 0 });
  const syncLimit = keys.int('syncLimit', 0, { min: 0 });
  if (distributed) {
    if (initLimit === 0) missing(lints, 'initLimit', 'Servers of an ensemble need to know how many ticks a follower may take to connect.', 'Add initLimit=10.', 0);
    if (syncLimit === 0) missing(lints, 'syncLimit', 'Servers of an ensemble need to know after how many silent ticks another one counts as gone.', 'Add syncLimit=5.', 0);
  }
  if (keys.int('electionAlg', 3) !== 3) lints.error(keys.at('electionAlg'), { what: `electionAlg is ${keys.text('electionAlg')}`, why: 'Only 3, fast leader election, is left.', fix: 'Take the line away.' });
  dangers(keys, dataDir, lints);
  const readOnlyMode = keys.flag('readonlymode.enabled', false);
  return {
    myid: distributed ? myid : null, dataDir, dataLogDir: folder(keys, 'dataLogDir', lints) ?? dataDir, ...clients, tickTime, initLimit, syncLimit, ...limits,
    maxClientCnxns: keys.int('maxClientCnxns', 60, { min: 0 }), maxCnxns: keys.int('maxCnxns', 0, { min: 0 }), clientPortListenBacklog: keys.int('clientPortListenBacklog', -1, { min: -1 }),
    connectToLearnerMasterLimit: keys.int('connectToLearnerMasterLimit', 0, { min: 0 }) || initLimit, peerType: peerType(keys, quorum, myid, lints),
    syncEnabled: keys.bool('syncEnabled', keys.flag('observer.syncEnabled', true)), quorumListenOnAllIPs: keys.bool('quorumListenOnAllIPs', false), standaloneEnabled, reconfigEnabled: keys.bool('reconfigEnabled', false),
    localSessionsEnabled: keys.bool('localSessionsEnabled', false), localSessionsUpgradingEnabled: keys.bool('localSessionsUpgradingEnabled', false), readOnlyMode, extendedTypesEnabled,
    observerMasterPort: keys.int('observerMasterPort', 0, { max: 65_535 }) > 0 ? keys.int('observerMasterPort', 0) : null, sslQuorum: keys.bool('sslQuorum', false), portUnification: keys.bool('portUnification', false),
    quorum: distributed ? quorum : null, dynamicConfigFile: source.dynamic?.file ?? null, configFile: source.configFile,
    autopurge: autopurge(keys, lints), snapCount: Math.max(2, keys.int('snapCount', 100_000)), snapSizeLimitKb: keys.int('snapSizeLimitInKb', 4_194_304), preAllocKb: keys.int('preAllocSize', 65_536, { min: 0 }),
    snapshotCompression: compression(keys, lints), forceSync: keys.flag('forceSync', true, 'no'), jutemaxbuffer: keys.int('jute.maxbuffer', 0xfffff, { min: 1024 }), globalOutstandingLimit: keys.int('globalOutstandingLimit', 1000),
    maxBatchSize: keys.int('maxBatchSize', 1000), fourLetterWords: whitelist(keys, readOnlyMode, lints), admin: admin(keys), metrics: metrics(keys, lints),
    superDigest: keys.text('DigestAuthenticationProvider.superDigest'), digestAlgorithm: keys.text('DigestAuthenticationProvider.digestAlg') ?? 'SHA1', digestSchemeEnabled: keys.flag('DigestAuthenticationProvider.enabled', true),
    digestEnabled: keys.flag('digest.enabled', true), skipAcl: keys.flag('skipACL', false, 'yes'), enforceQuota: keys.flag('enforceQuota', false),
    enforceAuth: { enabled: keys.flag('enforce.auth.enabled', false) || keys.flag('sessionRequireClientSASLAuth', false), schemes: enforcedSchemes(keys, lints) },
    sessionRequireClientSaslAuth: keys.flag('sessionRequireClientSASLAuth', false), ...readSasl(keys, lints),
    container: { checkIntervalMs: keys.int('znode.container.checkIntervalMs', 60_000, { min: 1 }), maxPerMinute: keys.int('znode.container.maxPerMinute', 10_000, { min: 1 }), maxNeverUsedIntervalMs: keys.int('znode.container.maxNeverUsedIntervalMs', 0, { min: 0 }) },
    clientTls: clientTls(keys, clients.secureClientPort, lints), quorumTls: quorumTls(keys, lints),
    sessionSecret: secret(keys, lints), auditEnabled: keys.flag('audit.enable', false), auditFile: keys.text('sluice.auditFile'), heartbeatMs: keys.int('sluice.heartbeat', Math.min(200, Math.max(1, Math.floor(tickTime / 2))), { min: 10, max: 60_000 }),
    clientPortUnification: keys.flag('client.portUnification', false), clientCertReload: keys.flag('client.certReload', false), leaderServes: keys.flag('leaderServes', true, 'no'), snapshotSizeFactor: keys.fraction('snapshotSizeFactor', 0.33),
    snapshotTrustEmpty: keys.flag('snapshot.trust.empty', false), serializeLastProcessedZxid: keys.flag('serializeLastProcessedZxid.enabled', true), x509SuperUser: keys.text('X509AuthenticationProvider.superUser'),
    saslSuperUser: keys.text('superUser'), allowSaslFailedClients: keys.flag('allowSaslFailedClients', false),  sessionlessTimeoutMs: keys.int('nio.sessionlessCnxnTimeout', 10_000, { min: 1 }),
    tcpKeepAlive: keys.flag('clientTcpKeepAlive', false) || keys.flag('tcpKeepAlive', false), largeRequestMaxBytes: keys.int('largeRequestMaxBytes', 100 * 1024 * 1024, { min: 0 }), largeRequestThreshold: keys.int('largeRequestThreshold', -1),
    initialConfig: source.text, entries: new Map(source.properties.map(({ key, value }) => [key, value])),
  };
}

/** What ZooKeeper allows and few want. */
function dangers(keys: KeyReader, dataDir: string, lints: Lints): void {
  if (!keys.flag('forceSync', true, 'no')) lints.warning(keys.at('forceSync'), { what: 'forceSync=no: writes are acknowledged before they are on disk', why: 'A power cut can lose what clients were told is safe, and a member that lost it can make the ensemble lose it.', fix: 'Take the line away, unless the data may be lost.' });
  if (keys.flag('skipACL', false, 'yes')) lints.warning(keys.at('skipACL'), { what: 'skipACL=yes: every client may read and change everything', why: 'No list of any znode counts.', fix: 'Take the line away once the lists are in order.' });
  if (/^\/(?:tmp|var\/tmp|dev\/shm)(?:\/|$)/.test(dataDir)) lints.warning(keys.at('dataDir'), { what: `dataDir is ${dataDir}`, why: 'Temporary folders are emptied, by a restart of the machine at the latest: a member that comes back empty endangers the whole ensemble.', fix: 'Use a folder that stays, such as /var/lib/zookeeper.' });
}

function missing<T>(lints: Lints, key: string, why: string, fix: string, otherwise: T): T {
  lints.error(null, { what: `${key} is not set`, why, fix });
  return otherwise;
}

function folder(keys: KeyReader, key: string, lints: Lints): string | null {
  const path = keys.text(key);
  if (path === null) return null;
  if (!/^(?:[\\/]|[a-zA-Z]:[\\/])/.test(path)) lints.warning(keys.at(key), { what: `${key} is the relative path ${path}`, why: 'It means another folder when the node is started elsewhere.', fix: `Write the whole path: ${resolve(path)}.` });
  return resolve(path);
}

function versionIn(properties: readonly Property[]): number {
  const text = properties.find(({ key }) => key === 'version')?.value ?? '0';
  return /^[0-9a-fA-F]{1,13}$/.test(text) ? Number.parseInt(text, 16) : 0;
}

function quorumOf(source: ConfigSource, keys: KeyReader, standaloneEnabled: boolean, lints: Lints): { readonly quorum: QuorumConfig | null; readonly distributed: boolean } {
  const isMember = ({ key }: Property): boolean => /^(server|group|weight)\./.test(key);
  if (source.dynamic) {
    for (const property of source.properties.filter(isMember)) lints.error(property, { what: `${property.key} stands beside dynamicConfigFile`, why: 'Members must stand in one place: ZooKeeper refuses to start.', fix: 'Move the line to the dynamic file.' });
    for (const property of source.dynamic.properties) {
      if (!isMember(property)) lints.error(property, { what: `${property.key} does not belong into a dynamic file`, why: property.key === 'version' ? 'The version stands in the name of the file.' : 'Only server, group and weight lines may stand there.', fix: 'Take the line away.' }, source.dynamic.file);
    }
  }
  const quorum = source.dynamic ? readQuorum(source.dynamic.properties, source.dynamic.version, lints, source.dynamic.file) : readQuorum(source.properties.filter(isMember), versionIn(source.properties), lints, lints.file);
  const file = source.dynamic?.file ?? lints.file;
  const servers = [...(quorum?.servers.values() ?? [])];
  const voters = servers.filter((server) => server.role === 'participant').length;
  if (!standaloneEnabled && voters === 0 && !lints.firstError) lints.error(keys.at('standaloneEnabled'), { what: 'standaloneEnabled=false and no voting server', why: 'An ensemble needs at least one participant.', fix: 'Add server.N lines, or take standaloneEnabled=false away.' });
  if (voters === 0 && servers.length > 0) lints.error(null, { what: 'There are observers and no voting server', why: 'Observers only listen; nobody could lead.', fix: 'Make servers participants.' }, file);
  if (voters === 1 && servers.length > 1 && standaloneEnabled) lints.error(null, { what: 'There are observers beside a single server', why: 'With standaloneEnabled a single participant runs alone and takes no observers.', fix: 'Write standaloneEnabled=false, or add participants.' }, file);
  const distributed = quorum !== null && voters > 0 && (!standaloneEnabled || voters > 1);
  if (voters === 1 && servers.length === 1 && standaloneEnabled) lints.note(null, { what: 'A single server.N line: the node runs standalone', why: 'ZooKeeper ignores the line then.', fix: 'Write standaloneEnabled=false if others are to join later.' }, file);
  if (distributed && voters === 2) lints.warning(null, { what: 'Two voting servers bear no failure at all', why: 'A majority of two is two.', fix: 'Use three.' }, file);
  else if (distributed && voters > 2 && voters % 2 === 0) lints.warning(null, { what: `${voters} voting servers bear no more failures than ${voters - 1}`, why: 'A majority of an even number needs one more.', fix: 'Use an odd number.' }, file);
  const several = servers.find((server) => server.addresses.length > 1);
  if (several && !keys.flag('multiAddress.enabled', false)) {
    const at = (source.dynamic?.properties ?? source.properties).find(({ key }) => key === `server.${several.sid}`) ?? null;
    lints.error(at, { what: `server.${several.sid} has several addresses`, why: 'That needs multiAddress.enabled=true on all servers; servers before 3.6 do not understand it.', fix: 'Add multiAddress.enabled=true, or leave one address.' }, file);
  }
  return { quorum, distributed };
}

type ClientPorts = Pick<NodeConfig, 'clientPort' | 'clientPortAddress' | 'secureClientPort' | 'secureClientPortAddress'>;

/** The address in the server's own line goes before clientPort; both at once must agree (setupClientPort). */
function clientPorts(keys: KeyReader, quorum: QuorumConfig | null, myid: number | null, lints: Lints): ClientPorts {
  const own = myid === null ? undefined : quorum?.servers.get(myid);
  const one = (name: 'clientPort' | 'secureClientPort', line: { readonly host: string | null; readonly port: number } | null): readonly [number | null, string | null] => {
    const port = keys.port(name);
    const address = keys.text(`${name}Address`);
    if (port === null && address !== null && !keys.at(name)) lints.error(keys.at(`${name}Address`), { what: `${name}Address is set and ${name} is not`, why: 'An address alone opens nothing.', fix: `Add ${name}=${name === 'clientPort' ? 2181 : 2281}.` });
    if (line === null) return [port, address];
    const anywhere = address === null || address === '0.0.0.0' || address === '::';
    if (port !== null && (port !== line.port || (!anywhere && address !== line.host))) {
      lints.error(keys.at(name), { what: `${name} is ${address ?? '0.0.0.0'}:${port}, server.${own?.sid} says ${line.host ?? '0.0.0.0'}:${line.port}`, why: 'The two must be the same.', fix: `Take ${name} away: the server line is enough.` });
    }
    return [line.port, line.host];
  };
  const [clientPort, clientPortAddress] = one('clientPort', own?.client ?? null);
  const [secureClientPort, secureClientPortAddress] = one('secureClientPort', own?.secureClient ?? null);
  if (clientPort === null && secureClientPort === null) lints.warning(null, { what: 'There is no clientPort', why: 'No client can connect to this server.', fix: 'Add clientPort=2181, or the port behind ; in the server line.' });
  return { clientPort, clientPortAddress, secureClientPort, secureClientPortAddress };
}

function sessionLimits(keys: KeyReader, tickTime: number, lints: Lints): Pick<NodeConfig, 'minSessionTimeout' | 'maxSessionTimeout'> {
  const asked = (key: string, ticks: number): number => { const value = keys.int(key, -1, { min: -1 }); return value === -1 ? tickTime * ticks : value; };
  const minSessionTimeout = asked('minSessionTimeout', 2);
  const maxSessionTimeout = asked('maxSessionTimeout', 20);
  if (minSessionTimeout > maxSessionTimeout) {
    lints.error(keys.at('minSessionTimeout') ?? keys.at('maxSessionTimeout'), { what: `minSessionTimeout ${minSessionTimeout} is larger than maxSessionTimeout ${maxSessionTimeout}`, why: 'No timeout could be granted.', fix: 'Raise the one or lower the other; without the lines they are 2 and 20 times tickTime.' });
  }
  return { minSessionTimeout, maxSessionTimeout };
}

function peerType(keys: KeyReader, quorum: QuorumConfig | null, myid: number | null, lints: Lints): ServerRole {
  const text = keys.text('peerType')?.toLowerCase() ?? 'participant';
  if (text !== 'observer' && text !== 'participant') lints.error(keys.at('peerType'), { what: `peerType is "${text}"`, why: 'Only participant and observer are known.', fix: 'Write peerType=observer, or take the line away.' });
  const listed = myid === null ? undefined : quorum?.servers.get(myid)?.role;
  if (listed !== undefined && listed !== text) lints.warning(keys.at('peerType'), { what: `peerType is ${text}, the server line says ${listed}`, why: 'The server line holds.', fix: listed === 'observer' ? 'Write peerType=observer.' : `Add :observer to server.${myid} on all servers, or take peerType away.` });
  return listed ?? (text === 'observer' ? 'observer' : 'participant');
}

function autopurge(keys: KeyReader, lints: Lints): NodeConfig['autopurge'] {
  const asked = keys.int('autopurge.snapRetainCount', MIN_SNAP_RETAIN);
  if (asked < MIN_SNAP_RETAIN) lints.warning(keys.at('autopurge.snapRetainCount'), { what: `autopurge.snapRetainCount is ${asked}; ${MIN_SNAP_RETAIN} are kept`, why: 'ZooKeeper never keeps fewer.', fix: `Write ${MIN_SNAP_RETAIN} or more.` });
  const text = keys.text('autopurge.purgeInterval') ?? '0';
  const parts = /^(-?\d{1,9})(ms|[smhd])?$/i.exec(text);
  if (!parts) lints.error(keys.at('autopurge.purgeInterval'), { what: `autopurge.purgeInterval is "${text}"`, why: 'It is a number of hours, or a number with ms, s, m, h or d.', fix: 'Write for example autopurge.purgeInterval=24.' });
  const ms = parts ? Math.max(0, Number(parts[1]) * (UNITS[parts[2]?.toLowerCase() ?? 'h'] as number)) : 0;
  if (ms === 0) lints.note(keys.at('autopurge.purgeInterval'), { what: 'Old snapshots and logs are never purged', why: 'autopurge.purgeInterval is 0, which is ZooKeeper’s default; the disk fills up slowly.', fix: 'Write autopurge.purgeInterval=24.' });
  return { snapRetainCount: Math.max(asked, MIN_SNAP_RETAIN), purgeIntervalHours: ms / HOUR };
}

function compression(keys: KeyReader, lints: Lints): NodeConfig['snapshotCompression'] {
  const text = keys.text('snapshot.compression.method') ?? '';
  if (text === 'gz') return 'gz';
  if (text === 'snappy') lints.warning(keys.at('snapshot.compression.method'), { what: 'Snapshots are written without compression', why: 'snappy is not built in.', fix: 'Write gz, or take the line away.' });
  else if (text !== '') lints.warning(keys.at('snapshot.compression.method'), { what: `snapshot.compression.method is "${text}" and counts as none`, why: 'Only gz and snappy are known.', fix: 'Write gz, or take the line away.' });
  return 'none';
}

/** FourLetterCommands.isEnabled: srvr always, isro with read-only mode. */
function whitelist(keys: KeyReader, readOnlyMode: boolean, lints: Lints): NodeConfig['fourLetterWords'] {
  const words = new Set(['srvr', ...(readOnlyMode ? ['isro'] : [])]);
  for (const word of (keys.text('4lw.commands.whitelist') ?? '').split(',').map((part) => part.trim())) {
    if (word === '*') return 'all';
    if (word === '') continue;
    words.add(word);
    if (!FOUR_LETTER_WORDS.includes(word)) {
      const near = nearest(word, FOUR_LETTER_WORDS);
      lints.warning(keys.at('4lw.commands.whitelist'), { what: `${word} is no four-letter word`, why: `Known are ${FOUR_LETTER_WORDS.join(', ')}.`, fix: near === null ? 'Take it away.' : `Write ${near}?` });
    }
  }
  return words;
}

function admin(keys: KeyReader): NodeConfig['admin'] {
  return {
    enabled: keys.flag('admin.enableServer', true), address: keys.text('admin.serverAddress') ?? '0.0.0.0', port: keys.int('admin.serverPort', 8080, { min: 0, max: 65_535 }), commandUrl: keys.text('admin.commandURL') ?? '/commands',
    snapshotEnabled: keys.flag('admin.snapshot.enabled', true), restoreEnabled: keys.flag('admin.restore.enabled', true),
    rateLimiterIntervalMs: keys.int('admin.rateLimiterIntervalInMS', keys.int('admin.snapshot.intervalMS', 300_000), { min: 0 }),
  };
}

function metrics(keys: KeyReader, lints: Lints): NodeConfig['metrics'] {
  const name = keys.text('metricsProvider.className') ?? '';
  if (name.endsWith('.PrometheusMetricsProvider')) return { httpHost: keys.text('metricsProvider.httpHost') ?? '0.0.0.0', httpPort: keys.int('metricsProvider.httpPort', 7000, { min: 0, max: 65_535 }) };
  if (name !== '' && !/\.(DefaultMetricsProvider|NullMetricsProvider)$/.test(name)) {
    lints.warning(keys.at('metricsProvider.className'), { what: `${name} is no metrics provider of this node`, why: 'It is a class of Java; there are Prometheus’ and none here.', fix: 'Write org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider.' });
  }
  return null;
}

function enforcedSchemes(keys: KeyReader, lints: Lints): readonly string[] {
  const schemes = (keys.text('enforce.auth.schemes') ?? '').split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (keys.flag('sessionRequireClientSASLAuth', false)) return schemes.includes('sasl') ? schemes : [...schemes, 'sasl'];
  if (keys.flag('enforce.auth.enabled', false) && schemes.length === 0) lints.error(keys.at('enforce.auth.enabled'), { what: 'enforce.auth.enabled is on and enforce.auth.schemes is empty', why: 'No client could be let in.', fix: 'Add enforce.auth.schemes=digest, for example.' });
  return schemes;
}

function clientTls(keys: KeyReader, port: number | null, lints: Lints): NodeConfig['clientTls'] {
  const tls = readTls(keys, 'ssl', lints);
  if (port !== null && (tls?.keyStore ?? null) === null) lints.error(keys.at('secureClientPort'), { what: 'secureClientPort is set and ssl.keyStore.location is not', why: 'Without a certificate no TLS client can connect.', fix: 'Add ssl.keyStore.location and ssl.keyStore.password.' });
  return tls;
}

function quorumTls(keys: KeyReader, lints: Lints): NodeConfig['quorumTls'] {
  const tls = readTls(keys, 'ssl.quorum', lints);
  if (keys.bool('sslQuorum', false) && (tls?.keyStore ?? null) === null) lints.error(keys.at('sslQuorum'), { what: 'sslQuorum is on and ssl.quorum.keyStore.location is not set', why: 'The servers could not prove who they are.', fix: 'Add ssl.quorum.keyStore.location and ssl.quorum.trustStore.location.' });
  return tls;
}

/** 32 hex digits or more are bytes; any other text counts as its own bytes, 16 at the least. */
function secret(keys: KeyReader, lints: Lints): Buffer | null {
  const text = keys.text('sluice.sessionSecret');
  if (text === null) return null;
  const bytes = /^(?:[0-9a-fA-F]{2}){16,}$/.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'utf8');
  if (bytes.length < 16) lints.error(keys.at('sluice.sessionSecret'), { what: 'sluice.sessionSecret is too short', why: 'Whoever guesses it can take over sessions.', fix: 'Write 32 hex digits or more, the same on all servers.' });
  return bytes;
}
