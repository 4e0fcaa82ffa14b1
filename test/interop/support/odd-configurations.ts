// Configurations that are wrong, or nearly, each in its own way. Of the agent a1; none opens a port: they are read and not started.

/** An agent that is right, to which lines are put. */
const RIGHT = `a1.sources = r1
a1.channels = c1
a1.sinks = k1
a1.sources.r1.type = seq
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;

const without = (...lines: readonly string[]): string => RIGHT.split('\n').filter((line) => !lines.some((start) => line.startsWith(start))).join('\n');
const but = (from: string, to: string): string => {
  if (!RIGHT.includes(from)) throw new Error(`there is no ${from}`);
  return RIGHT.replace(from, to);
};
const TWO_SINKS = `${but('a1.sinks = k1', 'a1.sinks = k1 k2')}a1.sinks.k2.type = null
a1.sinks.k2.channel = c1
a1.sinkgroups = g1
a1.sinkgroups.g1.sinks = k1 k2
`;

export const ODD_CONFIGURATIONS: Readonly<Record<string, string | Buffer>> = {
  'an agent that is right': RIGHT,
  'nothing at all': '',
  'only comments': '# a1.sources = r1\n! a1.channels = c1\n',
  'a source and channels, no sinks': without('a1.sinks'),
  'a sink and channels, no sources': without('a1.sources'),
  'no list of channels': without('a1.channels = '),
  'no channels at all': without('a1.channels'),
  'an empty list of channels': but('a1.channels = c1', 'a1.channels ='),
  'an empty list of sources': but('a1.sources = r1', 'a1.sources ='),
  'keys without an agent': `${RIGHT}sources = r1\nport = 5\n.sources = r1\n`,
  'a key that ends with the dot of its agent': `${RIGHT}a1. = 5\na2. = 6\n`,
  'empty values': `${RIGHT}a1.sources.r1.batchSize =\na1.nonsense =\nx =\n`,
  'sections that do not exist': `${RIGHT}a1.channel.c1.type = memory\na1.foo = bar\na1.sourcesx = r1\na1.sources.r1 = seq\na1.sources.r1. = seq\na1.sources..type = seq\n`,
  'another agent of which nothing is right': `${RIGHT}r1.type = seq\nsinks.k1.channel = c1\na2.sources = r1\n`,
  'a channel without a type': without('a1.channels.c1.type').concat('a1.channels.c1.capacity = 5\n'),
  'a source without a type': without('a1.sources.r1.type'),
  'a sink without a type': without('a1.sinks.k1.type'),
  'a listed channel without properties': but('a1.channels = c1', 'a1.channels = c1 c2'),
  'a listed source without properties': but('a1.sources = r1', 'a1.sources = r1 r2'),
  'a listed sink without properties': but('a1.sinks = k1', 'a1.sinks = k1 k2'),
  'components that are defined and not listed': `${RIGHT}a1.sources.r2.type = seq\na1.sources.r2.channels = c1\na1.channels.c2.type = memory\na1.sinks.k2.type = null\na1.sinks.k2.channel = c1\n`,
  'a source with channel for channels': but('r1.channels', 'r1.channel'),
  'a source without channels': without('a1.sources.r1.channels'),
  'a source with an unknown channel': but('r1.channels = c1', 'r1.channels = c9'),
  'a source with a known and an unknown channel': but('r1.channels = c1', 'r1.channels = c9 c1'),
  'a sink without a channel': without('a1.sinks.k1.channel'),
  'a sink with channels for channel': but('k1.channel', 'k1.channels'),
  'a sink with an unknown channel': but('k1.channel = c1', 'k1.channel = c9'),
  'a sink with two channels': but('k1.channel = c1', 'k1.channel = c1 c2').replace('a1.channels = c1', 'a1.channels = c1 c2').concat('a1.channels.c2.type = memory\n'),
  'lists with commas': but('a1.sources = r1', 'a1.sources = r1, r2').concat('a1.sources.r2.type = seq\na1.sources.r2.channels = c1\n'),
  'lists over lines, with tabs': but('a1.channels = c1', 'a1.channels = c1 \\\n\t c2').replace('r1.channels = c1', 'r1.channels = c1\tc2').concat('a1.channels.c2.type = memory\n'),
  'a channel that nothing is connected to': but('a1.channels = c1', 'a1.channels = c1 c2').concat('a1.channels.c2.type = memory\n'),
  'types in other letters and as classes': `${RIGHT.replace('type = seq', 'type = SeQ').replace('type = memory', 'type = org.apache.flume.channel.MemoryChannel').replace('type = logger', 'type = LOGGER')}`,
  'an unknown type of source': but('type = seq', 'type = nosuch'),
  'an unknown type of channel': but('type = memory', 'type = org.example.Channel'),
  'an unknown type of sink': but('type = logger', 'type = loger'),
  'an unknown type of a source that is removed anyway': but('type = seq', 'type = nosuch').replace('r1.channels', 'r1.channel'),
  'a type that is ours': but('type = seq', 'type = mqtt'),
  'a source with a batch that its channel cannot take': `${RIGHT}a1.sources.r1.batchSize = 1000\n`,
  'a batch that fits exactly': `${RIGHT}a1.sources.r1.batchSize = 100\n`,
  'a batch that the channel was made for': `${RIGHT}a1.sources.r1.batchSize = 1000\na1.channels.c1.capacity = 1000\na1.channels.c1.transactionCapacity = 1000\n`,
  'a batch too large for the second channel only': but('a1.channels = c1', 'a1.channels = c1 c2').replace('r1.channels = c1', 'r1.channels = c1 c2').concat('a1.channels.c2.type = memory\na1.channels.c2.transactionCapacity = 10\na1.sources.r1.batchSize = 50\n'),
  'a sink with a batch that its channel cannot take': `${but('type = logger', 'type = null')}a1.sinks.k1.batchSize = 101\n`,
  'capacity under transactionCapacity': `${RIGHT}a1.channels.c1.capacity = 10\n`,
  'words for numbers in a memory channel': `${RIGHT}a1.channels.c1.capacity = many\na1.channels.c1.transactionCapacity = 1k\n`,
  'a word for a number in a source': `${RIGHT}a1.sources.r1.batchSize = many\n`,
  'a source without a required key': but('type = seq', 'type = netcat'),
  'a sink without a required key': but('type = logger', 'type = avro'),
  'interceptors that are right': `${RIGHT}a1.sources.r1.interceptors = i1 i2\na1.sources.r1.interceptors.i1.type = timestamp\na1.sources.r1.interceptors.i2.type = org.apache.flume.interceptor.HostInterceptor$Builder\n`,
  'an interceptor without a type': `${RIGHT}a1.sources.r1.interceptors = i1\n`,
  'an unknown interceptor': `${RIGHT}a1.sources.r1.interceptors = i1\na1.sources.r1.interceptors.i1.type = nosuch\n`,
  'an interceptor that is not listed': `${RIGHT}a1.sources.r1.interceptors.i1.type = nosuch\n`,
  'a multiplexing selector': `${RIGHT}a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.header = h\na1.sources.r1.selector.mapping.a = c1\na1.sources.r1.selector.default = c1\n`,
  'a mapping to an unknown channel': `${RIGHT}a1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.mapping.a = c9\n`,
  'a mapping to a channel that is not the source’s': `${but('a1.channels = c1', 'a1.channels = c1 c2')}a1.channels.c2.type = memory\na1.sources.r1.selector.type = multiplexing\na1.sources.r1.selector.mapping.a = c2\n`,
  'a selector that balances': `${RIGHT}a1.sources.r1.selector.type = load_balancing\n`,
  'an unknown selector': `${RIGHT}a1.sources.r1.selector.type = nosuch\n`,
  'a selector without a type': `${RIGHT}a1.sources.r1.selector.optional = c1\n`,
  'a group that fails over': `${TWO_SINKS}a1.sinkgroups.g1.processor.type = failover\na1.sinkgroups.g1.processor.priority.k1 = 5\n`,
  'a group that balances': `${TWO_SINKS}a1.sinkgroups.g1.processor.type = load_balance\n`,
  'a group without a processor': TWO_SINKS,
  'a group of several sinks with the default processor': `${TWO_SINKS}a1.sinkgroups.g1.processor.type = default\n`,
  'a group that balances over one sink': `${RIGHT}a1.sinkgroups = g1\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = load_balance\n`,
  'a group of one sink': `${RIGHT}a1.sinkgroups = g1\na1.sinkgroups.g1.sinks = k1\na1.sinkgroups.g1.processor.type = default\n`,
  'an unknown processor': `${TWO_SINKS}a1.sinkgroups.g1.processor.type = nosuch\n`,
  'a group without sinks': `${RIGHT}a1.sinkgroups = g1\na1.sinkgroups.g1.processor.type = failover\n`,
  'a group that is listed and not there': `${RIGHT}a1.sinkgroups = g1\n`,
  'a group with an unknown sink': `${TWO_SINKS.replace('sinks = k1 k2\n', 'sinks = k1 k9\n')}a1.sinkgroups.g1.processor.type = failover\n`,
  'a group with unknown sinks only': `${RIGHT}a1.sinkgroups = g1\na1.sinkgroups.g1.sinks = k8 k9\na1.sinkgroups.g1.processor.type = failover\n`,
  'a sink in two groups': `${TWO_SINKS.replace('a1.sinkgroups = g1', 'a1.sinkgroups = g1 g2')}a1.sinkgroups.g1.processor.type = failover\na1.sinkgroups.g2.sinks = k2\na1.sinkgroups.g2.processor.type = failover\n`,
  'a group whose sink is removed for its batch': `${TWO_SINKS}a1.sinkgroups.g1.processor.type = failover\na1.sinks.k2.batchSize = 5000\n`,
  'names with odd letters': `${RIGHT.replaceAll('r1', 'r-1_x').replaceAll('c1', 'c$1')}`,
  'blanks around everything': RIGHT.replaceAll('=', '  :  ').replaceAll('\n', '   \n').replaceAll('a1.', '  a1.'),
  'later lines win': `${RIGHT}a1.sources.r1.type = netcat\na1.sources.r1.type = seq\na1.sinks.k1.channel = c9\na1.sinks.k1.channel = c1\n`,
  // references
  'references to the environment and the system': `${RIGHT}a1.sources.r1.x = \${env:SLUICE_ONE} \${sys:sluice.two} \${ENV:SLUICE_ONE}\n`,
  'references that stand for nothing': `${RIGHT}a1.sources.r1.x = \${env:SLUICE_NONE} \${sys:none} \${none} \${x:y}\n`,
  'references with a default, nested, escaped, without an end': `${RIGHT}a1.sources.r1.a = \${env:SLUICE_NONE:-two}\na1.sources.r1.b = \${env:\${env:SLUICE_NESTED}}\na1.sources.r1.c = $\${env:SLUICE_ONE}\na1.sources.r1.d = \${env:SLUICE_ONE\na1.sources.r1.e = $ {x} } $\n`,
  'a reference to what Java does not tell': `${RIGHT}a1.sources.r1.x = \${java:nosuch}\n`,
  'a reference to a date of no form': `${RIGHT}a1.sources.r1.x = \${date:yyyyQ}\n`,
  'a reference in a key': `${RIGHT}a1.sources.\${env:SLUICE_ONE}.type = seq\n`,
  // config filters
  'a filter of the environment': `${RIGHT}a1.configfilters = f1\na1.configfilters.f1.type = env\na1.sources.r1.batchSize = \${f1["SLUICE_NUMBER"]}\n`,
  'a filter that is listed and not there': `${RIGHT}a1.configfilters = f1\n`,
  'a filter without a type': `${RIGHT}a1.configfilters = f1\na1.configfilters.f1.command = x\n`,
  // the text
  'escapes': `${RIGHT}a1.sources.r1.a = tab\\tend\na1.sources.r1.b = \\u00e9\\u65e5 \\q \\\\ \\: \\=\na1.sources.r1.c\\ d = x\na1.sources.r1.e:f = x\na1.sources.r1.g h i\n`,
  'UTF-8, which is read as Latin-1': `${RIGHT}a1.sources.r1.x = café 日本 à\n`,
  'Latin-1': Buffer.from(`${RIGHT}a1.sources.r1.x = caf\xe9 \xa0\n`, 'latin1'),
  'a byte order mark': `\ufeff${RIGHT}`,
  'other line ends': RIGHT.replaceAll('\n', '\r').concat('a1.sources.r1.x = 1\r\na1.sources.r1.y = 2'),
  'continued lines': `${RIGHT}a1.sources.r1.x = one \\\n    # two \\\r\n\n three\na1.sources.r1.y = end\\\\\\\\\na1.sources.r1.z = last\\`,
  'a broken escape': `${RIGHT}a1.sources.r1.x = \\u12\n`,
};

const source = (type: string, keys: string): string => `${RIGHT.replace('type = seq', `type = ${type}`)}${keys.split('; ').filter((key) => key !== '').map((key) => `a1.sources.r1.${key}\n`).join('')}`;
const sink = (type: string, keys: string): string => `${RIGHT.replace('type = logger', `type = ${type}`)}${keys.split('; ').filter((key) => key !== '').map((key) => `a1.sinks.k1.${key}\n`).join('')}`;
const channel = (type: string, keys: string): string => `${RIGHT.replace('type = memory', `type = ${type}`)}${keys.split('; ').filter((key) => key !== '').map((key) => `a1.channels.c1.${key}\n`).join('')}`;
const interceptor = (type: string, keys: string): string => source('seq', `interceptors = i1; interceptors.i1.type = ${type}${keys === '' ? '' : '; '}${keys.split('; ').filter((key) => key !== '').map((key) => `interceptors.i1.${key}`).join('; ')}`);

/** Keys that a type needs, each alone and all together: which of them Flume will not do without, and what it does with values that cannot be meant. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  seq: ['', 'batchSize = 0', 'batchSize = -1', 'totalEvents = 5', 'totalEvents = x'],
  avro: ['', 'bind = 127.0.0.1', 'port = 0', 'bind = 127.0.0.1; port = 0', 'bind = 127.0.0.1; port = x', 'bind = 127.0.0.1; port = 0; ssl = true', 'bind = 127.0.0.1; port = 0; compression-type = deflate', 'bind = 127.0.0.1; port = 0; threads = 5', 'bind = 127.0.0.1; port = 0; ipFilter = true', 'bind = 127.0.0.1; port = 0; ipFilter = true; ipFilterRules = allow:ip:127.*,deny:ip:*', 'bind = 127.0.0.1; port = 0; ipFilter = true; ipFilterRules = nonsense'],
  thrift: ['', 'bind = 127.0.0.1; port = 0', 'bind = 127.0.0.1; port = 0; protocol = binary', 'bind = 127.0.0.1; port = 0; protocol = nonsense'],
  exec: ['', 'command = true', 'command = true; restart = yes', 'command = true; batchSize = x', 'command = true; batchSize = 1000'],
  netcat: ['', 'bind = 127.0.0.1', 'bind = 127.0.0.1; port = 0', 'bind = 127.0.0.1; port = 0; max-line-length = x', 'bind = 127.0.0.1; port = 0; ack-every-event = no'],
  netcatudp: ['', 'bind = 127.0.0.1; port = 0', 'port = 0'],
  'org.apache.flume.source.StressSource': ['', 'batchSize = 1000', 'size = x', 'maxTotalEvents = 5'],
  spooldir: ['', 'spoolDir = /tmp', 'spoolDir = /tmp; deletePolicy = never', 'spoolDir = /tmp; consumeOrder = youngest', 'spoolDir = /tmp; consumeOrder = nonsense', 'spoolDir = /tmp; decodeErrorPolicy = nonsense', 'spoolDir = /tmp; batchSize = 1000'],
  TAILDIR: ['', 'filegroups = f1', 'filegroups = f1; filegroups.f1 = /tmp/.*log', 'filegroups.f1 = /tmp/.*log', 'filegroups = f1; filegroups.f1 = /tmp/.*log; batchSize = 1000'],
  syslogtcp: ['', 'port = 0', 'host = 127.0.0.1', 'host = 127.0.0.1; port = 0', 'host = 127.0.0.1; port = 0; eventSize = x'],
  syslogudp: ['', 'port = 0', 'host = 127.0.0.1; port = 0'],
  multiport_syslogtcp: ['', 'ports = 0 1', 'host = 127.0.0.1; ports = 0 1', 'host = 127.0.0.1; ports = x', 'host = 127.0.0.1; ports = 0; batchSize = 1000'],
  http: ['', 'port = 0', 'port = 5140', 'port = 5140; handler = nonsense', 'port = 5140; handler = org.apache.flume.source.http.JSONHandler', 'port = x'],
  'org.apache.flume.source.scribe.ScribeSource': ['', 'port = x', 'port = 5; workerThreads = 0'],
  'org.apache.flume.source.kafka.KafkaSource': ['', 'kafka.bootstrap.servers = h:1', 'kafka.bootstrap.servers = h:1; kafka.topics = t', 'kafka.bootstrap.servers = h:1; kafka.topics.regex = t.*', 'kafka.topics = t', 'kafka.bootstrap.servers = h:1; kafka.topics = t; batchSize = 1000'],
};
const SINKS: Readonly<Record<string, readonly string[]>> = {
  logger: ['', 'maxBytesToLog = 5', 'maxBytesToLog = x'],
  null: ['', 'batchSize = 0', 'batchSize = x', 'logEveryNEvents = x', 'logEveryNEvents = 0'],
  file_roll: ['', 'sink.directory = /tmp', 'sink.directory = /tmp; sink.rollInterval = 0', 'sink.directory = /tmp; sink.rollInterval = x', 'sink.directory = /tmp; sink.batchSize = 1000', 'sink.directory = /tmp; sink.serializer = nonsense'],
  avro: ['', 'hostname = h', 'port = 5', 'hostname = h; port = 5', 'hostname = h; port = x', 'hostname = h; port = 5; batch-size = 1000', 'hostname = h; port = 5; batch-size = 0', 'hostname = h; port = 5; compression-type = deflate; compression-level = 12', 'hostname = h; port = 5; connect-timeout = 5'],
  thrift: ['', 'hostname = h; port = 5', 'hostname = h; port = 5; batch-size = 1000'],
  hdfs: ['', 'hdfs.path = /x', 'hdfs.path = /x; hdfs.batchSize = 1000', 'hdfs.path = /x; hdfs.batchSize = 0', 'hdfs.path = /x; hdfs.rollInterval = x', 'hdfs.path = /x; hdfs.fileType = CompressedStream', 'hdfs.path = /x; hdfs.fileType = CompressedStream; hdfs.codeC = gzip', 'hdfs.path = /x; hdfs.fileType = DataStream; hdfs.codeC = gzip', 'hdfs.path = /x; hdfs.fileType = DataStream', 'hdfs.path = /x; hdfs.round = true', 'hdfs.path = /x; hdfs.round = true; hdfs.roundValue = 70', 'hdfs.path = /x; hdfs.round = true; hdfs.roundUnit = nonsense', 'hdfs.path = /x; hdfs.timeZone = nonsense', 'hdfs.path = /x; hdfs.codeC = nonsense'],
  irc: ['', 'hostname = h', 'hostname = h; nick = n', 'hostname = h; nick = n; chan = c', 'hostname = h; nick = n; chan = c; port = x'],
  http: ['', 'endpoint = http://h/x', 'endpoint = nonsense', 'endpoint = http://h/x; connectTimeout = 0', 'endpoint = http://h/x; requestTimeout = x', 'endpoint = http://h/x; backoff.5XX = false; rollback.404 = true'],
  'org.apache.flume.sink.kafka.KafkaSink': ['', 'kafka.bootstrap.servers = h:1', 'kafka.bootstrap.servers = h:1; flumeBatchSize = 1000', 'kafka.bootstrap.servers = h:1; kafka.topic = t; kafka.producer.acks = all'],
};
const CHANNELS: Readonly<Record<string, readonly string[]>> = {
  memory: ['capacity = 0', 'capacity = -5', 'transactionCapacity = 0', 'keep-alive = x', 'capacity = 1000; transactionCapacity = 100; byteCapacity = 0', 'byteCapacityBufferPercentage = x'],
  SPILLABLEMEMORY: ['memoryCapacity = 0; overflowCapacity = 0', 'memoryCapacity = x'],
  jdbc: [],
  'org.apache.flume.channel.PseudoTxnMemoryChannel': ['', 'capacity = x'],
  'org.apache.flume.channel.kafka.KafkaChannel': ['', 'kafka.bootstrap.servers = h:1'],
};
const INTERCEPTORS: Readonly<Record<string, readonly string[]>> = {
  timestamp: ['', 'preserveExisting = yes', 'headerName = t'], host: ['', 'useIP = no'], static: ['', 'key = a; value = b'],
  remove_header: ['', 'withName = a', 'matching = [', 'fromList = a,b'], search_replace: ['', 'searchPattern = a', 'searchPattern = a; replaceString = b', 'searchPattern = ['],
  regex_filter: ['', 'regex = [', 'regex = a; excludeEvents = yes'],
  regex_extractor: ['', 'regex = (a)', 'regex = (a); serializers = s', 'regex = (a); serializers = s; serializers.s.name = n', 'regex = (a); serializers = s; serializers.s.name = n; serializers.s.type = nonsense', 'serializers = s; serializers.s.name = n', 'regex = [; serializers = s; serializers.s.name = n'],
};

const table = (kind: string, types: Readonly<Record<string, readonly string[]>>, text: (type: string, keys: string) => string): readonly (readonly [string, string])[] =>
  Object.entries(types).flatMap(([type, all]) => all.map((keys) => [`${kind} ${type}: ${keys === '' ? 'no keys' : keys}`, text(type, keys)] as const));

export const KEYS_OF_TYPES: Readonly<Record<string, string>> = Object.fromEntries([...table('source', SOURCES, source), ...table('sink', SINKS, sink), ...table('channel', CHANNELS, channel), ...table('interceptor', INTERCEPTORS, interceptor)]);
