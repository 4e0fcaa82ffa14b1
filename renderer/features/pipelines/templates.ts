// Texts to begin with. Each runs after a look at its folders and addresses; the comments say what to change.
export type TemplateName = 'empty' | 'hello' | 'shared' | 'queue' | 'log';
export const TEMPLATES: readonly TemplateName[] = ['empty', 'hello', 'shared', 'queue', 'log'];

const hello = `# Lines sent to port 44444 of this computer are written to the log.
a1.sources = r1
a1.channels = c1
a1.sinks = k1

a1.sources.r1.type = netcat
a1.sources.r1.bind = 127.0.0.1
a1.sources.r1.port = 44444
a1.sources.r1.channels = c1

a1.channels.c1.type = memory
a1.channels.c1.capacity = 10000
a1.channels.c1.transactionCapacity = 1000

a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
`;

const shared = `# Sync by shared storage, in real time: files that grow in one folder are followed line by line
# and written to a folder that the other side shares. Change the two folders.
# Lag: what waits in the channel, seconds at most.
a1.sources = files
a1.channels = buffer
a1.sinks = shared

a1.sources.files.type = TAILDIR
a1.sources.files.filegroups = all
a1.sources.files.filegroups.all = /var/log/app/.*\\\\.log
a1.sources.files.positionFile = /var/lib/sluice/shared/positions.json
a1.sources.files.fileHeader = true
a1.sources.files.channels = buffer

a1.channels.buffer.type = file
a1.channels.buffer.checkpointDir = /var/lib/sluice/shared/checkpoint
a1.channels.buffer.dataDirs = /var/lib/sluice/shared/data

a1.sinks.shared.type = file_roll
a1.sinks.shared.sink.directory = /mnt/shared/app
a1.sinks.shared.sink.rollInterval = 60
a1.sinks.shared.channel = buffer
`;

const queue = `# Sync by a queue, asynchronously: events are kept on disk until the broker has them,
# and the other side reads the topic when it can. Change the broker, the topic and the folders.
# Lag: what waits in the channel until the broker has it; the topic holds the rest.
a1.sources = events
a1.channels = buffer
a1.sinks = topic

a1.sources.events.type = avro
a1.sources.events.bind = 127.0.0.1
a1.sources.events.port = 4141
a1.sources.events.channels = buffer

a1.channels.buffer.type = file
a1.channels.buffer.checkpointDir = /var/lib/sluice/queue/checkpoint
a1.channels.buffer.dataDirs = /var/lib/sluice/queue/data

a1.sinks.topic.type = org.apache.flume.sink.kafka.KafkaSink
a1.sinks.topic.kafka.bootstrap.servers = localhost:9092
a1.sinks.topic.kafka.topic = replication
a1.sinks.topic.kafka.producer.acks = all
a1.sinks.topic.channel = buffer
`;

const log = `# Sync by a log of files: every event is appended to files by time, and the other side replays them.
# Change the folders. Lag: what waits on disk in the channel.
a1.sources = events
a1.channels = buffer
a1.sinks = log

a1.sources.events.type = avro
a1.sources.events.bind = 127.0.0.1
a1.sources.events.port = 4142
a1.sources.events.interceptors = time
a1.sources.events.interceptors.time.type = timestamp
a1.sources.events.channels = buffer

a1.channels.buffer.type = file
a1.channels.buffer.checkpointDir = /var/lib/sluice/log/checkpoint
a1.channels.buffer.dataDirs = /var/lib/sluice/log/data

a1.sinks.log.type = file_roll
a1.sinks.log.sink.directory = /srv/replication-log
a1.sinks.log.sink.rollInterval = 300
a1.sinks.log.sink.serializer = avro_event
a1.sinks.log.channel = buffer
`;

const TEXTS: Record<TemplateName, string> = { empty: '', hello, shared, queue, log };

/** With the agent's name in place of a1. */
export function templateText(name: TemplateName, agent: string): string {
  return TEXTS[name].replace(/^a1\./gm, `${agent}.`);
}
