// Avro、Thrift、Scribe 与 Flume 0.9 组件的类型与键的含义，各一句。
import type { rpcHelp as en } from '../../en/agent-help/rpc.ts';

const lists = {
  'include-protocols': '只使用这些 TLS 版本：TLSv1.2 TLSv1.3。', 'exclude-protocols': '不使用的 TLS 版本；SSLv3 始终不用。',
  'include-cipher-suites': '只提供这些加密套件，用 Java 的名称。', 'exclude-cipher-suites': '不提供的加密套件，用 Java 的名称。',
};
const serverTls = {
  ssl: '使用 TLS。', keystore: '含私钥和证书的文件：JKS、PKCS12 或 PEM。', 'keystore-password': '该文件的密码。', 'keystore-type': '该文件的种类；会自动识别。', ...lists,
};
const clientTls = {
  ssl: '使用 TLS。', truststore: '受信任证书的文件：JKS、PKCS12 或 PEM。留空则使用系统证书。', 'truststore-password': '该文件的密码。', 'truststore-type': '该文件的种类；会自动识别。',
  'trust-all-certs': '信任任何证书，仅用于测试。', ...lists,
};
const address = { bind: '在本机哪个地址上监听；0.0.0.0 表示全部。', port: '监听的端口。' };
const unused = 'Flume 的键，这里不需要。';
const limit = { maxMessageBytes: '更大的消息不会读取，并断开其发送方。' };
const sink = {
  hostname: '目标源所在的机器。', port: '该源的端口。', 'batch-size': '一个事务、也是一次调用中最多的事件数。',
  'connect-timeout': '连接最多用多长时间；小于 1000 按 20000 计。', 'request-timeout': '等待对方回答的最长时间；小于 1000 按 20000 计。',
};
const reset = '每隔这么多秒重新连接，使负载重新分布；0 表示从不。';
const protocol = { protocol: 'Thrift 的编码方式；两边必须相同。' };
const kerberos = '能识别 Kerberos，但不支持：请使用 ssl。';
const legacy = { host: '在本机哪个地址上监听。', port: '监听的端口。', ...limit };

export const rpcHelp = {
  'source avro': {
    about: '接收 Flume 或 Sluice 的 Avro 接收器和客户端发来的事件。所有必需通道都收下后，发送方才得到 OK。',
    keys: {
      ...address, threads: unused, 'compression-type': '发来的数据是否压缩；两边必须相同。', ...serverTls,
      ipFilter: '是否按 ipFilterRules 决定谁可以连接。', ipFilterRules: 'allow:ip:10.*,deny:name:*.example.com 等。第一条符合的规则决定；都不符合则允许。', ...limit,
    },
  },
  'sink avro': {
    about: '把事件发给 Flume 或 Sluice 的 Avro 源，每个事务一批。',
    keys: {
      ...sink, 'reset-connection-interval': reset, 'compression-type': '是否压缩；两边必须相同。', 'compression-level': '1 最快，9 最小，0 不压缩。', ...clientTls,
      'ssl-compression-order': '同时使用 ssl 和 deflate 时对方的次序：Flume 1.11 是 zlib 包住 TLS，Flume 1.9 是 TLS 包住 zlib；auto 两种都试。', maxIoWorkers: unused,
    },
  },
  'source thrift': {
    about: '接收 Flume 或 Sluice 的 Thrift 接收器和客户端发来的事件。所有必需通道都收下后，发送方才得到 OK。',
    keys: { ...address, threads: unused, ...protocol, ...serverTls, kerberos, 'agent-principal': kerberos, 'agent-keytab': kerberos, ...limit },
  },
  'sink thrift': {
    about: '把事件发给 Flume 或 Sluice 的 Thrift 源，每个事务一批。',
    keys: { ...sink, 'connection-reset-interval': reset, ...protocol, ...clientTls, kerberos, 'client-principal': kerberos, 'client-keytab': kerberos, 'server-principal': kerberos, maxConnections: unused },
  },
  'source org.apache.flume.source.scribe.ScribeSource': {
    about: '接收 Scribe 客户端的日志行；类别成为一个头。',
    keys: { port: '在所有地址上监听的端口。', maxReadBufferBytes: '更大的消息不会读取。', workerThreads: unused },
  },
  'source org.apache.flume.source.avroLegacy.AvroLegacySource': { about: '通过 Avro 接收 Flume 0.9 代理的事件。', keys: legacy },
  'source org.apache.flume.source.thriftLegacy.ThriftLegacySource': { about: '通过 Thrift 接收 Flume 0.9 代理的事件。它们没有应答：通道已满时，等到有空位才继续读取。', keys: legacy },
} satisfies typeof en;
