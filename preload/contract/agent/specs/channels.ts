// Types of the agent: memory, file, spillable, jdbc. Keys and defaults as Flume 1.11 has them in its code.
import { choice, component, flag, list, number, text, type ComponentSpec } from '../keys.ts';

const LONG = Number.MAX_SAFE_INTEGER;

const keepAlive = number({ default: 3, unit: 's' });
/** Null: 80 % of the heap that the process may have. */
const byteCapacity = number({ max: LONG, unit: 'bytes' });
const byteCapacityBufferPercentage = number({ default: 20, max: 100, unit: 'percent' });

export const MEMORY_CHANNEL = component({
  kind: 'channel', type: 'memory', classes: ['org.apache.flume.channel.MemoryChannel'],
  keys: {
    capacity: number({ default: 100, min: 1, unit: 'events' }),
    transactionCapacity: number({ default: 100, min: 1, unit: 'events' }),
    'keep-alive': keepAlive,
    byteCapacity,
    byteCapacityBufferPercentage,
  },
});

/** What the file channel and the overflow of a spillable one share (FileChannelConfiguration). */
const FILE_KEYS = {
  checkpointDir: text({ default: '~/.flume/file-channel/checkpoint', hint: 'folder' }),
  dataDirs: list('comma', { default: ['~/.flume/file-channel/data'] }),
  transactionCapacity: number({ default: 10_000, min: 1, unit: 'events' }),
  'keep-alive': keepAlive,
  checkpointInterval: number({ default: 30_000, min: 1, max: LONG, unit: 'ms' }),
  maxFileSize: number({ default: 1_623_195_647, min: 1024, max: LONG, unit: 'bytes' }),
  minimumRequiredSpace: number({ default: 524_288_000, max: LONG, unit: 'bytes' }),
  useDualCheckpoints: flag(false),
  backupCheckpointDir: text({ hint: 'folder' }),
  compressBackupCheckpoint: flag(false),
  checkpointOnClose: flag(true),
  fsyncPerTransaction: flag(true),
  fsyncInterval: number({ default: 5, min: 1, unit: 's' }),
  'use-fast-replay': flag(false),
  'use-log-replay-v1': flag(false),
  'encryption.activeKey': text(),
  'encryption.cipherProvider': text({ default: 'AESCTRNOPADDING' }),
  'encryption.keyProvider': choice(['JCEKSFILE', 'KEYFILE', 'VALUES'], 'JCEKSFILE'),
  'encryption.keyProvider.keyStoreFile': text({ hint: 'path' }),
  'encryption.keyProvider.keyStorePasswordFile': text({ hint: 'path' }),
  'encryption.keyProvider.keyFile': text({ hint: 'path' }),
  'encryption.keyProvider.keys': list('space'),
} as const;

const KEY_FAMILIES = [
  { pattern: 'encryption.keyProvider.keys.*.passwordFile', value: text({ hint: 'path' }) },
  { pattern: 'encryption.keyProvider.keys.*.value', value: text({ secret: true }) },
] as const;

export const FILE_CHANNEL = component({
  kind: 'channel', type: 'file', classes: ['org.apache.flume.channel.file.FileChannel'],
  keys: { ...FILE_KEYS, capacity: number({ default: 1_000_000, min: 1, unit: 'events' }) },
  families: KEY_FAMILIES,
});

export const SPILLABLE_CHANNEL = component({
  kind: 'channel', type: 'SPILLABLEMEMORY', classes: ['org.apache.flume.channel.SpillableMemoryChannel'],
  keys: {
    ...FILE_KEYS,
    memoryCapacity: number({ default: 10_000, unit: 'events' }),
    overflowCapacity: number({ default: 100_000_000, unit: 'events' }),
    overflowTimeout: number({ default: 3, unit: 's' }),
    byteCapacity,
    byteCapacityBufferPercentage,
    avgEventSize: number({ default: 500, min: 1, unit: 'bytes' }),
  },
  families: KEY_FAMILIES,
});

/** Flume's own knows Derby alone; here its events are in a file of SQLite. */
export const JDBC_CHANNEL = component({
  kind: 'channel', type: 'jdbc', classes: ['org.apache.flume.channel.jdbc.JdbcChannel'],
  keys: {
    'db.type': text({ default: 'DERBY' }),
    'driver.class': text({ default: 'org.apache.derby.jdbc.EmbeddedDriver' }),
    'driver.url': text(),
    'db.username': text({ default: 'sa' }),
    'db.password': text({ secret: true }),
    'connection.properties.file': text({ hint: 'path' }),
    'create.schema': flag(true),
    'create.index': flag(true),
    'create.foreignkey': flag(true),
    'transaction.isolation': choice(['READ_UNCOMMITTED', 'READ_COMMITTED', 'REPEATABLE_READ', 'SERIALIZABLE'], 'READ_COMMITTED'),
    'maximum.connections': number({ default: 10, min: 1 }),
    /** 0: no bound. */
    'maximum.capacity': number({ max: LONG, default: 0, unit: 'events' }),
    'sysprop.user.home': text({ hint: 'folder' }),
  },
});

/** For tests: what is put is there at once, with commit or without. */
export const PSEUDO_CHANNEL = component({
  kind: 'channel', type: 'org.apache.flume.channel.PseudoTxnMemoryChannel', classes: [],
  keys: { capacity: number({ default: 50, min: 1, unit: 'events' }), 'keep-alive': keepAlive },
});

export const CHANNELS_SPECS: readonly ComponentSpec[] = [MEMORY_CHANNEL, FILE_CHANNEL, SPILLABLE_CHANNEL, JDBC_CHANNEL, PSEUDO_CHANNEL];
