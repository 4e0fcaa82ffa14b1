// Texts of `sluice agent`.
import type { cliAgent as source } from '../en/cli-agent.ts';

export const cliAgent: typeof source = {
  help: `用法:sluice agent --name 名称 --conf 目录 --conf-file 文件 [选项]...
      sluice agent validate [--name 名称] --conf-file 文件... [--strict] [--json]
      sluice agent test 文件|目录... [--json]
      sluice agent dead-letters list|show|resubmit|discard 状态目录 [编号...] [--json]
      sluice agent channel verify|dump|repair|import 目录...
      sluice agent avro-client --host 主机 --port 端口 [--filename 文件 | --dirname 目录] [--headerFile 文件]
      sluice agent version | help

在前台运行 Flume 配置中的源、通道和接收器,直到收到 SIGTERM 或按 Ctrl+C。标准输出中的 READY 行表示它们已启动;
logger 接收器的事件写到标准输出,发生的事情写到标准错误。

 -n, --name 名称             要运行的代理;文件中没有该代理、只有另外一个时,运行那一个(使用 --strict 时不会)
 -f, --conf-file 文件        它的配置;多个文件依次读取,后面的行优先
 -c, --conf 目录             在当前位置找不到文件时,到这里查找
 -u, --conf-uri URI          位于 file: 或 http(s): 地址的配置,代替 -f;另有 --conf-user、--conf-password
 -z, --zkConnString 主机     配置是 -p、--zkBasePath 路径(/flume)下名为“名称”的 znode
 -i, --poll-interval 秒      多久检查一次配置的改动(30 秒,HTTP 为 300 秒);SIGHUP 立即检查
 -b, --backup-directory 目录 保存最近一次可用的配置,供启动时读不到配置的情况使用
     --no-reload-conf        不检查改动
 -D键=值                     flume.monitoring.type=http、flume.monitoring.port=端口,以及 Flume 读取的其他属性
     --strict                只接受 Flume 接受的写法
     --state-dir 目录        保存位置、死信和经过的事件的目录(默认在本账户的数据目录中)
     --tap 来源>去向          在标准错误中显示从一个组件到下一个组件经过的事件,显示得下多少就显示多少,例如 r1>c1
     --json                  每行一个 JSON 对象
 -d                          只说明将运行什么,然后结束
`,
  unknownCommand: (p) => `${p.command}:agent 没有这个命令。可用的有:${p.commands}, version, help。`,
  noConfiguration: '哪个配置?请用 --conf-file 文件、--conf-uri URI 或 --zkConnString 主机 指定。',
  lintLine: (p) => `${p.place}${p.place === '' ? '' : ':'}${p.severity}:${[p.what, p.why, p.fix].filter((part) => part !== '').map((part) => part.replace(/[^。!?.!?]$/, '$&。')).join('')}`,
  severity: { error: '错误', warning: '警告', hint: '提示' },
  validateClean: (p) => `${p.file}:没有问题`,
  refusedLine: (p) => `错误:${p.error.startsWith(p.component) ? '' : `${p.component}:`}${p.error}`,
  kind: { source: '源', channel: '通道', sink: '接收器', sinkgroup: '接收器组', interceptor: '拦截器', agent: '代理' },
  state: { starting: '正在启动', ready: '正常工作', degraded: '带问题工作', failed: '不工作', draining: '正在完成手头的内容', stopped: '已停止' },
  stateLine: (p) => `${p.kind} ${p.name} ${p.state}${p.error === '' ? '' : `:${p.error}`}`,
  problemLine: (p) => `${p.kind} ${p.name}:${p.error}`,
  repeated: (p) => `(上次说明以来又出现 ${p.times} 次)`,
  noteLine: (p) => `${p.kind} ${p.name}:${p.text}`,
  monitoringLine: (p) => `指标位于 ${p.address}/metrics 和 ${p.address}/metrics/prometheus`,
  monitoringGanglia: 'flume.monitoring.type=ganglia:不向 Ganglia 发送。使用 flume.monitoring.type=http 和 flume.monitoring.port 可以得到同样的数据。',
  monitoringUnknown: (p) => `flume.monitoring.type=${p.type}:这里只提供 http;指标已关闭。`,
  stateDirHeld: (p) => `${p.dir} 正被进程号为 ${p.pid} 的代理使用。请先结束它,或用 --state-dir 为这个代理指定自己的目录。`,
  reloadSame: '已检查配置:没有改动',
  reloadDone: (p) => `新的配置:${p.changes}`,
  reloadKept: (p) => `新的配置没有使用,原来的继续运行:${p.error}`,
  reloadErrors: (p) => `新的配置没有使用,原来的继续运行:其中有 ${p.errors} 个错误,见上文`,
  change: { added: '新增', removed: '移除', changed: '已改动', kept: '不变' },
  tapLine: (p) => `查看 ${p.edge}:${p.event}`,
  tapDropped: (p) => `查看 ${p.edge}:${p.seen} 个事件中有 ${p.dropped} 个来得太快,没有显示`,
  stopping: '正在停止:先停源,再停接收器和通道',
  dryLine: (p) => `${p.kind} ${p.name}:${p.type}`,
  testPassed: (p) => `通过  ${p.name}`,
  testFailed: (p) => `失败  ${p.name}`,
  testSummary: (p) => `通过 ${p.passed} 个,失败 ${p.failed} 个`,
  testNone: (p) => `${p.place}:没有找到测试;测试文件的名称以 .sluice-test.yaml 结尾`,
  lettersNone: '没有死信',
  letterLine: (p) => `${p.id}  ${p.at}  ${p.component}  ${p.reason}  ${p.body}`,
  lettersDone: (p) => `${p.count} 个${p.what}`,
  lettersWhat: { resubmit: '已标记为重新投递:代理下次启动时把它们放回通道', discard: '已丢弃' },
};
