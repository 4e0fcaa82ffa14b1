// Chinese texts of the screens. `**bold**` marks figures and names that stand out.
import type { screens as source } from '../en/screens.ts';
import { cluster } from './cluster.ts';
import { pipelines } from './pipelines.ts';

const num = (value: number): string => value.toLocaleString('zh-CN');
const syncName = (p: Record<string, string | number>): string => `**${p['sync'] ?? p['name'] ?? ''}**`;

export const screens = {
  cluster,
  pipelines,
  common: {
    cancel: '取消', close: '关闭', save: '保存', add: '添加', remove: '移除', retry: '重试', back: '后退', forward: '前进',
    open: '打开', copy: '复制', copied: '已复制', details: '详细信息', copyDetails: '复制详细信息', dismiss: '知道了', loading: '正在加载…',
    thisComputer: '本机', never: '从未', none: '无', unknown: '未知', yes: '是', no: '否', more: '更多操作', filter: '筛选',
    rename: '重命名', name: '名称', waitingFor: (what: string) => `正在等待${what}…`,
    asOf: (time: string) => `截至 ${time}`, default: '默认', reset: '恢复',
    moreEntries: (n: number) => `另有 ${num(n)} 项未显示`,
  },
  nav: { main: '主导航', home: '首页', syncs: '同步', trees: '目录树', servers: '服务器', pipelines: '管道', cluster: '集群', activity: '动态', settings: '设置', run: '运行', breadcrumb: '当前位置', skip: '跳到正文' },
  shell: {
    search: '搜索或执行命令', status: '状态',
    lost: '窗口与后台的连接已断开，以下内容是断开前的状态。', reconnecting: '正在重新连接…', reconnect: '立即连接',
    gateClosed: '后台已关闭此窗口的会话，请用新的一次性代码重新打开地址。',
    engine: { sync: '同步引擎', coordination: '协调引擎', agent: '管道引擎' },
    engineState: { starting: '启动中', ready: '就绪', degraded: '受限', restarting: '重启中', failed: '故障停止', draining: '收尾中', stopped: '已停止' },
    engineRestarting: (engine: string, seconds: number) => (seconds > 0 ? `${engine}意外退出，${seconds} 秒后重新启动。进行中的工作不会丢失。` : `${engine}意外退出，正在重新启动。进行中的工作不会丢失。`),
    engineFailed: (engine: string) => `${engine}无法启动。`,
    jobs: (n: number) => (n === 0 ? '无运行任务' : `${num(n)} 个任务运行中`),
    host: { electron: '桌面版', browser: '浏览器' },
    navigated: (page: string) => `已打开“${page}”`,
  },
  palette: { title: '命令', placeholder: '输入页面、同步、服务器或命令', empty: '没有匹配项。', pages: '页面', syncs: '同步', servers: '服务器', pipelines: '管道', clusters: '集群', commands: '命令' },
  commands: { newSync: '新建同步…', addServer: '添加服务器…', theme: '切换浅色和深色', language: '切换语言（English）', cheatSheet: '键盘快捷键', quit: '退出 Sluice', density: '切换行距' },
  keys: {
    znodes: '节点树', expandZnode: '展开和折叠节点', createZnode: '新建子节点', deleteZnode: '连同下级一起删除', saveZnode: '保存数据',
    title: '键盘快捷键', anywhere: '任意位置', trees: '目录树', plan: '计划',
    palette: '搜索或执行命令', rail: '切换到侧栏页面', history: '后退和前进', help: '显示本列表', newSync: '新建同步', filter: '在页面内筛选',
    move: '移动', expand: '展开和折叠文件夹', type: '按名称跳转', syncTo: '同步到…', rescan: '重新读取文件夹',
    cycle: '执行、跳过或反向', skip: '跳过', reverse: '反向', reset: '恢复建议', next: '下一行和上一行', run: '执行计划', preview: '重新预览', menu: '该行的操作', pause: '暂停和继续运行', escape: '关闭，或取消拖动',
  },
  home: {
    title: '首页', needsYou: '需要处理', calm: '没有需要处理的事项。', now: '正在进行', quiet: '当前没有任务在运行。', last: '各同步最近七天',
    markSeen: '已阅', markAllSeen: '全部标为已阅',
    empty: '还没有保持同步的文件夹。', emptyAction: '打开目录树', emptyHint: '把左侧的文件夹拖到右侧的服务器上。',
    strip: (name: string) => `“${name}”最近七天的运行`, noRuns: '没有运行', dayRuns: (day: string, n: number, worst: string) => `${day}：运行 ${num(n)} 次，${worst}`,
  },
  syncs: {
    title: '同步', listTab: '列表', treesTab: '目录树', new: '新建同步', empty: '还没有同步。', emptyHint: '把左侧目录树中的文件夹拖到右侧服务器的文件夹上。', openTrees: '打开目录树',
    columns: { name: '名称', route: '来源与目标', state: '状态', lastRun: '上次运行', waiting: '待执行', actions: '操作' },
    state: { idle: '空闲', previewing: '正在比较', ready: '计划就绪', running: '运行中', paused: '已暂停', attention: '需要处理' },
    previewAll: '全部预览', preview: '预览', removeTitle: (name: string) => `移除“${name}”？`, removeBody: '该同步及其历史将从 Sluice 中移除，两侧的文件都不会改动。',
    to: '到', waiting: (n: number) => `${num(n)} 项更改`,
  },
  trees: {
    title: '目录树', left: '本机', right: '服务器', local: '本机文件夹', places: '服务器及其文件夹', showHidden: '显示隐藏文件', path: '前往路径', pathHint: '例如 /srv/data', go: '前往',
    addServer: '添加服务器', noServers: '还没有服务器。', noServersHint: '用 user@host 添加一台，也可以拖到下方本机的文件夹。',
    emptyFolder: '空', syncTo: '同步到…', syncFrom: '同步自…', newFolder: '新建文件夹…', newFolderName: '文件夹名称', refresh: '重新读取',
    dropHere: (folder: string) => `松开即同步到 ${folder}`, dragging: (folder: string) => `已拿起 ${folder}，请放到另一侧的文件夹上。`,
    hint: '把一侧的文件夹拖到另一侧的文件夹上。在你看过计划之前，不会复制任何内容。',
    columns: { name: '名称', size: '大小', modified: '修改时间' },
    target: (folder: string) => `“${folder}”要同步到哪里？`, targetHint: '选择接收它的文件夹。', choose: '选择', chooseSource: '要同步哪个文件夹？', newSync: '新建同步',
    actionsFor: (name: string) => `${name} 的操作`, kinds: { file: '文件', dir: '文件夹', link: '链接', device: '设备', special: '特殊文件' },
  },
  compose: {
    title: '新建同步', from: '来源', to: '目标', direction: (from: string, to: string) => `更改从 **${from}** 流向 **${to}**，${from} 只读取、不改动。`,
    layout: '放置方式', inside: (folder: string, target: string) => `把“${folder}”放进“${target}”`, contents: (folder: string, target: string) => `让“${target}”与“${folder}”一致`, result: '结果', everything: '其中全部内容',
    delete: '删除目标中来源没有的内容', deleteHint: '执行之前，每一项删除都会列在计划里。',
    options: '选项', preview: '预览', name: '同步名称',
    checksum: '按内容比较，而不是按大小和时间', update: '保留目标中较新的文件', compress: '传输时压缩', wholeFile: '整文件发送，不用增量', inplace: '直接写入原文件', partial: '保留中断文件已收到的部分',
    links: '链接按链接复制', perms: '保留权限', times: '保留时间', owner: '保留所有者', group: '保留属组', devices: '复制设备和特殊文件',
    filters: '过滤规则', filtersHint: '每行一条，写法与 rsync 相同：“- *.tmp”表示排除，“+ /keep”表示包含。', sameFolder: '来源和目标是同一个文件夹。',
  },
  sync: {
    plan: '计划', history: '历史', settings: '设置', tabs: '同步的各部分', notFound: '这个同步已不存在。', saved: '已保存', command: '等效的 rsync 命令', copyCommand: '复制命令', remove: '移除同步…', changedOptions: '更改的选项在下次预览时生效。', danger: '移除',
  },
  plan: {
    none: '还没有计划。', noneHint: '预览会比较两侧并列出每一项更改，不写入任何内容。', preview: '预览', scanning: '正在比较两侧…',
    seen: (left: number, right: number) => `来源已读取 **${num(left)}** 项，目标已读取 **${num(right)}** 项`, cancel: '停止比较',
    same: '两侧一致。', sameHint: (n: number) => `已比较 ${num(n)} 项，没有需要执行的更改。`,
    sentence: (p: { copy: number; update: number; attributes: number; delete: number; skipped: number; bytes: string; target: string }) => {
      const parts = [
        ...(p.copy > 0 ? [`复制 **${num(p.copy)}** 项`] : []),
        ...(p.update > 0 ? [`更新 **${num(p.update)}** 个文件`] : []),
        ...(p.attributes > 0 ? [`调整 **${num(p.attributes)}** 项的属性`] : []),
        ...(p.delete > 0 ? [`删除 **${num(p.delete)}** 项`] : []),
      ];
      const skipped = p.skipped > 0 ? `；跳过 ${num(p.skipped)} 项` : '';
      return parts.length === 0 ? `不会在 **${p.target}** 上执行任何操作${skipped}。` : `将在 **${p.target}** 上${parts.join('、')}（文件共 ${p.bytes}）${skipped}。`;
    },
    chips: { all: '全部', copy: '复制', update: '更新', attributes: '属性', delete: '删除', skipped: '跳过', error: '错误' }, chipsLabel: '只显示',
    columns: { path: '路径', left: '来源', action: '操作', right: '目标', reason: '原因' },
    action: { copy: '复制', update: '更新', attributes: '属性', delete: '删除', none: '无操作' }, decision: { do: '按建议执行', skip: '跳过', reverse: '反向' }, skipped: '跳过',
    reason: {
      onlyLeft: '仅来源有', onlyRight: '仅目标有', sizeDiffers: '大小不同', timeDiffers: '时间不同', contentDiffers: '大小相同，内容不同', leftNewer: '来源较新', rightNewer: '目标较新',
      typeDiffers: '类型不同', linkDiffers: '链接指向不同', permsDiffer: '权限不同', ownerDiffers: '所有者不同', unreadable: '无法读取', changedSince: '预览后有变动',
    },
    rowState: { pending: '', done: '完成', failed: '失败', recheck: '需重新检查' },
    toRight: '流向目标', toLeft: '流向来源', actionMenu: (path: string) => `${path} 的操作`, below: '连同其下全部内容',
    table: '更改', rows: (n: number) => `${num(n)} 行`, search: '按名称筛选', noMatch: '没有符合筛选条件的行。', skipAll: '跳过这些', doAll: '执行这些', clearFilter: '显示全部',
    reverseDeletes: '从来源删除', reverseCopies: '复制回来源',
    guardTitle: (n: number, total: number) => `目标中 ${num(total)} 项里有 ${num(n)} 项将被删除`, guardBody: '数量异常。来源未挂载或被清空时，看起来正是这样。请先查看列表再继续。', guardShow: '查看将删除的内容', guardCheck: '我已查看这些删除，确认执行',
    stale: '制定计划之后，内容有变动。', staleAge: '这份计划已超过十分钟。', again: '重新预览', run: (n: number) => (n === 0 ? '没有可执行的更改' : `执行 ${num(n)} 项更改`), running: '这份计划正在执行。', finished: '这份计划已执行。', openRun: '打开运行', failed: '比较未能完成。',
    arrived: (n: number) => `计划就绪，共 ${num(n)} 行`, decided: (path: string, what: string) => `${path}：${what}`, selection: '行', kind: '类型', size: '大小', modified: '修改时间', mode: '权限', ownerLabel: '所有者', link: '指向', itemize: 'rsync 标记', inspector: '所选行', absent: '不存在',
  },
  runs: {
    title: '运行', titleOf: (name: string) => `“${name}”的运行`, phases: { connect: '连接', list: '列出', compare: '比较', delete: '删除', transfer: '传输', attributes: '属性', done: '完成' }, phasesLabel: '阶段',
    state: { running: '运行中', paused: '已暂停', stopping: '正在停止', done: '完成', partial: '完成，部分需要处理', failed: '失败', stopped: '已停止', interrupted: '已中断' },
    pause: '暂停', resume: '继续', stopAfter: '完成当前文件后停止', stopNow: '立即停止', stop: '停止…',
    of: (done: string, total: string) => `${done} / ${total}`, files: '更改', bytes: '字节', rate: '速率', eta: '剩余时间', etaUnsteady: '尚未稳定', sent: '已发送', received: '已接收', elapsed: '已用时间', current: '当前文件', currentNone: '没有正在处理的文件',
    throughput: '吞吐量', throughputText: (rate: string) => `吞吐量，当前 ${rate}`, problems: '需要处理的行', noProblems: '没有失败的行。',
    report: '报告', summary: (p: { done: number; failed: number; recheck: number }) => `${num(p.done + p.failed + p.recheck)} 项中完成 **${num(p.done)}** 项${p.failed + p.recheck > 0 ? `，**${num(p.failed + p.recheck)}** 项需要处理` : ''}。`,
    copied: '复制', updated: '更新', attributes: '属性', deleted: '删除', skipped: '跳过', failed: '失败', recheck: '需重新检查', fileBytes: '文件字节', literal: '重新发送', matched: '复用', wire: '线路流量', exitCode: 'rsync 退出码', speedup: '加速比', speedupValue: (x: string) => `${x} 倍`,
    again: '重新预览', openSync: '打开同步', list: '运行记录', empty: '还没有运行。', emptyHint: '这个同步的每次运行都会列在这里。', columns: { started: '开始时间', state: '状态', took: '用时', done: '完成', bytes: '字节', problems: '问题' }, notFound: '这次运行已不存在。', announce: (state: string) => `运行状态：${state}`, progress: '进度',
    recheckTitle: '预览后有变动', recheckBody: '未改动：其中一侧已不是计划所见的样子。请重新预览查看现状。',
  },
  servers: {
    title: '服务器', add: '添加服务器', empty: '还没有服务器。', emptyHint: '任何装有 sshd 和 rsync 的机器都可以，无需在上面安装其他软件。', select: '请在左侧选择一台服务器。',
    addTitle: '添加服务器', target: '地址', targetHint: 'user@host、user@host:port，或 ~/.ssh/config 中的名称', aliases: '来自 ~/.ssh/config', name: '名称（可选）', auth: '登录方式', authKinds: { auto: '先用代理，再用 ~/.ssh 中的密钥', agent: '仅 SSH 代理', key: '密钥文件', password: '密码' },
    keyPath: '密钥文件', keyHint: '例如 ~/.ssh/id_ed25519', passphrase: '密钥口令（如有）', password: '密码', secretHint: '只存放在保险库中，不会写入日志或命令行。', transport: '连接方式', transports: { ssh2: '内置 SSH', openssh: '系统的 ssh 命令' },
    check: '检查连接', checking: '正在检查…', checkAgain: '重新检查', addAndCheck: '添加并检查', steps: { resolve: '解析地址', connect: '连接', hostKey: '主机密钥', login: '登录', rsync: 'rsync', clock: '时钟' }, stepsLabel: '检查步骤',
    stepState: { waiting: '等待', running: '进行中', ok: '正常', warning: '请留意', failed: '失败', skipped: '已跳过' },
    found: { address: '地址', family: '协议族', port: '端口', type: '类型', sha256: '指纹', method: '方式', user: '用户', version: '版本', protocol: '协议', path: '路径', skewMs: '相差', ms: '用时', banner: '提示' } as Record<string, string>,
    hostKeyTitle: '首次见到的主机密钥', hostKeyBody: (host: string) => `${host} 出示了此密钥。请与管理员告知的指纹核对，或在该机器上用 ssh-keygen -lf 查看。`, trust: '信任此密钥', distrust: '不连接', fingerprint: '指纹', keyType: '类型',
    changedTitle: '主机密钥已改变', changedBody: (host: string) => `${host} 出示的密钥与你信任的不同。可能有人在中间窃听，也可能是机器重装过。尚未发送任何内容，请先向管理员核实。`, known: '此前信任', now: '现在出示', changedType: (host: string) => `如需替换密钥，请输入主机名：${host}`, replace: '替换密钥',
    edit: '更改…', editTitle: (name: string) => `更改 ${name}`, removeTitle: (name: string) => `移除“${name}”？`, removeBody: '其密码或口令将从保险库中删除。使用它的同步会保留，但在重新添加之前无法运行。', address: '地址', alias: '别名', lastCheck: '上次检查', rsyncVersion: 'rsync', keys: '已信任的密钥', noKeys: '尚无', reachable: '就绪', unchecked: '未检查', trouble: '需要处理', state: '状态', sameSecret: '留空则沿用保险库中的',
  },
  vault: {
    createTitle: '为保险库设置口令', createBody: '此系统没有 Sluice 可用的密钥环。密码和密钥口令将保存在只有此口令才能打开的文件中。', unlockTitle: '解锁保险库', unlockBody: '需要用到其中的密码或口令，但保险库已锁定。', passphrase: '口令', repeat: '再次输入', mismatch: '两次输入不一致。', tooShort: '至少 8 个字符。', create: '创建保险库', unlock: '解锁', kind: { os: '系统密钥环', passphrase: '口令保险库', none: '不保存：每次询问' }, locked: '已锁定', unlocked: '已打开',
  },
  activity: {
    title: '动态', empty: '还没有发生任何事。', problemsOnly: '仅问题', columns: { when: '时间', what: '事件' }, show: '显示', all: '全部', problems: '问题',
    kind: {
      runDone: (p: Record<string, string | number>) => `${syncName(p)} 运行完成`, runPartial: (p: Record<string, string | number>) => `${syncName(p)} 运行完成，部分需要处理`, runFailed: (p: Record<string, string | number>) => `${syncName(p)} 运行失败`, runStopped: (p: Record<string, string | number>) => `${syncName(p)} 运行已停止`, runInterrupted: (p: Record<string, string | number>) => `${syncName(p)} 运行中断`,
      serverAdded: (p: Record<string, string | number>) => `已添加服务器 **${p['server'] ?? p['name'] ?? ''}**`, hostKeyChanged: (p: Record<string, string | number>) => `**${p['server'] ?? p['host'] ?? p['name'] ?? ''}** 的主机密钥已改变`, syncCreated: (p: Record<string, string | number>) => `已创建同步 ${syncName(p)}`, engineRestarted: (p: Record<string, string | number>) => `${p['engine'] === 'coordination' ? '协调引擎' : p['engine'] === 'agent' ? '管道引擎' : '同步引擎'}曾意外退出，现已重新启动`, storeRestored: (_: Record<string, string | number>) => '数据库损坏，已恢复上一份备份',
      pipelineCreated: (p: Record<string, string | number>) => `已创建管道 **${p['pipeline'] ?? ''}**`, pipelineDeployed: (p: Record<string, string | number>) => `已部署管道 **${p['pipeline'] ?? ''}**`, pipelineFailed: (p: Record<string, string | number>) => `管道 **${p['pipeline'] ?? ''}** 已意外停止`,
      clusterAdded: (p: Record<string, string | number>) => `已添加集群 **${p['cluster'] ?? ''}**`, nodeStarted: (p: Record<string, string | number>) => `节点 **${p['cluster'] ?? ''}** 已在端口 ${p['port'] ?? ''} 启动`, nodeStopped: (p: Record<string, string | number>) => `节点 **${p['cluster'] ?? ''}** 已停止`, nodeFailed: (p: Record<string, string | number>) => `节点 **${p['cluster'] ?? ''}** 故障`,
      leaderElected: (p: Record<string, string | number>) => `**${p['cluster'] ?? ''}**：**${p['leader'] ?? ''}** 当选领导者${p['tookMs'] === undefined ? '' : `，选举用时 ${p['tookMs']} 毫秒`}`, quorumLost: (p: Record<string, string | number>) => `**${p['cluster'] ?? ''}** 失去法定多数：${p['of'] ?? ''} 台中 ${p['up'] ?? ''} 台`, quorumBack: (p: Record<string, string | number>) => `**${p['cluster'] ?? ''}** 恢复法定多数`,
    },
  },
  settings: {
    title: '设置', general: '通用', look: '外观', language: '语言', languages: { system: '跟随系统', en: 'English', 'zh-CN': '简体中文' }, theme: '主题', themes: { system: '跟随系统', light: '浅色', dark: '深色' }, density: '行距', densities: { compact: '紧凑', comfortable: '宽松' },
    locks: '锁', locksIn: '运行中的同步锁定于', locksNone: '不锁定：只有本机知道', locksHint: '使用同一集群的其他工作站此时不会运行同一个同步。', onClose: '关闭窗口时', onCloseKinds: { ask: '询问', stay: '保留在托盘中运行', quit: '退出 Sluice' }, showHidden: '在目录树中显示隐藏文件', security: '安全', vault: '密码保存在', about: '关于', version: '版本', runsIn: '运行环境', machine: '计算机', changedFrom: (value: string) => `默认：${value}`, lockVault: '解锁…',
  },
  error: { reload: '重新加载窗口', screen: '此页面出错', screenBody: '这是 Sluice 的故障。正在运行的同步不受影响，可以重新加载窗口。' },
} satisfies typeof source;
