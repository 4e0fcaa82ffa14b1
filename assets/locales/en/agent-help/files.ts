// What the types and keys of files, folders, HDFS and HBase mean, one sentence each.

const batch = 'Most events in one transaction.';
const charset = 'Character set of the files.';
const bad = 'What becomes of bytes that are no text: FAIL stops, REPLACE writes U+FFFD, IGNORE leaves them out.';
const headers = {
  fileHeader: 'Puts the path of the file into a header.', fileHeaderKey: 'Name of that header.',
  basenameHeader: 'Puts the name of the file, without its folder, into a header.', basenameHeaderKey: 'Name of that header.',
};
const deserializer = { deserializer: 'What an event is: LINE is a line, AVRO a record of an Avro file, BlobDeserializer the whole file.', 'deserializer.**': 'Settings of the deserializer.' };
const httpUri = 'Address that answers WebHDFS or HttpFS, as in http://namenode:9870; several with commas. Empty: it is looked for on the host of the name node.';
const kerberos = 'A login by Kerberos is not spoken here; HttpFS with simple authentication works.';
const unused = 'Of Flume; not needed here.';

export const filesHelp = {
  'source spooldir': {
    about: 'Reads files that are put whole into a folder, and marks those that are through.',
    keys: {
      spoolDir: 'The folder. Files must be moved into it whole, and each name used once.', fileSuffix: 'End of the name of a file that was read.', deletePolicy: 'Whether files that were read are deleted at once.',
      trackingPolicy: 'How a file that was read is marked: by a new name, or by an empty file in trackerDir.', trackerDir: 'Folder of those marks, in spoolDir unless it begins at the root.',
      includePattern: 'Names that are read, as a regular expression of Java.', ignorePattern: 'Names that are not read.', consumeOrder: 'Which file comes next.',
      pollDelay: 'How often it looks for new files.', recursiveDirectorySearch: 'Reads the folders below as well.', batchSize: batch, maxBackoff: 'Longest wait for a channel that is full.',
      inputCharset: charset, decodeErrorPolicy: bad, ...deserializer, ...headers, bufferMaxLineLength: 'Of old Flume: set deserializer.maxLineLength instead.',
    },
  },
  'source TAILDIR': {
    about: 'Follows logs as they grow, each line once, through rotation, truncation, deletion and packing.',
    keys: {
      filegroups: 'Names of the groups of files, separated by blanks.', 'filegroups.*': 'The files of a group: a folder and a regular expression for the name, as in /var/log/app/.*\\.log',
      'headers.*.*': 'A header that the events of a group get: headers.GROUP.NAME.', positionFile: 'File with the places, in Flume’s form. Empty: ~/.flume/taildir_position.json. Take it away to have all read again.',
      byteOffsetHeader: 'Puts the place of each line into the header byteoffset.', skipToEnd: 'Files that are there at the first start are not read, only what is added.',
      idleTimeout: 'A file that did not grow for so long is closed; its last line is an event then though it has no end.', writePosInterval: 'How often the position file is written.', batchSize: batch,
      maxBatchCount: 'Most batches of one file before the next has its turn.', cachePatternMatching: 'Lists a folder only when it has changed.', fileHeader: headers.fileHeader, fileHeaderKey: headers.fileHeaderKey,
      multilineStart: 'A line in which this is found begins an event; the lines behind it belong to it. Empty: each line is an event.', multilineMaxLines: 'Most lines of one event.',
      multilineTimeout: 'An event is complete when no line came for so long.', maxLineBytes: 'A longer line comes as several events.',
    },
  },
  'source hdfs': {
    about: 'Reads new and grown files under a path of HDFS, by name order, each line once.',
    keys: {
      'hdfs.uri': 'The file system: hdfs://namenode:9000, webhdfs://namenode:9870 or file:///.', 'hdfs.user': 'User as which it reads.', 'hdfs.path': 'Folder or file to read. Empty: the path of hdfs.uri.',
      'hdfs.zkQuorum': 'Ensemble in which the place is kept, so that another agent can go on. Empty: in the agent’s own folder.', 'hdfs.zkPath': 'Where in the ensemble.', 'hdfs.httpUri': httpUri,
      'hdfs.batchSize': 'Most events in one transaction; fewer where the channel takes fewer.', 'hdfs.pollInterval': 'How often it looks for new files.', 'hdfs.includePattern': 'Names that are read, as a regular expression of Java.',
      'hdfs.ignorePattern': 'Names that are not read. Hidden and unfinished files never are.', 'hdfs.recursive': 'Reads the folders below as well.', 'hdfs.fromEnd': 'Files that are there at the first start are not read, only what comes after.',
      'hdfs.lastLineAfter': 'A last line without its end is an event when its file was not changed for so long.', inputCharset: charset, decodeErrorPolicy: bad, ...deserializer, ...headers,
    },
  },
  'sink hdfs': {
    about: 'Writes events into files of HDFS, sorted into folders by their headers and times.',
    keys: {
      'hdfs.path': 'Folder of the files, with or without hdfs://HOST:PORT in front. %{header}, %Y, %m, %d, %H and others are put in for each event.', 'hdfs.filePrefix': 'Begin of their names; the same escapes count.',
      'hdfs.fileSuffix': 'End of their names.', 'hdfs.inUsePrefix': 'Put in front of the name while the file is written.', 'hdfs.inUseSuffix': 'Put behind the name while the file is written.', 'hdfs.emptyInUseSuffix': 'Puts nothing behind it.',
      'hdfs.rollInterval': 'A file is closed at this age; 0 is never.', 'hdfs.rollSize': 'A file is closed when its bodies have come to this; 0 is never.', 'hdfs.rollCount': 'A file is closed after so many events; 0 is never.',
      'hdfs.idleTimeout': 'A file into which nothing was written for so long is closed; 0 is never.', 'hdfs.batchSize': batch, 'hdfs.codeC': 'How files are packed: gzip, snappy or deflate.',
      'hdfs.fileType': 'SequenceFile is Hadoop’s own form, DataStream are the events as the serializer writes them, CompressedStream the same packed.', 'hdfs.writeFormat': 'Of a SequenceFile: bodies as bytes (Writable) or as text.',
      'hdfs.maxOpenFiles': 'The file that was used least is closed when more are open.', 'hdfs.minBlockReplicas': unused, 'hdfs.threadsPoolSize': unused, 'hdfs.rollTimerPoolSize': unused,
      'hdfs.callTimeout': 'How long HDFS may take for one call.', 'hdfs.closeTries': 'How often a file is renamed at most, when that fails; 0 is without end.', 'hdfs.retryInterval': 'Time between two such tries.',
      'hdfs.round': 'Rounds the times in names down.', 'hdfs.roundValue': 'To a multiple of this.', 'hdfs.roundUnit': 'Unit of that.', 'hdfs.timeZone': 'Time zone of the times in names, as in Europe/Berlin. Empty: that of this machine.',
      'hdfs.useLocalTimeStamp': 'Takes the time of this machine instead of the header timestamp.', 'hdfs.kerberosPrincipal': kerberos, 'hdfs.kerberosKeytab': kerberos, 'hdfs.proxyUser': 'User as which it writes.',
      'hdfs.httpUri': httpUri, 'hdfs.user': 'User as which it writes.', serializer: 'How an event becomes bytes: TEXT, header_and_text, avro_event.', 'serializer.**': 'Settings of the serializer.',
    },
  },
  'sink hbase2': {
    about: 'Writes each event as a row of a table of HBase.',
    keys: {
      table: 'Name of the table.', columnFamily: 'Column family that is written to.', zookeeperQuorum: 'ZooKeeper of the HBase: host:port, host:port.', znodeParent: 'Root of HBase in that ZooKeeper.', batchSize: batch,
      coalesceIncrements: 'Adds up what one batch adds to a counter.', enableWal: unused, serializer: 'How an event becomes a row: SimpleHBase2EventSerializer or RegexHBase2EventSerializer.',
      kerberosPrincipal: kerberos, kerberosKeytab: kerberos, 'serializer.payloadColumn': 'Column of the body.', 'serializer.incrementColumn': 'Column of the counter of events; empty: none.', 'serializer.incrementRow': 'Row of that counter.',
      'serializer.rowPrefix': 'Begin of the row’s key.', 'serializer.suffix': 'End of the row’s key.', 'serializer.regex': 'Its groups become columns; events that do not match are not written.', 'serializer.regexIgnoreCase': 'Upper and lower case are the same.',
      'serializer.colNames': 'Columns of the groups in turn, separated by commas; ROW_KEY is the row’s key.', 'serializer.rowKeyIndex': 'Number of the group that is the row’s key, from 0; -1: a key is made.', 'serializer.depositHeaders': 'Writes the headers as columns too.',
      'serializer.charset': 'Character set of names and values.',
    },
  },
};
