// Texts of `sluice coordination`.
import type { cliCoordination as source } from '../en/cli-coordination.ts';

export const cliCoordination: typeof source = {
  help: `用法:sluice coordination start --config ZOO.CFG [--data-dir 目录] [-D键=值...] [--json]
      sluice coordination standalone 端口 数据目录 [--json]
      sluice coordination status [--config ZOO.CFG | 主机:端口...] [--admin-port 端口] [--json]
      sluice coordination lint ZOO.CFG [--json]
      sluice coordination backup 数据目录|主机[:端口] 文件 [--log-dir 目录] [--zxid Z | --time T] [--auth 方案:凭据]
      sluice coordination verify 文件
      sluice coordination restore 文件|数据目录 数据目录 [--log-dir 目录] [--zxid Z | --time T]
      sluice coordination cli 主机:端口[,主机:端口...][/CHROOT] [命令...]
      sluice coordination export 主机:端口 路径 文件
      sluice coordination import 主机:端口 路径 文件 [--overwrite]
      sluice coordination mirror 来源 目标 路径 [--keep] [--cut-over] [--json]

start 运行一个使用 ZooKeeper 协议的节点,直到收到 SIGTERM。标准输出中的 READY 行表示已开始服务;发生的事情写到标准错误。
-D键=值 与 JVM 的写法相同:真正的服务器在 zoo.cfg 之外得到的设置。
backup 写出一个 ZooKeeper 自身格式的快照文件(文件名以 .gz 结尾则压缩)。来源是目录时,内容截至最后一次改动,或 --zxid、--time(2026-11-25T20:00:00Z)所指的时刻;
来源是服务器时,通过它的 AdminServer(端口 8080)取得。restore 用备份,或某个数据目录在该时刻的状态,替换“数据目录”;原来的数据会保留在旁边。
mirror 让目标集群中的“路径”与来源保持一致,直到按 Ctrl+C;使用 --cut-over 时,两边相同后即结束,此后目标独立。--keep 保留目标原有的内容。
在集群中,请先停止所有成员,再在每个成员上恢复同一个备份。
`,
  severity: { error: '错误', warning: '警告', note: '提示' },
  lintClean: (p) => `${p.file}:没有问题`,
  lintLine: (p) => `${p.file}${p.line > 0 ? `:${p.line}` : ''}:${p.severity}:${p.what.replace(/[^?]$/, '$&.')} ${p.why} ${p.fix}`,
  state: {
    looking: '正在寻找领导者', following: '正在跟随', leading: '正在领导', observing: '正在观察', standalone: '单机服务', 'read-only': '只提供读取:与其他成员断开', stopped: '已停止', failed: '已失败',
  },
  stateLine: (p) => `${p.state}${p.leader === '' ? '' : `(服务器 ${p.leader})`},纪元 ${p.epoch},zxid ${p.zxid}`,
  electionLine: (p) => `选举:服务器 ${p.leader},用时 ${p.tookMs} 毫秒(${p.reason})`,
  learnerLine: (p) => `服务器 ${p.sid} 通过 ${p.by} 追上到 zxid ${p.zxid}`,
  expiredLine: (p) => `会话 ${p.session} 已过期,带走 ${p.ephemerals} 个临时节点`,
  snapshotLine: (p) => `zxid ${p.zxid} 的快照:${p.bytes} 字节,用时 ${p.tookMs} 毫秒`,
  stopping: '正在停止:已接受的内容会写入并答复',
  columns: { member: '成员', role: '角色', epoch: '纪元', zxid: 'ZXID', lag: '落后', latency: '延迟 最小/平均/最大', connections: '连接', outstanding: '待处理', znodes: 'ZNODE', version: '版本' },
  role: { leader: '领导者', follower: '跟随者', observer: '观察者', standalone: '单机', 'read-only': '只读', none: '未服务', unreachable: '无法连接' },
  statusNote: (p) => `${p.member}:${p.reason}`,
  notAllowed: '不允许 srvr(4lw.commands.whitelist),它的 AdminServer 也没有应答',
  viaAdmin: '不允许 srvr(4lw.commands.whitelist);数据来自它的 AdminServer',
  quorumFine: (p) => `${p.of} 台投票服务器中有 ${p.up} 台在服务;${p.more === 0 ? '再失去一台就会停止写入' : `再失去 ${p.more} 台仍可写入`}`,
  quorumLost: (p) => `${p.of} 台投票服务器中只有 ${p.up} 台在服务:数量不足,写入已停止`,
  noHosts: '配置中没有客户端端口',
  backupDone: (p) => `${p.file}:zxid ${p.zxid},${p.znodes} 个 znode,${p.sessions} 个会话,${p.bytes} 字节,已核对`,
  verified: (p) => `${p.file}:完整,zxid ${p.zxid},${p.znodes} 个 znode,摘要 ${p.digest}`,
  restoreDone: (p) => `${p.dir}:${p.znodes} 个 znode,截至 zxid ${p.zxid},已核对`,
  kept: (p) => `原来的数据在 ${p.dir};不再需要时请删除。`,
  exported: (p) => `${p.path} 的 ${p.count} 个 znode 已写入 ${p.file}`,
  imported: (p) => `${p.path}:新建 ${p.created} 个,修改 ${p.updated} 个,保持不变 ${p.skipped} 个`,
  mirrorState: { starting: '开始', scanning: '正在比较', following: '正在跟随', disconnected: '等待服务器', verifying: '正在核对两边', handedOver: '已移交', stopped: '已停止', failed: '已失败' },
  mirrorLine: (p) => `${p.state}:新建 ${p.created} 个,修改 ${p.updated} 个,删除 ${p.deleted} 个,保留 ${p.conflicts} 个;截至 zxid ${p.zxid}`,
  handedOver: (p) => `${p.path}:${p.nodes} 个 znode 两边相同;${p.to} 从现在起独立`,
  connected: (p) => `已连接 ${p.host},会话 ${p.session}。“help” 列出命令,“quit” 退出。`,
};
