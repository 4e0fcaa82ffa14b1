// 代理引擎各错误的中文说明。
import type { AgentErrorTexts } from '../error-texts.ts';

const num = (value: string | number): string => Number(value).toLocaleString('zh-CN');
const line = (file: string | number, at: string | number): string => (Number(at) > 0 ? `${file} 第 ${at} 行` : String(file));

export const agentErrors = {
  AGENT_CONFIG: (p) => ({ title: '代理的配置无效', body: `${line(p.file, p.line)}，原因：${p.reason}`, remedy: '请修改该行；`sluice agent validate` 会一次列出所有问题。' }),
  AGENT_CONFIG_SOURCE: (p) => ({ title: '无法读取配置', body: `${p.source}，原因：${p.reason}`, remedy: '请检查名称、权限和网络；运行中的代理保留当前配置。' }),
  AGENT_NO_AGENT: (p) => ({ title: `${p.file} 中没有代理 ${p.name}`, body: p.defined === '' ? '文件中没有定义任何代理' : `文件中定义了：${p.defined}`, remedy: p.defined === '' ? '每行以代理名称开头：a1.sources = r1' : `请用 --name ${String(p.defined).split(', ')[0]} 启动。` }),
  AGENT_NOTHING_RUNS: (p) => ({ title: `代理 ${p.agent} 没有可运行的内容`, body: `${p.file} 中没有能与通道配合的源或接收器`, remedy: '`sluice agent validate` 会说明每个组件的问题。' }),
  AGENT_UNKNOWN_TYPE: (p) => ({ title: `${p.component}：未知类型`, body: `${p.type} 不是 Flume 或 Sluice 的类型`, remedy: p.nearest === '' ? '请从列表中选择类型。' : `您是否想写 ${p.nearest}？` }),
  AGENT_LEFT_OUT: (p) => ({ title: `${p.component}：此类型无法在这里运行`, body: `${p.type} 需要已停用的服务或 Java 插件`, remedy: p.instead === '' ? '没有可用的替代。' : `最接近的替代是 ${p.instead}。` }),
  AGENT_KEY: (p) => ({ title: `${p.component}：${p.key} 不正确`, body: p.value === '' ? `${p.reason}` : `值为“${p.value}”：${p.reason}`, remedy: '请修改；其他组件继续运行。' }),
  AGENT_FILTER: (p) => ({ title: '无法取得某个值', body: `过滤器 ${p.filter} 中没有 ${p.key}，原因：${p.reason}`, remedy: '请提供该值，或修改过滤器。' }),
  AGENT_TEST: (p) => ({ title: '无法运行配置测试', body: `${line(p.file, p.line)}，原因：${p.reason}`, remedy: '请修改测试文件。' }),
  AGENT_CHANNEL_FULL: (p) => ({ title: `通道 ${p.channel} 已满`, body: `其中有 ${num(p.capacity)} 个事件，没有接收器腾出空间`, remedy: '请查看接收器为何停滞；发送方会等待，不会丢失数据。' }),
  AGENT_BATCH_TOO_LARGE: (p) => ({ title: `批次对通道 ${p.channel} 过大`, body: `一个事务中有 ${num(p.events)} 个事件，最多允许 ${num(p.capacity)} 个`, remedy: '请提高通道的 transactionCapacity，或减小发送方的批量。' }),
  AGENT_EVENT_TOO_LARGE: (p) => ({ title: `${p.component}：事件过大`, body: `${num(p.size)} 字节，最多允许 ${num(p.limit)} 字节`, remedy: '请提高上限，或拆分发送的内容。' }),
  AGENT_CHANNEL_LOCKED: (p) => ({ title: '通道的文件夹正在使用', body: `${p.dir} 被 ${p.holder} 占用`, remedy: '请先结束该代理，或为此通道指定独立的文件夹；两个代理共用会损坏数据。' }),
  AGENT_CHANNEL_CORRUPT: (p) => ({ title: '通道的文件已损坏', body: `${p.file} 第 ${num(p.offset)} 字节：${p.reason}`, remedy: '未做任何更改。`sluice agent channel verify` 说明损坏范围，`repair` 保留完好的部分并把其余部分另存。' }),
  AGENT_CHANNEL_FORMAT: (p) => ({ title: '该文件夹不是本程序的通道', body: `${p.dir}，原因：${p.reason}`, remedy: '请选择空文件夹，或用写入它的版本先排空通道。' }),
  AGENT_CHANNEL_KEY: (p) => ({ title: '无法解密通道', body: `${p.dir}，密钥 ${p.key}：${p.reason}`, remedy: '请提供写入时使用的密钥。' }),
  AGENT_CHANNEL_STOPPED: (p) => ({ title: `通道 ${p.channel} 已停止`, body: '重新启动之前不接收也不给出事件', remedy: '它会自动重新启动；原因见上一个错误。' }),
  AGENT_DISK: (p) => ({ title: '代理无法写入磁盘', body: `${p.file}，原因：${p.reason}`, remedy: '请修复磁盘或权限。未写入磁盘的内容都没有被确认。' }),
  AGENT_DISK_FULL: (p) => ({ title: '磁盘空间不足', body: p.needed === 0 ? `${p.dir}：磁盘已满，写入被拒绝` : `${p.dir}：剩余 ${num(p.free)} 字节，需保留 ${num(p.needed)} 字节`, remedy: '请腾出空间：在此之前发送方等待，不会丢失数据。也可降低 minimumRequiredSpace。' }),
  AGENT_PORT: (p) => ({ title: `${p.component}：无法打开端口`, body: `${p.address}:${p.port}，原因：${p.reason}`, remedy: '请结束占用端口的程序，或选择其他端口。' }),
  AGENT_CLIENT: (p) => ({ title: `${p.component}：无法读取客户端发送的内容`, body: `${p.client}，原因：${p.reason}`, remedy: '请确认它使用此源的协议。' }),
  AGENT_CONNECT: (p) => ({ title: `${p.component}：没有连接`, body: `${p.target}，原因：${p.reason}`, remedy: '请检查名称、端口和网络；系统会自动重试，事件在通道中等待。' }),
  AGENT_DELIVERY: (p) => ({ title: `${p.component}：一个批次未能送达`, body: `${p.target}，原因：${p.reason}`, remedy: '会再次发送；事件在通道中等待。' }),
  AGENT_REJECTED: (p) => ({ title: `${p.component}：对方不接受某个事件`, body: `${p.target}，原因：${p.reason}`, remedy: '重发没有用：请在死信中查看它，或修改配置。' }),
  AGENT_AUTH: (p) => ({ title: `${p.component}：登录被拒绝`, body: `${p.target}，原因：${p.reason}`, remedy: '请检查用户名、密码和权限。' }),
  AGENT_TLS: (p) => ({ title: `${p.component}：无法建立加密连接`, body: `${p.peer}，原因：${p.reason}`, remedy: '请检查两侧的 ssl 设置是否一致，以及证书和签发者。' }),
  AGENT_STORE: (p) => ({ title: '无法读取密钥库', body: `${p.file}，原因：${p.reason}`, remedy: '请检查路径、密码和密钥库的类型。' }),
  AGENT_COMPRESSION: (p) => ({ title: `${p.component}：两侧的压缩设置不一致`, body: `${p.peer}，原因：${p.reason}`, remedy: '请让两侧的 compression-type 相同：都用 deflate，或都用 none。' }),
  AGENT_NOT_HERE: (p) => ({ title: `${p.component}：缺少所需的内容`, body: `具体为：${p.what}`, remedy: '请先准备好它，或使用其他类型。' }),
  AGENT_READ: (p) => ({ title: `${p.component}：无法读取文件`, body: `${p.file}，原因：${p.reason}`, remedy: '请检查权限；系统会自动重试。' }),
  AGENT_DECODE: (p) => ({ title: `${p.component}：文件的格式不符`, body: `${p.file} 第 ${num(p.position)} 字节：${p.reason}`, remedy: '请修改 inputCharset 或反序列化器，或将 decodeErrorPolicy 设为 REPLACE 或 IGNORE。' }),
  AGENT_FILE_CHANGED: (p) => ({ title: `${p.component}：文件在读取过程中被改动`, body: `${p.file}，原因：${p.reason}`, remedy: '请通过重命名放入完整的文件，且每个名称只用一次。' }),
  AGENT_PLACE: (p) => ({ title: `${p.component}：无法保存读取位置`, body: `${p.place}，原因：${p.reason}`, remedy: '请检查文件夹或集群：没有它，重启后会重复读取或遗漏行。' }),
  AGENT_COMMAND: (p) => ({ title: `${p.component}：命令已结束`, body: `${p.command}，原因：${p.reason}`, remedy: '请手动运行以查明原因；设置 restart = true 时会自动重新启动。' }),
  AGENT_TRANSFORM: (p) => ({ title: `${p.component}：表达式失败`, body: `原因：${p.reason}`, remedy: '请用样本试验；无法转换的事件可以进入死信。' }),
  AGENT_HEADER: (p) => ({ title: `${p.component}：缺少头或头不正确`, body: `${p.header}，原因：${p.reason}`, remedy: '请在此组件之前用拦截器设置它。' }),
} satisfies AgentErrorTexts;
