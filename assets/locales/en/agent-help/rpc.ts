// What the types and keys of Avro, Thrift, Scribe and Flume 0.9 mean, one sentence each.

const lists = {
  'include-protocols': 'Versions of TLS that are spoken, and no others: TLSv1.2 TLSv1.3.', 'exclude-protocols': 'Versions of TLS that are not spoken. SSLv3 never is.',
  'include-cipher-suites': 'Cipher suites that are offered, and no others, by Java’s names.', 'exclude-cipher-suites': 'Cipher suites that are not offered, by Java’s names.',
};
const serverTls = {
  ssl: 'Speaks TLS.', keystore: 'File with the private key and its certificate: JKS, PKCS12 or PEM.', 'keystore-password': 'Password of that file.',
  'keystore-type': 'Kind of that file; it is recognised by itself.', ...lists,
};
const clientTls = {
  ssl: 'Speaks TLS.', truststore: 'File with the certificates that are trusted: JKS, PKCS12 or PEM. Empty: those of the system.', 'truststore-password': 'Password of that file.',
  'truststore-type': 'Kind of that file; it is recognised by itself.', 'trust-all-certs': 'Trusts every certificate. For tests only.', ...lists,
};
const address = { bind: 'Address of this machine to listen on; 0.0.0.0 is all of them.', port: 'Port to listen on.' };
const unused = 'Of Flume; not needed here.';
const limit = { maxMessageBytes: 'A message that is larger is not read, and its sender is cut off.' };
const sink = {
  hostname: 'Machine of the source to send to.', port: 'Port of that source.', 'batch-size': 'Most events in one transaction, and in one call.',
  'connect-timeout': 'How long connecting may take; less than 1000 means 20000.', 'request-timeout': 'How long the other side may take to answer; less than 1000 means 20000.',
};
const reset = 'Connects anew after so many seconds, so that load is spread again; 0 is never.';
const protocol = { protocol: 'How Thrift writes values; the same on both sides.' };
const kerberos = 'Kerberos is recognised and not spoken: use ssl.';
const legacy = { host: 'Address of this machine to listen on.', port: 'Port to listen on.', ...limit };

export const rpcHelp = {
  'source avro': {
    about: 'Takes events from Avro sinks and clients of Flume or Sluice. A sender hears OK once every required channel has its events.',
    keys: {
      ...address, threads: unused, 'compression-type': 'Whether what is sent is compressed; the same on both sides.', ...serverTls,
      ipFilter: 'Whether ipFilterRules say who may connect.', ipFilterRules: 'allow:ip:10.*,deny:name:*.example.com,... The first rule that fits decides; who fits none may connect.', ...limit,
    },
  },
  'sink avro': {
    about: 'Sends events to an Avro source of Flume or Sluice, one batch a transaction.',
    keys: {
      ...sink, 'reset-connection-interval': reset, 'compression-type': 'Whether to compress; the same on both sides.', 'compression-level': '1 is quick, 9 is small, 0 does not compress.', ...clientTls,
      'ssl-compression-order': 'With ssl and deflate: what the source expects. Flume 1.11 wants zlib around TLS, Flume 1.9 TLS around zlib; auto tries both.', maxIoWorkers: unused,
    },
  },
  'source thrift': {
    about: 'Takes events from Thrift sinks and clients of Flume or Sluice. A sender hears OK once every required channel has its events.',
    keys: { ...address, threads: unused, ...protocol, ...serverTls, kerberos, 'agent-principal': kerberos, 'agent-keytab': kerberos, ...limit },
  },
  'sink thrift': {
    about: 'Sends events to a Thrift source of Flume or Sluice, one batch a transaction.',
    keys: { ...sink, 'connection-reset-interval': reset, ...protocol, ...clientTls, kerberos, 'client-principal': kerberos, 'client-keytab': kerberos, 'server-principal': kerberos, maxConnections: unused },
  },
  'source org.apache.flume.source.scribe.ScribeSource': {
    about: 'Takes log lines from Scribe’s clients; the category becomes a header.',
    keys: { port: 'Port to listen on, on all addresses.', maxReadBufferBytes: 'A message that is larger is not read.', workerThreads: unused },
  },
  'source org.apache.flume.source.avroLegacy.AvroLegacySource': { about: 'Takes events from agents of Flume 0.9 over Avro.', keys: legacy },
  'source org.apache.flume.source.thriftLegacy.ThriftLegacySource': { about: 'Takes events from agents of Flume 0.9 over Thrift. They are not answered: while the channel is full, no more is read.', keys: legacy },
};
