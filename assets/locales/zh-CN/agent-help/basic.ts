// 程序、端口、文本行和普通文件的类型与键的含义，各一句。
import type { basicHelp as en } from '../../en/agent-help/basic.ts';

const unused = 'Flume 的键，这里不需要。';
const serverTls = {
  ssl: '使用 TLS。', keystore: '含私钥和证书的文件：JKS、PKCS12 或 PEM。', 'keystore-password': '该文件的密码。', 'keystore-type': '该文件的种类；会自动识别。',
  'include-protocols': '只使用这些 TLS 版本：TLSv1.2 TLSv1.3。', 'exclude-protocols': '不使用的 TLS 版本；SSLv3 始终不用。',
  'include-cipher-suites': '只提供这些加密套件，用 Java 的名称。', 'exclude-cipher-suites': '不提供的加密套件，用 Java 的名称。',
};
const port = '监听的端口。';
const bind = '在本机哪个地址上监听；0.0.0.0 表示全部。';
const host = '在本机哪个地址上监听。留空表示全部。';
const batch = '一个事务中最多的事件数。';
const syslog = {
  keepFields: '消息头中保留在正文里的部分：none、all，或“priority version timestamp hostname”中的若干项。',
  clientIPHeader: '存放发送方地址的头。留空则不记录。', clientHostnameHeader: '存放发送方主机名的头。留空则不记录。',
};
const eventSize = '一条消息最多的字节数；更长的会被截断并标记为不完整。';

export const basicHelp = {
  'source seq': {
    about: '计数：每个事件是下一个数字。用于试运行管道。',
    keys: { batchSize: batch, totalEvents: '产生这么多事件后停止。' },
  },
  'source org.apache.flume.source.StressSource': {
    about: '尽快产生固定大小的事件。用于测量管道。',
    keys: {
      size: '每个正文的字节数。', batchSize: batch, maxTotalEvents: '尝试这么多事件后停止；-1 表示不停。', maxSuccessfulEvents: '成功这么多事件后停止；-1 表示不停。',
      maxEventsPerSecond: '每秒最多产生的事件数；0 表示不限。',
    },
  },
  'source exec': {
    about: '运行一个程序，它输出的每一行是一个事件。通道已满时程序要等待。',
    keys: {
      command: '程序及其参数，或交给 shell 的命令行。', shell: '执行命令的 shell 及其选项：/bin/sh -c。留空则直接运行命令。',
      restart: '程序结束后重新启动。', restartThrottle: '重新启动前等待多长时间。', logStdErr: '把程序写到 stderr 的内容放进日志。',
      batchSize: batch, batchTimeout: '等了这么久的事件，即使一批未满也会送出。', charset: '程序输出的字符集。',
    },
  },
  'source netcat': {
    about: '通过 TCP 接收文本行，每行一个事件；通道收下后回答 OK。',
    keys: {
      bind, port, 'max-line-length': '一行连同行尾最多的字符数；更长的行被拒绝，连接随之结束。', 'ack-every-event': '对每一行回答 OK。',
      encoding: '这些行的字符集；正文为 UTF-8。',
    },
  },
  'source netcatudp': {
    about: '接收数据报，每个数据报到第一个行尾为止是一个事件。UDP 不能让对方等待：通道长时间已满时会丢失。',
    keys: { bind: host, port, remoteAddress: '存放发送方地址和端口的头。留空则不记录。' },
  },
  'source syslogtcp': {
    about: '通过 TCP 接收 syslog，每行一条消息，支持 RFC 5424 和 RFC 3164。',
    keys: { host, port, eventSize, ...syslog, ...serverTls },
  },
  'source multiport_syslogtcp': {
    about: '通过 TCP 在多个端口上成批接收 syslog，每个端口可有自己的字符集。',
    keys: {
      host, ports: '监听的端口，用空格分隔。', eventSize, batchSize: batch, portHeader: '存放消息到达端口的头。留空则不记录。',
      'charset.default': '没有单独设置的端口所用的字符集。', readBufferBytes: unused, numProcessors: unused, ...syslog, ...serverTls,
    },
  },
  'source syslogudp': {
    about: '通过 UDP 接收 syslog，每个数据报一条消息。UDP 不能让对方等待：通道长时间已满时会丢失。',
    keys: { host, port, ...syslog },
  },
  'source http': {
    about: '通过 HTTP POST 接收事件。回答 200 表示所有必需通道都已收下；503 表示请稍后再发。',
    keys: {
      bind, port, handler: '请求如何变成事件：JSONHandler 接收 [{"headers": {}, "body": ""}]，BlobHandler 把一个请求变成一个事件。',
      'handler.maxBlobLength': '用 BlobHandler 时：一个请求最多的字节数。', maxRequestBytes: '更大的请求在读取之前就被拒绝。', ...serverTls,
    },
  },
  'sink logger': {
    about: '把每个事件打印成一行日志：头和正文的开头。',
    keys: { maxBytesToLog: '正文最多打印的字节数。' },
  },
  'sink null': {
    about: '收下事件后丢弃。用于测量管道。',
    keys: { batchSize: batch, logEveryNEvents: '每过这么多事件在日志里写一行。' },
  },
  'sink file_roll': {
    about: '把事件写入文件夹中的文件，每过一段时间换一个新文件。离开通道的事件都已在磁盘上，且只有一份。',
    keys: {
      'sink.directory': '存放文件的文件夹。', 'sink.rollInterval': '过这么久开始新文件；0 表示从不。', 'sink.batchSize': '一个事务中最多的事件数。每个事务等待一次磁盘。',
      'sink.serializer': '事件的写法：TEXT、HEADER_AND_TEXT、AVRO_EVENT。', 'sink.pathManager': '文件的命名：DEFAULT 按接收器的启动时间，ROLLTIME 按每个文件的开始时间。',
      'sink.pathManager.extension': '文件名的结尾，不含点。', 'sink.pathManager.prefix': '文件名的开头。',
    },
  },
  'sink http': {
    about: '每个事件发一个 POST。各状态码对事件意味着什么，由 rollback、backoff 和 incrementMetrics 决定。',
    keys: {
      endpoint: '发往的地址：http:// 或 https://。', connectTimeout: '连接最多用多长时间。', requestTimeout: '等待对方回答的最长时间。',
      contentTypeHeader: '请求的 Content-Type。', acceptHeader: '请求的 Accept。', defaultBackoff: 'backoff 未规定的状态码之后是否暂停。',
      defaultRollback: 'rollback 未规定的状态码之后事件是否留在通道中。200 也算在内：请设置 rollback.2XX = false。',
      defaultIncrementMetrics: 'incrementMetrics 未规定的状态码之后事件是否计为已送达。',
    },
  },
  'sink irc': {
    about: '在 IRC 频道里逐个说出事件。',
    keys: {
      hostname: 'IRC 服务器所在的机器。', port: '服务器的端口。', nick: '显示的昵称。', chan: '发言的频道，不含 #。', user: '用户名。留空则用昵称。',
      password: '服务器的密码。', name: '真实姓名。留空则用昵称。', splitlines: '正文的每一行分别发送。', splitchars: '分隔各行的模式。',
    },
  },
} satisfies typeof en;
