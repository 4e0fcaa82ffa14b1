// Every lint: a configuration that has it, the line it points at, texts in both languages, and a fix that mends it.
import { describe, expect, test } from 'vitest';
import { lintText } from '../../../../../../assets/locales/lint-texts.ts';
import { messages } from '../../../../../../assets/locales/index.ts';
import { applyEdits, documentBytes, openDocument } from '../../../../../../main/engines/agent/config/text/document.ts';
import { validate } from '../../../../../../main/engines/agent/config/validate.ts';
import { AGENT_LINTS, type AgentLint, type AgentLintCode } from '../../../../../../preload/contract/agent/lints.ts';
import { load, type Loading } from '../../../../../support/agent/configuration.ts';

const RIGHT = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;
const FILES = `${RIGHT.replace('channels = c1\n', 'channels = c1 c2\n').replace('r1.channels = c1', 'r1.channels = c1 c2').replace('a1.sinks = k1', 'a1.sinks = k1 k2').replace('type = memory', 'type = file')}a1.channels.c2.type = file
a1.sinks.k2.type = logger
a1.sinks.k2.channel = c2
`;
const GROUP = `${RIGHT.replace('a1.sinks = k1', 'a1.sinks = k1 k2')}a1.sinks.k2.type = logger
a1.sinks.k2.channel = c1
a1.sinkgroups = g1
a1.sinkgroups.g1.sinks = k1 k2
a1.sinkgroups.g1.processor.type = failover
`;
const LINES = RIGHT.split('\n').length - 1;

interface Case extends Loading {
  readonly text: string | Buffer | Readonly<Record<string, string>>;
  /** Where it points; 0 for nowhere. */
  readonly line: number;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly fixable?: false;
}

const added = (...lines: readonly string[]): string => `${RIGHT}${lines.join('\n')}\n`;
const but = (from: string, to: string): string => RIGHT.replace(from, to);

const CASES: Readonly<Record<Exclude<AgentLintCode, 'AGENT_OTHER_NAME' | 'AGENT_NOT_THERE'>, Case | readonly Case[]>> = {
  ESCAPE_BROKEN: { text: added('a1.x = \\u12'), line: LINES + 1, fixable: false },
  BACKSLASH_LOST: { text: added('a1.sinks.k1.channels = c:\\data'), line: LINES + 1, params: { value: 'c:data' }, fixable: false },
  NOT_LATIN1: { text: added('a1.sources.r1.日 = \\u0041 \\', ' é 𝄞'), line: LINES + 1 },
  BYTE_ORDER_MARK: { text: `\ufeff${RIGHT}`, line: 1, fixable: false },
  KEY_TWICE: { text: added('a1.sources.r1.type = seq'), line: 4, params: { line: LINES + 1 } },
  KEY_OVERRIDDEN: { text: { 'a.conf': RIGHT, 'b.conf': 'a1.sinks.k1.type = null\n' }, line: 7, params: { file: 'b.conf', line: 1 }, fixable: false },
  VALUE_EMPTY: { text: added('a1.sources.r1.batchSize ='), line: LINES + 1 },
  AGENT_NAME_MISSING: { text: added('port = 5'), line: LINES + 1, fixable: false },
  KEY_NAME_MISSING: { text: added('a1. = 5'), line: LINES + 1 },
  SECTION_UNKNOWN: { text: added('a1.nonsense.x = 5'), line: LINES + 1, fixable: false },
  SECTION_MENDED: { text: but('a1.channels.c1.type', 'a1.channel.c1.type'), line: 6, params: { section: 'channels' } },
  PREFIX_MENDED: [
    { text: but('a1.sources.r1.type', 'r1.type'), line: 4, params: { whole: 'a1.sources.r1.type' } },
    { text: but('a1.sinks.k1.channel', 'sinks.k1.channel'), line: 8, params: { whole: 'a1.sinks.k1.channel' } },
    { text: but('a1.sinks = k1', 'sinks = k1'), line: 3, params: { whole: 'a1.sinks' } },
  ],
  LIST_COMMAS: { text: added('a1.sources.r2.type = seq', 'a1.sources.r2.channels = c1').replace('= r1\n', '= r1, r2\n'), line: 1 },
  SETTINGS_OURS: { text: added('a1.sluice.exclusive = true'), line: LINES + 1, fixable: false },
  REFERENCE_UNKNOWN: { text: added('a1.sinks.k1.channels = ${env:NONE}'), line: LINES + 1, params: { reference: '${env:NONE}' }, fixable: false },
  REFERENCE_ORDER: { text: added('size = 5', 'a1.sources.r1.batchSize = ${size}'), line: LINES + 2, fixable: false },
  REFERENCE_REFUSED: [
    { text: added('a1.sources.r1.batchSize = ${java:nosuch}'), line: LINES + 1, params: { reference: '${java:nosuch}' }, fixable: false },
    { text: added('a1.sources.r1.batchSize = ${date:QQ}'), line: LINES + 1, mode: 'strict', fixable: false },
  ],
  REFERENCE_CIRCLE: { text: added('a1.sources.r1.batchSize = ${a1.x}', 'a1.x = ${a1.sources.r1.batchSize}'), line: LINES + 2, fixable: false },
  FILTER_FAILED: { text: added('a1.configfilters = f', 'a1.configfilters.f.type = env', 'a1.sources.r1.batchSize = ${f["N"]}'), line: LINES + 3, params: { name: 'N' }, fixable: false },
  FILTER_NOT_LISTED: { text: added('a1.configfilters = vault', 'a1.configfilters.vault.type = vault', 'a1.sources.r1.batchSize = ${vualt["N"]}'), line: LINES + 3, params: { nearest: 'vault' }, fixable: false },
  AGENTS_NONE: { text: '# nothing\n', line: 0, fixable: false },
  CHANNELS_NONE: { text: 'a1.sources = r1\na1.sources.r1.type = seq\n', line: 1, fixable: false },
  SOURCES_NONE: { text: 'a1.channels = c1\na1.channels.c1.type = memory\na1.sinks = k1\na1.sinks.k1.type = null\na1.sinks.k1.channel = c1\n', line: 0, fixable: false },
  SINKS_NONE: { text: 'a1.channels = c1\na1.channels.c1.type = memory\na1.sources = r1\na1.sources.r1.type = seq\na1.sources.r1.channels = c1\n', line: 0, fixable: false },
  NOTHING_RUNS: { text: 'a1.channels = c1\na1.channels.c1.type = memory\n', line: 1, fixable: false },
  LOAD_FAILS: { text: but('type = seq', 'type = nosuch'), mode: 'strict', line: 4, fixable: false },
  LISTED_EMPTY: { text: but('a1.sources.r1.type', 'a1.sources.r11.type').replace('a1.sources.r1.channels', 'a1.sources.r11.channels'), line: 1, params: { nearest: 'r11' } },
  NOT_LISTED: [
    { text: added('a1.sinks.k2.type = null', 'a1.sinks.k2.channel = c1'), line: LINES + 1 },
    { text: added('a1.sources.r1.interceptors.i1.type = timestamp'), line: LINES + 1 },
    { text: but('a1.sources = r1\n', ''), line: 3, params: { list: 'a1.sources' } },
  ],
  TYPE_MISSING: { text: but('a1.sources.r1.type = seq\n', ''), line: 4, fixable: false },
  TYPE_UNKNOWN: [
    { text: but('type = memory', 'type = memroy'), line: 6, params: { nearest: 'memory' } },
    { text: added('a1.sources.r1.interceptors = i1', 'a1.sources.r1.interceptors.i1.type = timestmp'), line: LINES + 2, params: { nearest: 'timestamp' } },
    { text: but('type = seq', 'type = spooldir').concat('a1.sources.r1.spoolDir = /x\na1.sources.r1.deserializer = LNIE\n'), line: LINES + 2, params: { component: 'a1.sources.r1.deserializer', nearest: 'LINE' } },
    { text: but('type = seq', 'type = org.apache.flume.source.SequenceGeneratorSorce'), line: 4, params: { nearest: 'org.apache.flume.source.SequenceGeneratorSource' } },
  ],
  TYPE_LEFT_OUT: { text: but('type = logger', 'type = hive'), line: 7, params: { instead: 'hdfs' }, fixable: false },
  TYPE_OURS: { text: but('type = seq', 'type = mqtt'), line: 4, fixable: false },
  SOURCE_CHANNEL: { text: but('r1.channels', 'r1.channel'), line: 5 },
  SINK_CHANNELS: { text: but('k1.channel', 'k1.channels'), line: 8 },
  SINK_MANY_CHANNELS: { text: but('k1.channel = c1', 'k1.channel = c1 c2'), line: 8, fixable: false },
  SOURCE_NO_CHANNEL: { text: but('a1.sources.r1.channels = c1\n', ''), line: 4, params: { only: 'c1' } },
  SINK_NO_CHANNEL: { text: but('a1.sinks.k1.channel = c1\n', ''), line: 7, params: { only: 'c1' } },
  CHANNEL_UNKNOWN: [
    { text: RIGHT.replaceAll('c1', 'memoryChannel').replace('k1.channel = memoryChannel', 'k1.channel = memoryChanel'), line: 8, params: { nearest: 'memoryChannel' } },
    { text: RIGHT.replaceAll('c1', 'memoryChannel').replace('r1.channels = memoryChannel', 'r1.channels = memoryChanel'), line: 5, params: { nearest: 'memoryChannel' } },
  ],
  CHANNEL_REMOVED: { text: added('a1.channels.c1.capacity = 5'), line: 5, fixable: false },
  CHANNEL_UNUSED: { text: added('a1.channels.c2.type = memory').replace('channels = c1\n', 'channels = c1 c2\n'), line: LINES + 1, fixable: false },
  CHANNEL_NO_SINK: { text: added('a1.channels.c2.type = memory').replace('a1.channels = c1', 'a1.channels = c1 c2').replace('r1.channels = c1', 'r1.channels = c1 c2'), line: LINES + 1, fixable: false },
  CHANNEL_NO_SOURCE: { text: 'a1.channels = c1\na1.channels.c1.type = memory\na1.sinks = k1\na1.sinks.k1.type = null\na1.sinks.k1.channel = c1\n', line: 2, fixable: false },
  BATCH_TOO_LARGE: [
    { text: added('a1.sources.r1.batchSize = 1000'), line: LINES + 1, params: { capacity: 100 } },
    { text: added('a1.channels.c1.transactionCapacity = 10', 'a1.sources.r1.batchSize = 1000'), line: LINES + 2, params: { capacity: 10 } },
  ],
  INTERCEPTOR_REMOVES: { text: added('a1.sources.r1.interceptors = i1', 'a1.sources.r1.interceptors.i1.type = nosuch'), line: LINES + 1, fixable: false },
  SELECTOR_BROKEN: { text: added('a1.sources.r1.selector.type = load_balancing'), line: LINES + 1, fixable: false },
  MAPPING_UNKNOWN: { text: RIGHT.replaceAll('c1', 'memoryChannel').concat('a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.mapping.x = memoryChanel\n'), line: LINES + 2, params: { key: 'selector.mapping.x', nearest: 'memoryChannel' } },
  GROUP_NO_SINKS: { text: added('a1.sinkgroups = g1', 'a1.sinkgroups.g1.processor.type = failover'), line: LINES + 2, fixable: false },
  GROUP_SINK_UNKNOWN: { text: GROUP.replaceAll('k2', 'loggerSink').replace('sinks = k1 loggerSink\na1.sinkgroups.g1.p', 'sinks = k1 logerSink\na1.sinkgroups.g1.p'), line: LINES + 4, params: { nearest: 'loggerSink' } },
  GROUP_SINK_TAKEN: { text: GROUP.replace('sinkgroups = g1', 'sinkgroups = g1 g2').concat('a1.sinkgroups.g2.sinks = k2\na1.sinkgroups.g2.processor.type = failover\n'), line: LINES + 6, fixable: false },
  GROUP_NO_TYPE: { text: GROUP.replace('a1.sinkgroups.g1.processor.type = failover\n', ''), line: LINES + 4 },
  GROUP_DEFAULT_MANY: { text: GROUP.replace('= failover', '= default'), line: LINES + 5, fixable: false },
  GROUP_ONE_SINK: { text: GROUP.replace('k1 k2\na1.sinkgroups.g1.processor.type = failover', 'k1\na1.sinkgroups.g1.processor.type = load_balance'), line: LINES + 5, fixable: false },
  PRIORITY_TWICE: { text: `${GROUP}a1.sinkgroups.g1.processor.priority.k1 = 5\na1.sinkgroups.g1.processor.priority.k2 = 5\n`, line: LINES + 7, fixable: false },
  PRIORITY_STRANGER: { text: `${GROUP}a1.sinkgroups.g1.processor.priority.k9 = 5\n`, line: LINES + 6, fixable: false },
  KEY_UNKNOWN: [
    { text: but('type = logger', 'type = org.apache.flume.sink.kafka.KafkaSink').concat('a1.sinks.k1.kafka.bootstrap.servers = h:1\na1.sinks.k1.kafka.prodcer.acks = 1\n'), line: LINES + 2, params: { nearest: 'kafka.producer.acks' } },
    { text: added('a1.sources.r1.batchSzie = 5'), line: LINES + 1, params: { nearest: 'batchSize' } },
    { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x\na1.sinks.k1.batchSize = 5\n'), line: LINES + 2, params: { nearest: 'hdfs.batchSize' } },
    { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x\na1.sinks.k1.serializer.apendNewline = false\n'), line: LINES + 2, params: { nearest: 'serializer.appendNewline' } },
  ],
  KEY_SPELLING: { text: but('type = seq', 'type = hdfs').concat('a1.sources.r1.hdfs.uri = file:///x\na1.sources.r1.hdfs.zookeeperQuorum = zk:2181\n'), line: LINES + 2, params: { usual: 'hdfs.zkQuorum' } },
  KEY_MISSING: { text: but('type = seq', 'type = avro'), line: 4, fixable: false },
  NUMBER_WRONG: { text: added('a1.sources.r1.batchSize = 1_0'), line: LINES + 1, params: { value: '1_0' } },
  NUMBER_RANGE: { text: added('a1.sources.r1.batchSize = 0'), line: LINES + 1, params: { min: 1 } },
  FLAG_WRONG: { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x\na1.sinks.k1.hdfs.useLocalTimeStamp = yes\n'), line: LINES + 2 },
  CHOICE_WRONG: { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x\na1.sinks.k1.hdfs.fileType = DataSteram\n'), line: LINES + 2, params: { nearest: 'DataStream' } },
  PATTERN_WRONG: [
    { text: added('a1.sources.r1.interceptors = i1', 'a1.sources.r1.interceptors.i1.type = regex_filter', 'a1.sources.r1.interceptors.i1.regex = ['), line: LINES + 3, fixable: false },
    { text: but('type = seq', 'type = spooldir').concat('a1.sources.r1.spoolDir = /x\na1.sources.r1.includePattern = (a\n'), line: LINES + 2, fixable: false },
  ],
  PATTERN_SLOW: { text: added('a1.sources.r1.interceptors = i1', 'a1.sources.r1.interceptors.i1.type = regex_filter', 'a1.sources.r1.interceptors.i1.regex = (a+)+b'), line: LINES + 3, fixable: false },
  CHARSET_WRONG: { text: but('type = seq', 'type = exec').concat('a1.sources.r1.command = x\na1.sources.r1.charset = utf9\n'), line: LINES + 2, fixable: false },
  FILEGROUP_EMPTY: { text: but('type = seq', 'type = TAILDIR').concat('a1.sources.r1.filegroups = f1\n'), line: LINES + 1, fixable: false },
  FILEGROUP_STRANGER: { text: but('type = seq', 'type = TAILDIR').concat('a1.sources.r1.filegroups = f1\na1.sources.r1.filegroups.f1 = /x/a.*\na1.sources.r1.filegroups.f2 = /x/b.*\n'), line: LINES + 3 },
  CAPACITY_SMALL: [{ text: added('a1.channels.c1.capacity = 5'), line: LINES + 1 }, { text: added('a1.channels.c1.transactionCapacity = 5000'), line: LINES + 1 }],
  FOLDER_SHARED: [
    { text: FILES, line: 9, params: { other: 'a1.channels.c1' }, fixable: false },
    { text: `${FILES}a1.channels.c1.checkpointDir = /a/x/\na1.channels.c1.dataDirs = /a/y,/a/x\na1.channels.c2.checkpointDir = /b\na1.channels.c2.dataDirs = /c\n`, line: 13, params: { folder: '/a/x' }, fixable: false },
  ],
  PORT_TWICE: { text: but('a1.sources = r1', 'a1.sources = r1 r2').replace('type = seq', 'type = avro').concat('a1.sources.r1.bind = 0.0.0.0\na1.sources.r1.port = 5\na1.sources.r2.type = avro\na1.sources.r2.bind = 127.0.0.1\na1.sources.r2.port = 5\na1.sources.r2.channels = c1\n'), line: LINES + 5, params: { other: 'a1.sources.r1' }, fixable: false },
  CYCLE: [
    { text: but('type = seq', 'type = avro').replace('type = logger', 'type = avro').concat('a1.sources.r1.bind = 0.0.0.0\na1.sources.r1.port = 5\na1.sinks.k1.hostname = localhost\na1.sinks.k1.port = 5\n'), line: LINES + 4, params: { path: 'a1.r1 → a1.k1 → a1.r1' }, fixable: false },
    { text: [1, 2].map((n) => but('type = seq', 'type = avro').replace('type = logger', 'type = avro').concat(`a1.sources.r1.bind = h${n}\na1.sources.r1.port = 5\na1.sinks.k1.hostname = h${3 - n}\na1.sinks.k1.port = 5\n`).replaceAll('a1.', `a${n}.`)).join(''), line: 2 * LINES + 8, params: { path: 'a1.r1 → a1.k1 → a2.r1 → a2.k1 → a1.r1' }, fixable: false },
  ],
  TLS_NO_STORE: { text: but('type = seq', 'type = avro').concat('a1.sources.r1.bind = h\na1.sources.r1.port = 5\na1.sources.r1.ssl = true\n'), line: LINES + 3, fixable: false },
  STORE_KIND: { text: but('type = seq', 'type = avro').concat('a1.sources.r1.bind = h\na1.sources.r1.port = 5\na1.sources.r1.ssl = true\na1.sources.r1.keystore = /x/y.p12\n'), line: LINES + 4 },
  STORE_JKS: { text: but('type = seq', 'type = avro').concat('a1.sources.r1.bind = h\na1.sources.r1.port = 5\na1.sources.r1.ssl = true\na1.sources.r1.keystore = /x/y.jks\n'), line: LINES + 4, fixable: false },
  TRUST_ALL: { text: but('type = logger', 'type = avro').concat('a1.sinks.k1.hostname = h\na1.sinks.k1.port = 5\na1.sinks.k1.trust-all-certs = true\n'), line: LINES + 3 },
  SECRET_PLAIN: { text: but('type = seq', 'type = avro').concat('a1.sources.r1.bind = h\na1.sources.r1.port = 5\na1.sources.r1.keystore-password = geheim\n'), line: LINES + 3, fixable: false },
  EXEC_LOSES: { text: but('type = seq', 'type = exec').concat('a1.sources.r1.command = tail -F /x\n'), line: 4, fixable: false },
  HDFS_CODEC: { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x\na1.sinks.k1.hdfs.fileType = DataStream\na1.sinks.k1.hdfs.codeC = gzip\n'), line: LINES + 3, params: { codec: 'gzip' } },
  HDFS_SMALL_FILES: { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x\n'), line: 7 },
  HDFS_NO_TIME: { text: but('type = logger', 'type = hdfs').concat('a1.sinks.k1.hdfs.path = /x/%Y\n'), line: LINES + 1, params: { escape: '%Y', source: 'a1.sources.r1' } },
};

const all = (Object.entries(CASES) as [AgentLintCode, Case | readonly Case[]][]).flatMap(([code, cases]) => (Array.isArray(cases) ? cases as readonly Case[] : [cases as Case]).map((one, i): [string, AgentLintCode, Case] => [`${code} ${i + 1}`, code, one]));

function filesOf(text: Case['text']): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(typeof text === 'string' || Buffer.isBuffer(text) ? { 'flume.properties': text } : text).map(([name, bytes]) => [name, Buffer.from(bytes as string)]));
}

function mended(files: Readonly<Record<string, Buffer>>, lint: AgentLint): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, documentBytes(applyEdits(openDocument(name, bytes), lint.fix ?? []))]));
}

describe('L1 lints', () => {
  test('L1 a right configuration has none', async () => {
    expect((await load(RIGHT)).lints).toEqual([]);
    expect((await load(RIGHT, { mode: 'strict' })).lints).toEqual([]);
  });

  test.each(all)('L1 %s', async (_, code, { text, line, params = {}, fixable = true, ...options }) => {
    const files = filesOf(text);
    const found = (await load(files, options)).lints.filter((lint) => lint.code === code);
    expect(found, code).not.toEqual([]);
    const [lint] = found as [AgentLint];
    expect(lint).toMatchObject({ line, params });
    expect(Object.keys(lint.params).sort()).toEqual([...AGENT_LINTS[code].params].sort());
    expect(JSON.stringify(lint)).not.toContain('geheim');
    expect(lint.fix !== undefined, 'has a fix').toBe(fixable);
    if (fixable) expect((await load(mended(files, lint), options)).lints.filter((other) => other.code === code && other.line === lint.line && other.params['channel'] === lint.params['channel'])).toEqual([]);
    for (const { agentLints } of Object.values(messages)) {
      const { what, why, fix } = lintText(agentLints, lint);
      for (const sentence of [what, why, fix]) expect(sentence).toMatch(/^(?!.*(undefined|NaN|\[object)).{4,}/s);
    }
  });

  test('L2 which agent would run is a lint too', async () => {
    const options = { files: [{ name: 'x', bytes: Buffer.from(RIGHT) }], env: {}, systemProperties: {}, now: 0, vault: null, tryToMake: null };
    expect((await validate({ ...options, mode: 'helpful', name: 'agent' })).lints).toMatchObject([{ code: 'AGENT_OTHER_NAME', params: { name: 'agent', taken: 'a1' } }]);
    expect(await validate({ ...options, mode: 'strict', name: 'agent' })).toMatchObject({ lints: [{ code: 'AGENT_NOT_THERE', params: { defined: 'a1' } }], sound: false, agent: null });
    expect(await validate({ ...options, mode: 'strict', name: 'a1' })).toMatchObject({ lints: [], sound: true, agent: { name: 'a1' } });
  });

  test('L2 validate asks the components themselves, and tells what they refuse', async () => {
    const error = { code: 'AGENT_KEY', params: {} } as const;
    const found = await validate({ files: [{ name: 'x', bytes: Buffer.from(RIGHT) }], mode: 'helpful', env: {}, systemProperties: {}, now: 0, vault: null, name: null, tryToMake: async (agent) => [{ component: `${agent.name}.sources.r1`, node: 'source r1', error }] });
    expect(found).toMatchObject({ refusals: [{ component: 'a1.sources.r1', error }], sound: false });
  });

  test('L1 strict says error where helpful mends and warns', async () => {
    const text = but('r1.channels', 'r1.channel');
    expect((await load(text)).lints.find(({ code }) => code === 'SOURCE_CHANNEL')?.severity).toBe('warning');
    expect((await load(text, { mode: 'strict' })).lints.find(({ code }) => code === 'SOURCE_CHANNEL')?.severity).toBe('error');
  });
});
