// What the types and keys of programs, ports, lines and plain files mean, one sentence each.

const unused = 'Of Flume; not needed here.';
const serverTls = {
  ssl: 'Speaks TLS.', keystore: 'File with the private key and its certificate: JKS, PKCS12 or PEM.', 'keystore-password': 'Password of that file.',
  'keystore-type': 'Kind of that file; it is recognised by itself.',
  'include-protocols': 'Versions of TLS that are spoken, and no others: TLSv1.2 TLSv1.3.', 'exclude-protocols': 'Versions of TLS that are not spoken. SSLv3 never is.',
  'include-cipher-suites': 'Cipher suites that are offered, and no others, by Java’s names.', 'exclude-cipher-suites': 'Cipher suites that are not offered, by Java’s names.',
};
const port = 'Port to listen on.';
const bind = 'Address of this machine to listen on; 0.0.0.0 is all of them.';
const host = 'Address of this machine to listen on. Empty: all of them.';
const batch = 'Most events in one transaction.';
const syslog = {
  keepFields: 'Parts of the head that stay in the body: none, all, or some of “priority version timestamp hostname”.',
  clientIPHeader: 'Header for the address of the sender. Empty: it is not told.', clientHostnameHeader: 'Header for the name of the sender’s machine. Empty: it is not told.',
};
const eventSize = 'Most bytes of one message; a longer one is cut and marked as incomplete.';

export const basicHelp = {
  'source seq': {
    about: 'Counts: each event is the next number. For trying out a pipeline.',
    keys: { batchSize: batch, totalEvents: 'Stops after so many events.' },
  },
  'source org.apache.flume.source.StressSource': {
    about: 'Makes events of one size as fast as they are taken. For measuring a pipeline.',
    keys: {
      size: 'Bytes of each body.', batchSize: batch, maxTotalEvents: 'Stops after so many events were tried; -1 is never.', maxSuccessfulEvents: 'Stops after so many events were taken; -1 is never.',
      maxEventsPerSecond: 'Makes no more than this; 0 is without limit.',
    },
  },
  'source exec': {
    about: 'Runs a program; each line that it prints is an event. While the channels are full the program has to wait.',
    keys: {
      command: 'The program and its arguments, or the line for the shell.', shell: 'Shell that runs the command, with its option: /bin/sh -c. Empty: the command is run directly.',
      restart: 'Starts the program again when it has ended.', restartThrottle: 'How long to wait before it is started again.', logStdErr: 'Puts what the program prints on stderr into the log.',
      batchSize: batch, batchTimeout: 'Events that wait so long go even if the batch is not full.', charset: 'Character set of what the program prints.',
    },
  },
  'source netcat': {
    about: 'Takes lines over TCP, each an event, and answers OK to each one that the channels have.',
    keys: {
      bind, port, 'max-line-length': 'Most characters of a line with its end; a longer one is refused and its connection ends.', 'ack-every-event': 'Answers OK to every line.',
      encoding: 'Character set of the lines; bodies are UTF-8.',
    },
  },
  'source netcatudp': {
    about: 'Takes datagrams, each an event up to its first line end. UDP cannot be asked to wait: what finds full channels for long is lost.',
    keys: { bind: host, port, remoteAddress: 'Header for the sender’s address and port. Empty: it is not told.' },
  },
  'source syslogtcp': {
    about: 'Takes syslog over TCP, one message a line, by RFC 5424 and RFC 3164.',
    keys: { host, port, eventSize, ...syslog, ...serverTls },
  },
  'source multiport_syslogtcp': {
    about: 'Takes syslog over TCP on several ports, in batches, each port with a character set of its own.',
    keys: {
      host, ports: 'Ports to listen on, separated by blanks.', eventSize, batchSize: batch, portHeader: 'Header for the port that a message came to. Empty: it is not told.',
      'charset.default': 'Character set of ports that have none of their own.', readBufferBytes: unused, numProcessors: unused, ...syslog, ...serverTls,
    },
  },
  'source syslogudp': {
    about: 'Takes syslog over UDP, one message a datagram. UDP cannot be asked to wait: what finds full channels for long is lost.',
    keys: { host, port, ...syslog },
  },
  'source http': {
    about: 'Takes events by HTTP POST. The answer 200 says that every required channel has them; 503 says to send them again later.',
    keys: {
      bind, port, handler: 'How requests become events: JSONHandler takes [{"headers": {}, "body": ""}], BlobHandler makes one event of a request.',
      'handler.maxBlobLength': 'With BlobHandler: most bytes of a request.', maxRequestBytes: 'A larger request is refused before it is read.', ...serverTls,
    },
  },
  'sink logger': {
    about: 'Prints each event as a line of the log: headers and the beginning of the body.',
    keys: { maxBytesToLog: 'Most bytes of a body that are printed.' },
  },
  'sink null': {
    about: 'Takes events and drops them. For measuring a pipeline.',
    keys: { batchSize: batch, logEveryNEvents: 'Puts a line into the log after every so many events.' },
  },
  'sink file_roll': {
    about: 'Writes events into files of a folder, a new file after a time. What has left the channel is on disk, once.',
    keys: {
      'sink.directory': 'Folder for the files.', 'sink.rollInterval': 'A new file begins after so long; 0 is never.', 'sink.batchSize': 'Most events in one transaction. Each transaction waits for the disk once.',
      'sink.serializer': 'How events are written: TEXT, HEADER_AND_TEXT, AVRO_EVENT.', 'sink.pathManager': 'How files are named: DEFAULT by the start of the sink, ROLLTIME by the time each was begun.',
      'sink.pathManager.extension': 'Ending of the names, without its dot.', 'sink.pathManager.prefix': 'Beginning of the names.',
    },
  },
  'sink http': {
    about: 'Sends each event as a POST. What a status means for the event is set by rollback, backoff and incrementMetrics.',
    keys: {
      endpoint: 'Address to send to: http:// or https://.', connectTimeout: 'How long connecting may take.', requestTimeout: 'How long the other side may take to answer.',
      contentTypeHeader: 'Content-Type of the requests.', acceptHeader: 'Accept of the requests.', defaultBackoff: 'Whether to pause after a status for which backoff says nothing.',
      defaultRollback: 'Whether an event stays in the channel after a status for which rollback says nothing. Even 200 is such a status: set rollback.2XX = false.',
      defaultIncrementMetrics: 'Whether an event counts as delivered after a status for which incrementMetrics says nothing.',
    },
  },
  'sink irc': {
    about: 'Says each event in a channel of IRC.',
    keys: {
      hostname: 'Machine of the IRC server.', port: 'Port of the server.', nick: 'Name to appear under.', chan: 'Channel to speak in, without its #.', user: 'User name. Empty: the nick.',
      password: 'Password of the server.', name: 'Real name. Empty: the nick.', splitlines: 'Says each line of a body for itself.', splitchars: 'What separates lines: a pattern.',
    },
  },
};
