// What the types and keys of channels mean, one sentence each.
import type { channelsHelp as source } from '../../en/agent-help/channels.ts';

const keepAlive = '放入时等待空位、取出时等待事件的最长时间。';
const bytes = {
  byteCapacity: '内存中事件正文的最大字节数。留空：进程可用内存的 80%。',
  byteCapacityBufferPercentage: 'byteCapacity 中留给头部的比例。',
};
const file = {
  checkpointDir: '存放检查点的文件夹，检查点使启动更快。只能由此通道使用。',
  dataDirs: '存放事件的文件夹，用逗号分隔；位于多个磁盘时轮流使用。只能由此通道使用。',
  transactionCapacity: '一个事务中的最多事件数。',
  'keep-alive': keepAlive,
  checkpointInterval: '多久写一次检查点。',
  maxFileSize: '日志文件达到此大小后换用新文件。',
  minimumRequiredSpace: '磁盘上保留的空闲空间：不足时发送方会等待。',
  useDualCheckpoints: '每个检查点再写一份，以防第一份损坏。',
  backupCheckpointDir: '第二份检查点的文件夹。',
  compressBackupCheckpoint: '用 gzip 压缩第二份检查点。',
  checkpointOnClose: '结束时写检查点，使下次启动更快。',
  fsyncPerTransaction: '提交会等到事件写入磁盘。关闭后，断电会丢失最后确认的事件。',
  fsyncInterval: '提交不等待磁盘时，多久等待一次磁盘。',
  'use-fast-replay': 'Flume 的选项；这里的重放总是很快。',
  'use-log-replay-v1': 'Flume 的选项；这里不需要。',
  'encryption.activeKey': '加密新事件所用密钥的名称。留空：不加密。',
  'encryption.cipherProvider': 'Flume 的选项；这里使用 AES-256-GCM。',
  'encryption.keyProvider': '密钥的来源：JCEKSFILE 是 Java 的密钥库，KEYFILE 是由“名称 = 密钥”行组成的文件，VALUES 是此配置中的密钥，例如来自保险库。',
  'encryption.keyProvider.keyStoreFile': '存放密钥的 Java JCEKS 库。',
  'encryption.keyProvider.keyStorePasswordFile': '存放该库密码的文件。',
  'encryption.keyProvider.keyFile': '由“名称 = 密钥”行组成的文件，密钥为 16、24 或 32 字节，用十六进制或 base64 书写。',
  'encryption.keyProvider.keys': '密钥名称，包括以前的密钥，用空格分隔。',
};

export const channelsHelp = {
  'channel memory': {
    about: '把事件保存在内存中：很快，进程结束后就没有了。',
    keys: { capacity: '通道中的最多事件数。', transactionCapacity: '一个事务中的最多事件数；不超过 capacity。', 'keep-alive': keepAlive, ...bytes },
  },
  'channel file': {
    about: '把事件保存在磁盘上。已确认的事件在崩溃和断电后仍然存在。文件夹中如有 Flume 的文件通道，会被接管。',
    keys: { ...file, capacity: '通道中的最多事件数。' },
  },
  'channel SPILLABLEMEMORY': {
    about: '把事件保存在内存中，内存满时保存到磁盘。内存中的事件在进程结束后就没有了。',
    keys: {
      ...file, ...bytes,
      memoryCapacity: '内存中的最多事件数；0 表示全部放到磁盘。', overflowCapacity: '磁盘上的最多事件数；0 表示全部放在内存。',
      overflowTimeout: '放入时等待内存空位多久后改放磁盘。', avgEventSize: 'Flume 的选项：估计的事件大小。',
    },
  },
  'channel jdbc': {
    about: '把事件保存在数据库中，这里是一个 SQLite 文件。已确认的事件在崩溃后仍然存在；文件通道要快得多。',
    keys: {
      'db.type': 'Flume 的选项，它只支持 Derby；这里使用 SQLite。', 'driver.class': 'Flume 的选项；不使用。', 'driver.url': 'Flume 的选项；文件位于代理自己的文件夹中。', 'db.username': 'Flume 的选项；不使用。',
      'db.password': 'Flume 的选项；不使用。', 'connection.properties.file': 'Flume 的选项；不使用。', 'create.schema': 'Flume 的选项；表会自动建立。', 'create.index': 'Flume 的选项；不使用。',
      'create.foreignkey': 'Flume 的选项；不使用。', 'transaction.isolation': 'Flume 的选项；事务依次进行。', 'maximum.connections': 'Flume 的选项；不使用。',
      'maximum.capacity': '通道中的最多事件数；0 表示没有上限。', 'sysprop.user.home': 'Flume 的选项；不使用。',
    },
  },
  'channel org.apache.flume.channel.PseudoTxnMemoryChannel': {
    about: '内存中没有事务的队列，供测试使用：取出的事件即使投递失败也不会回来。',
    keys: { capacity: '通道中的最多事件数。', 'keep-alive': keepAlive },
  },
} satisfies typeof source;
