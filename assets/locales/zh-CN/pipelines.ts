// Chinese texts of the Pipelines screens. `**bold**` marks figures and names that stand out.
import type { pipelines as source } from '../en/pipelines.ts';

const num = (value: number): string => value.toLocaleString('zh-CN');

export const pipelines = {
  title: '管道', empty: '还没有管道。', emptyHint: '管道从源取得事件，存入通道，再交给接收器。可导入 flume-conf.properties，或从模板开始。', notFound: '此管道已不存在。', parts: '管道的各个部分',
  new: '新建管道…', import: '导入…', dropHint: '将 flume-conf.properties 拖放到本页任意位置即可导入。', dropNow: '松开即可导入此配置',
  columns: { name: '名称', state: '状态', in: '流入', out: '流出', lag: '等待', problems: '问题', agent: '代理', actions: '操作' },
  tab: { graph: '图', text: '文本', metrics: '指标', errors: '错误', history: '历史' },
  state: { stopped: '已停止', starting: '启动中', running: '运行中', degraded: '运行中，有问题', failed: '故障', draining: '停止中' },
  partState: { starting: '启动中', ready: '运行中', degraded: '有问题', failed: '故障', draining: '停止中', stopped: '已停止' },
  kind: { source: '源', channel: '通道', sink: '接收器', sinkgroup: '接收器组', interceptor: '拦截器', selector: '选择器', processor: '处理器', serializer: '序列化器', deserializer: '反序列化器', configfilter: '配置过滤器', agent: '代理' },
  kinds: { source: '源', channel: '通道', sink: '接收器', sinkgroup: '接收器组', interceptor: '拦截器' },
  start: '启动', stop: '停止', rename: '重命名…', remove: '移除…', neverDeployed: '尚未部署', changed: '部署后有更改',
  perSecond: (rate: string) => `${rate}/秒`, events: (n: number) => `${num(n)} 个事件`, waiting: (n: number) => `${num(n)} 个事件等待中`, problemCount: (n: number) => (n === 0 ? '无' : `${num(n)} 个问题`),
  removeTitle: (name: string) => `移除“${name}”？`, removeBody: '管道将停止，其文本和历史会从 Sluice 中消失。', removeData: '同时删除它的文件夹：自有通道中等待的事件、读取位置和死信',
  newTitle: '新建管道', name: '名称', begin: '从何开始', create: '创建', agentName: '代理',
  template: {
    empty: '空图', emptyHint: '从组件面板绘制。',
    hello: '从端口到日志', helloHint: 'netcat → memory → logger。能运行的最小管道。',
    shared: '共享存储实时同步', sharedHint: '文件夹中不断增长的文件会被跟踪，并立即写入共享文件夹。滞后：通道中等待的事件，至多数秒。',
    queue: '基于队列的异步复制', queueHint: '事件写入 Kafka 主题，对方在方便时读取。滞后：等待写入代理服务器的事件在通道中；其余在主题里。',
    log: '基于文件日志的复制', logHint: '每个事件经由磁盘上的通道，按时间追加到文件；对方重放这些文件。滞后：磁盘上等待的事件。',
  },
  importTitle: '导入配置', importChoose: '选择文件…', importHint: 'Flume 所用的 flume-conf.properties。文本保持原样，注释和顺序都会保留。', importPaste: '或粘贴其文本', importAct: '导入', importTooLarge: '此文件超过 2 MB。', importNone: '文本中没有定义代理。例如“a1.sources = r1”这样的一行就会定义一个。',
  found: (n: number) => (n === 1 ? '定义了一个代理：' : `定义了 ${num(n)} 个代理。要用哪一个？`), foundParts: (p: { sources: number; channels: number; sinks: number; unknown: number }) => `${num(p.sources)} 个源、${num(p.channels)} 个通道、${num(p.sinks)} 个接收器${p.unknown > 0 ? `，其中 ${num(p.unknown)} 个类型未知` : ''}`,
  report: { clean: '没有发现问题。', summary: (errors: number, warnings: number, hints: number) => [errors > 0 ? `${num(errors)} 个错误` : '', warnings > 0 ? `${num(warnings)} 个警告` : '', hints > 0 ? `${num(hints)} 个提示` : ''].filter((part) => part !== '').join('，'), later: '错误和警告可在导入后修正，多数只需点一下。' },
  lint: { title: '问题', none: '没有问题。', line: (line: number) => `第 ${num(line)} 行`, fix: '修正', severity: { error: '错误', warning: '警告', hint: '提示' }, go: (line: number) => `转到第 ${num(line)} 行` },
  saveState: { failed: '草稿未保存' }, newest: '打开最新版本', undo: '撤销', redo: '重做',
  deploy: {
    act: '部署…', title: (name: string) => `部署“${name}”`, go: '部署', nothing: '当前的图与已部署的一致。', first: '此前从未部署过，将启动全部组件。', blocking: (n: number) => `有 ${num(n)} 个错误使此草稿无法运行。正在运行的配置继续运行。`, diff: '文本', changes: '组件', done: '已部署', waiting: '正在比较…',
    what: { added: '新增', removed: '移除', changed: '更改', kept: '不变' }, restarts: '重新启动', goesOn: '继续运行', keeps: '保留内容', loses: '内容会丢失', keysChanged: (keys: string) => `更改：${keys}`, working: '正在部署…', sentence: (restarts: number, goesOn: number) => `**${num(restarts)}** 个组件重新启动，**${num(goesOn)}** 个不停顿地继续运行。`,
  },
  graph: {
    label: '管道图', help: '方向键沿连线移动。A 添加，C 连接，Enter 显示属性，Delete 移除，T 窥视。', outline: '组件', connections: '连接', none: '还没有绘制任何组件。', noneHint: '按 A，或从面板中拖入组件。', palette: '组件面板', fit: '显示全部', zoomIn: '放大', zoomOut: '缩小', tidy: '自动排列',
    unlisted: '不在代理的列表中，不会运行', unknownType: (type: string) => (type === '' ? '没有类型' : `未知类型 ${type}`), leftOut: (instead: string) => `无法在此运行，可改用：${instead}`, errors: (n: number) => `${num(n)} 个错误`, fill: (percent: string) => `已满 ${percent}`, fullIn: (time: string) => `${time} 后满`, of: (size: string, capacity: string) => `${size} / ${capacity}`, noLimit: (size: string) => `${size} 个等待`,
    selected: (name: string) => `已选中 ${name}`, removed: (name: string) => `已移除 ${name}`, connected: (from: string, to: string) => `${from} 已连接到 ${to}`, added: (name: string) => `已添加 ${name}`,
    sinkGroup: (name: string, type: string) => `${name} · ${type}`, dirty: '部署后有更改', tap: '窥视', search: '查找类型', nothingFound: '没有匹配的类型。', addTitle: '添加组件', addInterceptor: (source: string) => `为 ${source} 添加拦截器`, ours: '非 Flume 自带',
    connectTitle: (name: string) => `将 ${name} 连接到…`, connectNone: '没有可连接的组件。源连接通道，通道连接接收器。', connectMoves: (channel: string) => `现连接 ${channel}`, bad: { sourceSink: '源不能直接连接接收器，中间需要通道。', same: '同类组件不能相互连接。', back: '事件从源经通道流向接收器，不能反向。' }, menu: '操作', connect: '连接到…', addHere: '添加组件…', inspect: '属性',
  },
  inspector: {
    title: '属性', none: '请选择组件，或按 A 添加。', name: '名称', type: '类型', form: '表单', raw: '原文', required: '必填', set: '已设置', more: '更多设置', moreCount: (n: number) => `另有 ${num(n)} 项设置`, filter: '筛选设置', default: (value: string) => `默认 ${value}`, noDefault: '无默认值', onOff: { on: '开', off: '关' }, addKey: '其他键', addValue: '值', add: '添加', unknownKey: '不是此类型的键', clear: (key: string) => `移除 ${key}`, badNumber: (min: string, max: string) => `请输入 ${min} 到 ${max} 的整数`, channels: '通道', channel: '通道', sinks: '接收器', interceptors: '拦截器', selector: '选择器', processor: '处理器', addInterceptor: '添加拦截器…', unit: { count: '', events: '个事件', bytes: '字节', ms: '毫秒', s: '秒', port: '', percent: '%' }, meansBytes: (text: string) => `= ${text}`, meansTime: (text: string) => `= ${text}`, secret: '这是机密。与其写在这里，不如使用配置过滤器，例如 ${env["NAME"]}。', live: '当前', typeUnknown: '无法得知它有哪些键，所写内容保持原样。', families: '自定义的键', close: '关闭属性', nameTaken: '名称已被占用，或含有点或空格。', line: (line: number) => `第 ${num(line)} 行`, counters: '计数器', nothingSet: '没有设置任何内容。',
  },
  text: { label: (name: string) => `${name} 的配置`, agent: '代理', hint: '注释和顺序会保留。图中的更改会写到这里。', copy: '复制', lines: (n: number) => `${num(n)} 行` },
  metrics: { none: '停止时没有指标。', throughput: '每秒事件数', in: '流入通道', out: '流出通道', lag: '等待的事件', fill: '通道填充', perPart: '按组件', columns: { name: '组件', state: '状态', in: '流入', out: '流出', inRate: '流入/秒', outRate: '流出/秒', errors: '错误' }, chart: (what: string, last: string) => `${what}，最近十分钟；当前 ${last}`, counters: '全部计数器' },
  errors: { none: '没有组件报告问题。', times: (n: number) => `${num(n)} 次`, clear: '清空列表', title: '组件报告的问题', columns: { when: '最近', node: '组件', what: '内容', times: '次数' } },
  letters: { title: '死信', none: '没有被搁置的事件。', hint: '接收器或拦截器永远无法处理的事件会保存在这里，不会阻碍其余事件。', total: (n: number, shown: number) => (n > shown ? `共 ${num(n)} 个，显示最新的 ${num(shown)} 个` : num(n)), columns: { when: '时间', node: '来自', reason: '原因', body: '事件' }, resubmit: (n: number) => `重新提交 ${num(n)} 个`, discard: (n: number) => `丢弃 ${num(n)} 个…`, edit: '编辑…', editTitle: '编辑并重新提交', editAct: '重新提交', all: '全选', one: '选择此项', resubmitted: (n: number) => `已重新提交 ${num(n)} 个事件`, discardTitle: (n: number) => `丢弃 ${num(n)} 个事件？`, discardBody: '丢弃后无法恢复。', again: '重新读取' },
  history: { none: '还没有任何记录。', kind: { deployed: '已部署', refused: '被拒绝：原先的配置继续运行', started: '已启动', stopped: '已停止', failed: '意外停止', imported: '已导入' }, diff: '更改内容', use: '以此文本为草稿', used: '草稿现在就是这份文本', nothing: '没有组件更改。' },
  tap: {
    title: (edge: string) => `窥视：${edge}`, close: '关闭窥视', pause: '暂停', resume: '继续', paused: (n: number) => `已暂停；其间又有 ${num(n)} 个事件`, filter: '筛选：文本，或 标头=文本', sample: (n: number) => (n <= 1 ? '全部事件' : `每 ${num(n)} 个取 1 个`), seen: (n: number) => `已通过 ${num(n)} 个事件`, dropped: (n: number) => `${num(n)} 个未显示`, waiting: '还没有事件通过。窥视不会阻碍任何事件。', pin: '固定为样本', pinned: '已固定', save: '存为文件…', replay: '再次发送…', replayTitle: '再次发送此事件？', replayBody: (source: string) => `它会经过 **${source}** 的拦截器进入其通道，并再次投递。`, replayAct: '再次发送', replayed: (n: number) => `已再次发送 ${num(n)} 个事件`, live: '实时', past: '先前', pastNone: '没有保留此连线的事件。a1.sluice.provenance 决定保留多少个。', number: '编号', range: '再次发送，起始编号', rangeTo: '到', along: (edge: string) => `它们会再次经过 **${edge}**，不经过拦截器。`, rangeAct: (n: number) => `再次发送 ${num(n)} 个…`, clear: '清空', columns: { when: '时间', headers: '标头', body: '正文', size: '大小' }, view: { text: '文本', json: 'JSON', hex: '十六进制' }, body: '正文', headers: '标头', noHeaders: '没有标头', cut: '只显示前 64 kB。', notRunning: '管道运行时才有内容可看。',
  },
  sample: { act: '用样本试运行…', title: '用样本试运行', hint: '事件会经过草稿中的拦截器和选择器。不会调用接收器，也不会保存任何内容。', source: '源', body: '正文', headers: '标头，每行一个：名称=值', run: '试运行', pinned: '已固定的事件', noPins: '在窥视中固定事件后，会出现在这里。', unpin: '取消固定', before: '之前', after: '之后', unchanged: '没有变化', dropped: '在此丢弃', to: (channel: string) => `进入通道 ${channel}`, optional: '可选', nowhere: '它不会进入任何通道。', added: '新增', changed: '更改', removed: '移除', steps: '逐步结果' },
  home: { rate: (inRate: string, outRate: string) => `流入 ${inRate}，流出 ${outRate}` },
  keys: { title: '管道中', add: '添加组件', connect: '连接到…', move: '沿连线移动', inspect: '属性', remove: '移除', tap: '窥视连线', undo: '撤销和重做', deploy: '部署', sample: '用样本试运行' },
} satisfies typeof source;
