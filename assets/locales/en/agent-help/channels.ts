// What the types and keys of channels mean, one sentence each.

const keepAlive = 'How long a put waits for room, and a take for events.';
const bytes = {
  byteCapacity: 'Most bytes of bodies in memory. Empty: 80 % of the memory that the process may have.',
  byteCapacityBufferPercentage: 'Part of byteCapacity that is left for headers.',
};
const file = {
  checkpointDir: 'Folder for the checkpoint, which makes a start quick. It belongs to this channel alone.',
  dataDirs: 'Folders for the events, separated by commas; on several disks they are used in turn. They belong to this channel alone.',
  transactionCapacity: 'Most events in one transaction.',
  'keep-alive': keepAlive,
  checkpointInterval: 'How often a checkpoint is written.',
  maxFileSize: 'A file of the log that has grown to this size is followed by a new one.',
  minimumRequiredSpace: 'Room that stays free on the disk: with less, senders wait.',
  useDualCheckpoints: 'Writes each checkpoint a second time, in case the first is damaged.',
  backupCheckpointDir: 'Folder for the second checkpoint.',
  compressBackupCheckpoint: 'Packs the second checkpoint with gzip.',
  checkpointOnClose: 'Writes a checkpoint at the end, so that the next start is quick.',
  fsyncPerTransaction: 'A commit waits until its events are on the disk. Without it, a power cut loses what was acknowledged last.',
  fsyncInterval: 'How often the disk is waited for when commits do not wait.',
  'use-fast-replay': 'Of Flume; a replay is always fast here.',
  'use-log-replay-v1': 'Of Flume; not needed here.',
  'encryption.activeKey': 'Name of the key that new events are encrypted with. Empty: they are not encrypted.',
  'encryption.cipherProvider': 'Of Flume; AES-256-GCM is used.',
  'encryption.keyProvider': 'Where keys come from: JCEKSFILE is a store of Java, KEYFILE a file of lines “name = key”, VALUES are keys of this configuration, as from a vault.',
  'encryption.keyProvider.keyStoreFile': 'JCEKS store of Java with the keys.',
  'encryption.keyProvider.keyStorePasswordFile': 'File with the password of that store.',
  'encryption.keyProvider.keyFile': 'File of lines “name = key”, keys of 16, 24 or 32 bytes in hexadecimal or base64.',
  'encryption.keyProvider.keys': 'Names of the keys, the former ones included, separated by blanks.',
};

export const channelsHelp = {
  'channel memory': {
    about: 'Keeps events in memory: quick, and gone when the process ends.',
    keys: { capacity: 'Most events in the channel.', transactionCapacity: 'Most events in one transaction; not more than capacity.', 'keep-alive': keepAlive, ...bytes },
  },
  'channel file': {
    about: 'Keeps events on disk. What was acknowledged survives a crash and a power cut. A file channel of Flume in its folders is taken over.',
    keys: { ...file, capacity: 'Most events in the channel.' },
  },
  'channel SPILLABLEMEMORY': {
    about: 'Keeps events in memory, and on disk when memory is full. What is in memory is gone when the process ends.',
    keys: {
      ...file, ...bytes,
      memoryCapacity: 'Most events in memory; 0 puts everything on disk.', overflowCapacity: 'Most events on disk; 0 puts everything in memory.',
      overflowTimeout: 'How long a put waits for room in memory before it goes to disk.', avgEventSize: 'Of Flume: how large an event is taken to be.',
    },
  },
  'channel jdbc': {
    about: 'Keeps events in a database, which is a file of SQLite here. What was acknowledged survives a crash; the file channel is far quicker.',
    keys: {
      'db.type': 'Of Flume, which knew Derby; SQLite is used.', 'driver.class': 'Of Flume; not used.', 'driver.url': 'Of Flume; the file is in the agent’s own folder.', 'db.username': 'Of Flume; not used.',
      'db.password': 'Of Flume; not used.', 'connection.properties.file': 'Of Flume; not used.', 'create.schema': 'Of Flume; tables are made by themselves.', 'create.index': 'Of Flume; not used.',
      'create.foreignkey': 'Of Flume; not used.', 'transaction.isolation': 'Of Flume; transactions follow one another.', 'maximum.connections': 'Of Flume; not used.',
      'maximum.capacity': 'Most events in the channel; 0 for no bound.', 'sysprop.user.home': 'Of Flume; not used.',
    },
  },
  'channel org.apache.flume.channel.PseudoTxnMemoryChannel': {
    about: 'A queue in memory without transactions, for tests: what is taken is gone, even when its delivery fails.',
    keys: { capacity: 'Most events in the channel.', 'keep-alive': keepAlive },
  },
};
