// 文件、文件夹、HDFS 和 HBase 的类型与键的含义，各一句。
import type { filesHelp as en } from '../../en/agent-help/files.ts';

const batch = '一个事务中最多的事件数。';
const charset = '文件的字符集。';
const bad = '遇到不是文本的字节时：FAIL 停止，REPLACE 写入 U+FFFD，IGNORE 略去。';
const headers = { fileHeader: '把文件路径放进一个头。', fileHeaderKey: '该头的名称。', basenameHeader: '把不含文件夹的文件名放进一个头。', basenameHeaderKey: '该头的名称。' };
const deserializer = { deserializer: '什么算一个事件：LINE 是一行，AVRO 是 Avro 文件的一条记录，BlobDeserializer 是整个文件。', 'deserializer.**': '反序列化器的设置。' };
const httpUri = '提供 WebHDFS 或 HttpFS 的地址，如 http://namenode:9870；多个用逗号分隔。留空则在 NameNode 的主机上寻找。';
const kerberos = '这里不支持 Kerberos 登录；可用简单认证的 HttpFS。';
const unused = 'Flume 的键，这里不需要。';

export const filesHelp = {
  'source spooldir': {
    about: '读取整个放进文件夹的文件，读完后做上标记。',
    keys: {
      spoolDir: '该文件夹。文件必须整个移入，每个名称只用一次。', fileSuffix: '已读文件名称的结尾。', deletePolicy: '已读的文件是否立即删除。',
      trackingPolicy: '已读文件的标记方式：改名，或在 trackerDir 中放一个空文件。', trackerDir: '存放这些标记的文件夹；不以根开头时位于 spoolDir 中。',
      includePattern: '要读的文件名，用 Java 的正则表达式。', ignorePattern: '不读的文件名。', consumeOrder: '接下来读哪个文件。',
      pollDelay: '多久查看一次新文件。', recursiveDirectorySearch: '也读取下级文件夹。', batchSize: batch, maxBackoff: '通道已满时最长的等待。',
      inputCharset: charset, decodeErrorPolicy: bad, ...deserializer, ...headers, bufferMaxLineLength: '旧版 Flume 的键：请改用 deserializer.maxLineLength。',
    },
  },
  'source TAILDIR': {
    about: '跟随不断增长的日志，每行只读一次，经得起轮转、截断、删除和压缩。',
    keys: {
      filegroups: '文件组的名称，用空格分隔。', 'filegroups.*': '一组文件：文件夹加文件名的正则表达式，如 /var/log/app/.*\\.log',
      'headers.*.*': '该组事件得到的头：headers.组.名称。', positionFile: '记录读取位置的文件，采用 Flume 的格式。留空为 ~/.flume/taildir_position.json。拿走它就会全部重读。',
      byteOffsetHeader: '把每行的位置放进头 byteoffset。', skipToEnd: '首次启动时已有的文件不读，只读后来增加的内容。',
      idleTimeout: '这么久没有增长的文件会被关闭；此时没有行尾的最后一行也成为事件。', writePosInterval: '多久写一次位置文件。', batchSize: batch,
      maxBatchCount: '轮到下一个文件之前，一个文件最多的批数。', cachePatternMatching: '文件夹有变化时才重新列出。', fileHeader: headers.fileHeader, fileHeaderKey: headers.fileHeaderKey,
      multilineStart: '能找到它的行开始一个事件，后面的行属于该事件。留空则每行一个事件。', multilineMaxLines: '一个事件最多的行数。',
      multilineTimeout: '这么久没有新行时，事件视为完整。', maxLineBytes: '更长的行分成几个事件。',
    },
  },
  'source hdfs': {
    about: '按名称顺序读取 HDFS 某路径下新增和增长的文件，每行只读一次。',
    keys: {
      'hdfs.uri': '文件系统：hdfs://namenode:9000、webhdfs://namenode:9870 或 file:///。', 'hdfs.user': '读取时的用户。', 'hdfs.path': '要读的文件夹或文件。留空则用 hdfs.uri 的路径。',
      'hdfs.zkQuorum': '保存读取位置的集群，以便另一个代理接着读。留空则保存在代理自己的文件夹中。', 'hdfs.zkPath': '在集群中的位置。', 'hdfs.httpUri': httpUri,
      'hdfs.batchSize': '一个事务中最多的事件数；通道容纳得少时相应减少。', 'hdfs.pollInterval': '多久查看一次新文件。', 'hdfs.includePattern': '要读的文件名，用 Java 的正则表达式。',
      'hdfs.ignorePattern': '不读的文件名。隐藏和未写完的文件始终不读。', 'hdfs.recursive': '也读取下级文件夹。', 'hdfs.fromEnd': '首次启动时已有的文件不读，只读之后出现的内容。',
      'hdfs.lastLineAfter': '文件这么久没有变化时，没有行尾的最后一行也成为事件。', inputCharset: charset, decodeErrorPolicy: bad, ...deserializer, ...headers,
    },
  },
  'sink hdfs': {
    about: '把事件写入 HDFS 的文件，按头和时间分到不同文件夹。',
    keys: {
      'hdfs.path': '文件所在的文件夹，前面可带 hdfs://主机:端口。%{头}、%Y、%m、%d、%H 等按每个事件填入。', 'hdfs.filePrefix': '文件名的开头；可用同样的占位符。',
      'hdfs.fileSuffix': '文件名的结尾。', 'hdfs.inUsePrefix': '写入期间加在名称前面。', 'hdfs.inUseSuffix': '写入期间加在名称后面。', 'hdfs.emptyInUseSuffix': '后面什么也不加。',
      'hdfs.rollInterval': '文件到这个时间后关闭；0 表示从不。', 'hdfs.rollSize': '正文累计到这个大小后关闭；0 表示从不。', 'hdfs.rollCount': '这么多事件后关闭；0 表示从不。',
      'hdfs.idleTimeout': '这么久没有写入的文件会被关闭；0 表示从不。', 'hdfs.batchSize': batch, 'hdfs.codeC': '压缩方式：gzip、snappy 或 deflate。',
      'hdfs.fileType': 'SequenceFile 是 Hadoop 自己的格式，DataStream 是序列化器写出的内容，CompressedStream 是其压缩形式。', 'hdfs.writeFormat': 'SequenceFile 中正文的形式：字节（Writable）或文本。',
      'hdfs.maxOpenFiles': '打开的文件更多时，关闭最久未用的。', 'hdfs.minBlockReplicas': unused, 'hdfs.threadsPoolSize': unused, 'hdfs.rollTimerPoolSize': unused,
      'hdfs.callTimeout': 'HDFS 一次调用最长的时间。', 'hdfs.closeTries': '改名失败时最多尝试的次数；0 表示不限。', 'hdfs.retryInterval': '两次尝试之间的时间。',
      'hdfs.round': '把名称中的时间向下取整。', 'hdfs.roundValue': '取整为它的倍数。', 'hdfs.roundUnit': '它的单位。', 'hdfs.timeZone': '名称中时间的时区，如 Asia/Shanghai。留空则用本机的时区。',
      'hdfs.useLocalTimeStamp': '用本机时间代替头 timestamp。', 'hdfs.kerberosPrincipal': kerberos, 'hdfs.kerberosKeytab': kerberos, 'hdfs.proxyUser': '写入时的用户。',
      'hdfs.httpUri': httpUri, 'hdfs.user': '写入时的用户。', serializer: '事件怎样变成字节：TEXT、header_and_text、avro_event。', 'serializer.**': '序列化器的设置。',
    },
  },
  'sink hbase2': {
    about: '把每个事件写成 HBase 表的一行。',
    keys: {
      table: '表的名称。', columnFamily: '写入的列族。', zookeeperQuorum: '该 HBase 的 ZooKeeper：主机:端口, 主机:端口。', znodeParent: 'HBase 在该 ZooKeeper 中的根。', batchSize: batch,
      coalesceIncrements: '把一批中对同一计数器的增量合并。', enableWal: unused, serializer: '事件怎样变成行：SimpleHBase2EventSerializer 或 RegexHBase2EventSerializer。',
      kerberosPrincipal: kerberos, kerberosKeytab: kerberos, 'serializer.payloadColumn': '正文所在的列。', 'serializer.incrementColumn': '事件计数器所在的列；留空则没有。', 'serializer.incrementRow': '该计数器所在的行。',
      'serializer.rowPrefix': '行键的开头。', 'serializer.suffix': '行键的结尾。', 'serializer.regex': '它的分组成为各列；不匹配的事件不写。', 'serializer.regexIgnoreCase': '不区分大小写。',
      'serializer.colNames': '各分组对应的列，用逗号分隔；ROW_KEY 是行键。', 'serializer.rowKeyIndex': '作为行键的分组编号，从 0 起；-1 表示自动生成。', 'serializer.depositHeaders': '把头也写成列。',
      'serializer.charset': '名称和值的字符集。',
    },
  },
} satisfies typeof en;
