// 拦截器、选择器、处理器、序列化器和反序列化器及其键的含义，各一句。
import type { betweenHelp as en } from '../../en/agent-help/between.ts';

const preserve = '同名的头保持不变。';
const expression = (example: string) => ({
  expression: `回答 true 或 false、新的正文，或 {"headers": ..., "body": ...}。可用 headers、text 和 body（是 JSON 时按 JSON 读取）。${example}`,
  timeLimit: '超过这个时间的事件被拒绝。', memoryLimit: '运行它的线程的内存（MiB）；用得更多的事件被拒绝。',
});
const container = {
  syncIntervalBytes: '文件的一个块在这么多字节后结束。', compressionCodec: '块的压缩方式：null、deflate、snappy、zstandard。',
};
const appendNewline = '每个事件以换行结束。';

export const betweenHelp = {
  'interceptor timestamp': { about: '把本机时间（毫秒）放进一个头。', keys: { headerName: '头的名称。', preserveExisting: preserve } },
  'interceptor host': { about: '把本机的地址或名称放进一个头。', keys: { hostHeader: '头的名称。', useIP: '用地址；否则用名称。', preserveExisting: preserve } },
  'interceptor static': { about: '把固定的值放进一个头。', keys: { key: '头的名称。', value: '它的值。', preserveExisting: preserve } },
  'interceptor remove_header': {
    about: '去掉头。',
    keys: { withName: '这个名称的头。', fromList: '这些名称的头。', fromListSeparator: '列表中名称之间的分隔模式。', matching: '整个名称符合此模式的头。' },
  },
  'interceptor search_replace': {
    about: '替换正文中模式找到的内容。',
    keys: { searchPattern: '要找的内容，用 Java 的正则表达式。', replaceString: '替换成的内容；$1 是第一个分组。', charset: '正文的字符集。' },
  },
  'interceptor regex_filter': { about: '只让正文中能找到该模式的事件通过。', keys: { regex: '要找的内容，用 Java 的正则表达式。', excludeEvents: '改为让其余的事件通过。' } },
  'interceptor regex_extractor': {
    about: '把模式在正文中找到的分组放进头。',
    keys: { regex: '要找的内容，用带分组的 Java 正则表达式。', serializers: '依次给每个分组一个名称；serializers.名称.name 是它进入的头。' },
  },
  'interceptor org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder': {
    about: '在一个头里给每个事件一个唯一标识。',
    keys: { headerName: '头的名称。', preserveExisting: preserve, prefix: '放在标识前面的内容。' },
  },
  'interceptor jsonata': { about: '用 JSONata 表达式筛选和修改事件。', keys: expression('例如 body.level = "ERROR"。') },
  'interceptor cel': { about: '用 Google CEL 的表达式筛选和修改事件。', keys: expression('例如 body.level == "ERROR"。') },
  'selector replicating': { about: '每个事件进入每个通道。', keys: { optional: '可以拒收事件的通道：那里会缺少它，发送方不会得知。' } },
  'selector multiplexing': {
    about: '由一个头的值决定事件进入哪些通道；mapping.值 列出它们。',
    keys: { header: '头的名称。', default: '没有对应的值所用的通道。' },
  },
  'selector load_balancing': { about: '每个事件只进入一个通道。', keys: { policy: '轮流或随机。' } },
  'processor default': { about: '组内唯一的接收器工作。', keys: {} },
  'processor failover': {
    about: '优先级最高的接收器工作，它失败期间由另一个代替；用 priority.接收器 设置。',
    keys: { maxpenalty: '失败的接收器先停用 2 秒，每次加倍，最多这么久。' },
  },
  'processor load_balance': {
    about: '各接收器分担工作；一个不能送达的立即由另一个尝试。',
    keys: { selector: '轮流或随机。', backoff: '让失败的接收器停用一会儿。', 'selector.maxTimeOut': '使用 backoff 时：停用 2 秒，每次加倍，最多这么久。' },
  },
  'serializer TEXT': { about: '把每个事件的正文写成一行。', keys: { appendNewline } },
  'serializer HEADER_AND_TEXT': { about: '把每个事件的头和正文写成一行。', keys: { appendNewline } },
  'serializer AVRO_EVENT': { about: '把带头和正文的事件写入 Avro 容器文件。', keys: container },
  'serializer org.apache.flume.sink.hdfs.AvroEventSerializer$Builder': {
    about: '把本身是 Avro 数据的正文写入其模式的容器文件。',
    keys: { ...container, schemaURL: '模式所在的地址，用于没有 flume.avro.schema.url 或 flume.avro.schema.literal 头的事件。' },
  },
  'deserializer LINE': {
    about: '文件的每一行是一个事件。',
    keys: { maxLineLength: '一个事件最多的字符数；更长的行变成几个事件。', outputCharset: '正文的字符集。' },
  },
  'deserializer AVRO': { about: 'Avro 容器文件的每条数据是一个事件。', keys: { schemaType: '头里放模式的指纹，还是整个模式。' } },
  'deserializer org.apache.flume.sink.solr.morphline.BlobDeserializer$Builder': { about: '整个文件是一个事件。', keys: { maxBlobLength: '一个事件最多的字节数；更大的文件变成几个事件。' } },
} satisfies typeof en;
