// Chinese texts of the Cluster screens. `**bold**` marks figures and names that stand out.
import type { cluster as source } from '../en/cluster.ts';

const num = (value: number): string => value.toLocaleString('zh-CN');
type Params = Record<string, string | number>;

export const cluster = {
  title: '集群', empty: '还没有集群。', emptyHint: '开启本机节点，或用连接串添加一个集群。', add: '添加集群…', wizard: '新建集群…', notFound: '此集群已不存在。', tabs: '集群的各个部分', others: '其他集群',
  tab: { health: '健康', znodes: '节点树', sessions: '会话', elections: '选举', console: '控制台' },
  columns: { name: '名称', state: '状态', quorum: '法定多数', address: '连接串', changes: '更改' },
  own: {
    title: '本机节点', switch: '协调节点', hint: 'ZooKeeper 客户端可在本机连接它。数据保存在应用的文件夹中。', port: '端口', portHint: '留空则用 2181 或下一个空闲端口', address: '客户端连接地址', folder: '数据文件夹', member: (sid: number, of: number) => `${num(of)} 台中的第 ${num(sid)} 台`,
    state: { stopped: '已关闭', starting: '启动中', looking: '正在选举领导者', following: '跟随领导者', leading: '领导集群', observing: '观察中', standalone: '单机服务', readOnly: '只读：没有多数', failed: '故障' },
    on: '开启', off: '关闭',
  },
  connection: { off: '未连接', connecting: '连接中', connected: '已连接', connectedReadOnly: '已连接，服务器只读', authFailed: '登录被拒', expired: '会话已过期', closed: '已关闭' },
  connect: '连接', disconnect: '断开', rename: '重命名…', remove: '移除…', removeTitle: (name: string) => `移除“${name}”？`, removeBody: '它将从 Sluice 中消失，密码从保险库中删除。集群本身不受影响。', removeOwnBody: '节点将停止，客户端会失去它。', removeData: '同时删除数据文件夹：所有节点和全部历史', copyConnect: '复制连接串',
  allow: '允许更改', allowed: '可更改', readOnly: '只读', allowHint: '仅限本次会话',
  banner: {
    connecting: '未连接，以下内容是断开前的状态。', connectingText: '正在重新连接；展开的分支和选择会保留。', expired: '会话已过期。', expiredText: '正在建立新会话，并重新读取所显示的内容。', readOnlyServer: '此服务器只读：它没有多数支持。', off: '未连接', offText: '连接后可查看其成员和节点。',
  },
  quorum: {
    unknown: '尚不清楚', single: '单台服务器', ok: (up: number, of: number) => `${num(of)} 台中 ${num(up)} 台在线`, risk: (up: number, of: number) => `${num(of)} 台中 ${num(up)} 台：再失去一台就无法写入`, lost: (up: number, of: number) => `失去法定多数：${num(of)} 台中 ${num(up)} 台`,
    title: { unknown: '尚不清楚是否有法定多数', single: '只有一台服务器：它出故障时没有接替者', ok: (n: number) => `有法定多数；还可以失去 ${num(n)} 台`, risk: '有法定多数，但再失去一台就无法写入', lost: '失去法定多数：无法写入' },
  },
  role: { leader: '领导者', follower: '跟随者', observer: '观察者', standalone: '单机', looking: '选举中', readOnly: '只读', down: '无法连接', unknown: '未知' },
  health: {
    members: '成员', waiting: '正在查看各成员…', epoch: '纪元', zxid: '事务号', lag: '落后', lagValue: (n: number) => (n === 0 ? '无' : `${num(n)} 个事务`), outstanding: '排队请求', latency: '延迟', latencyValue: (min: string, avg: string, max: string) => `${min} / ${avg} / ${max} 毫秒`, latencyHint: '最小 / 平均 / 最大', connections: '连接', watches: '监视', znodes: '节点', ephemerals: '临时节点', data: '数据', fsync: '刷盘', fsyncValue: (avg: string, max: string) => `${avg} 毫秒，最大 ${max}`, disk: '磁盘剩余', diskValue: (free: string, used: string) => `${free}，已用 ${used}`, version: '版本', uptime: '已运行', days: (n: number) => `${num(n)} 天`, voter: '有投票权', nonVoter: '无投票权',
    source: { mntr: '来自 mntr', srvr: '来自 srvr', admin: '来自管理端口', none: '' }, whitelist: '此服务器透露得很少：mntr 不在其白名单中。请在 zoo.cfg 中加入以下一行并重启：', off: '未连接时没有可看的内容。', asOf: (time: string) => `截至 ${time}`, notTold: '–',
  },
  elections: {
    timeline: '角色', stories: '经过', none: '自 Sluice 开始查看以来没有发生任何事。', noneHint: '角色变化、选举、会话过期和快照会记在这里。', range: '显示', ranges: { hour: '一小时', day: '一天', week: '一周' }, segment: (member: string, role: string, from: string, to: string) => `${member}：${from} 至 ${to} 为${role}`, now: '现在', mark: (time: string) => `${time} 的选举`,
    kind: {
      role: (p: { member: string; role: string; before: string }) => (p.before === '' ? `**${p.member}** 为${p.role}` : `**${p.member}** 由${p.before}变为${p.role}`),
      started: (state: string) => `本机节点：${state}`,
      election: (p: { member: string; params: Params; zxid: string; at: string }) => {
        const lost = p.params['previous'] ? `**${p.params['previous']}** 于 ${p.at} 失去领导地位；` : '';
        const took = p.params['tookMs'] === undefined ? '' : `选举用时 **${num(Number(p.params['tookMs']))} 毫秒**；`;
        const zxid = p.zxid === '' ? '' : `，事务号 ${p.zxid}`;
        const epoch = p.params['epoch'] === undefined ? '' : `，纪元 ${num(Number(p.params['epoch']))}`;
        const expired = Number(p.params['expired'] ?? 0);
        return `${lost}${took}**${p.member}** 当选${zxid}${epoch}${expired > 0 ? `；${num(expired)} 个会话过期` : ''}`;
      },
      synced: (p: { member: string; by: string }) => `**${p.member}** 已通过 ${p.by} 追上`,
      expired: (p: { session: string; ephemerals: number }) => `会话 **${p.session}** 过期${p.ephemerals > 0 ? `，带走 ${num(p.ephemerals)} 个临时节点` : ''}`,
      snapshot: (p: { zxid: string; ms: number; bytes: string }) => `快照到 ${p.zxid}：${p.bytes}，用时 ${num(p.ms)} 毫秒`,
      quorumLost: (p: Params) => `失去法定多数：**${p['of'] ?? 0} 台中 ${p['up'] ?? 0} 台**`, quorumBack: (p: Params) => `恢复法定多数：**${p['of'] ?? 0} 台中 ${p['up'] ?? 0} 台**`, warning: '警告', failed: '本机节点故障', connection: '连接有变化',
    },
  },
  znodes: {
    tree: '节点树', filter: '筛选', filterIn: (path: string) => `在 ${path} 中筛选`, go: '转到路径', goHint: '例如 /brokers/topics', breadcrumbs: '路径', children: (n: number) => `${num(n)} 个子节点`, empty: '没有子节点', noMatch: '没有匹配项', select: '请在左侧选择一个节点。', gone: '此节点已不存在。', goneHint: '它被删除了，或其会话已结束。', create: '新建子节点…', delete: '删除…', deleteTree: '连同下级一起删除…', export: '导出…', import: '导入…', copyLine: '复制为 zkCli 命令', copyPath: '复制路径', refresh: '重新读取', actions: '节点操作', more: '导出、导入等',
    mark: { persistent: '持久', ephemeral: '临时', container: '容器', ttl: '限时' }, sequential: '顺序', markHint: { persistent: '会话结束后仍保留', ephemeral: '随其会话结束而消失', container: '最后一个子节点消失后不久消失', ttl: '在限定时间内没有更改就会消失' },
    tabs: { data: '数据', stat: '状态', acl: '权限', watches: '监视', versions: '版本' }, tabsLabel: '节点的视图',
    view: { json: 'JSON', text: '文本', hex: '十六进制' }, viewLabel: '显示方式', noData: '没有数据', gzip: '以 gzip 压缩；此处显示解压后的内容，保存时重新压缩', size: (bytes: string) => bytes, edit: '编辑', editLabel: (path: string) => `${path} 的数据`, lossy: '这些字节不是文本：请按十六进制修改。', badHex: '每个字节请写两位十六进制数字。', badJson: '这不是 JSON；仍会按文本保存。', save: '保存', revert: '还原', version: (n: number) => `版本 ${num(n)}`, saved: (n: number) => `已保存为版本 ${num(n)}`, changedMeanwhile: '编辑期间它已被更改，保存时会询问。', tooBig: (limit: string) => `仅显示前 ${limit}。`, showAll: '全部显示',
    conflictTitle: '别人已更改了它', conflictBody: (path: string, expected: number, found: number) => `你从 ${path} 的版本 ${num(expected)} 开始编辑；现在它是版本 ${num(found)}。`, theirs: '现在的内容', mine: '你的内容', overwrite: '用我的覆盖', keepTheirs: '保留对方的', goOn: '继续编辑',
    createTitle: (path: string) => `${path} 的新子节点`, name: '名称', kind: '种类', sequentialSwitch: '附加顺序号', ttl: '存活时间（秒）', data: '数据', createAct: '创建', nameBad: '名称不能为空，也不能含斜杠。',
    deleteTitle: (name: string) => `删除“${name}”？`, deleteBody: (version: number) => `只删除版本 ${num(version)}：若其间有更改，则什么也不做。`, deleteTreeTitle: (name: string) => `删除“${name}”及其下的一切？`, deleteTreeBody: (count: number, ephemerals: number, bytes: string) => `将删除 **${num(count)}** 个节点，共 ${bytes} 数据${ephemerals > 0 ? `，其中 ${num(ephemerals)} 个是临时节点` : ''}。全部如下：`, deleteTreeMore: (n: number) => `另有 ${num(n)} 个`, deleteTreeAct: (n: number) => `删除 ${num(n)} 个节点`, deleteTreeChanged: '列出之后子树有了变化。没有删除任何内容；请查看现在的列表。', deleted: (n: number) => `已删除 ${num(n)} 个节点`, listing: '正在列出将被删除的内容…',
    exported: (n: number) => `已导出 ${num(n)} 个节点`, importTitle: (path: string) => `导入到 ${path} 之下`, importHint: '在此导出过的文件。', importChoose: '选择文件…', importOverwrite: '覆盖已存在节点的数据', importAct: '导入', imported: (created: number, updated: number, skipped: number) => `新建 ${num(created)} 个，更新 ${num(updated)} 个，保持不变 ${num(skipped)} 个`,
    stat: {
      created: '创建', modified: '修改', inTxn: (zxid: string) => `事务 ${zxid}`, data: '数据', dataValue: (bytes: string, version: number) => `${bytes}，更改过 ${num(version)} 次`, children: '子节点', childrenValue: (n: number, cversion: number) => `现有 ${num(n)} 个，增减过 ${num(cversion)} 次`, acl: '权限', aclValue: (aversion: number) => `更改过 ${num(aversion)} 次`, owner: '会话', ownerNone: '无：会话结束后仍保留', kind: '种类', ttlValue: (time: string) => `最后一次更改后 ${time} 消失`, lastChild: '最近增减子节点',
    },
    acl: {
      who: { world: '任何人', auth: '创建者', digest: (id: string) => `用户 ${id}`, ip: (id: string) => `地址 ${id}`, x509: (id: string) => `证书 ${id}`, sasl: (id: string) => `SASL 用户 ${id}`, super: '超级用户', other: (scheme: string, id: string) => `${scheme} 身份 ${id}` },
      may: '可以', all: '做一切', nothing: '什么也不能做', perm: { read: '读取', write: '写入', create: '创建子节点', delete: '删除子节点', admin: '设置权限' }, sentence: (who: string, what: string) => `**${who}** 可以${what}`, edit: '更改…', add: '添加一项', removeEntry: '移除此项', scheme: '方式', id: '身份', perms: '权限', hidden: '当前登录无权读取其权限。', danger: '此后，当前登录者将无法再改回来。', saved: '权限已保存', raw: 'ZooKeeper 的写法',
    },
    watch: { title: '这里发生的事', below: '包括下级的一切', pause: '暂停', resume: '继续', waiting: '自你查看以来没有发生任何事。', columns: { when: '时间', what: '事件', path: '路径', zxid: '事务号' }, kind: { created: '已创建', deleted: '已删除', changed: '数据已更改', children: '子节点有变化' }, dropped: (n: number) => `有 ${num(n)} 件来得太快，未显示`, paused: (n: number) => `已暂停，${num(n)} 件等待显示`, clear: '清空' },
    versions: { none: '没有更早的版本。', noHistory: '只有本机运行的节点才保留 Sluice 可读取的版本。', columns: { version: '版本', when: '时间', what: '变化', size: '大小' }, what: { created: '创建', changed: '更改', deleted: '删除' }, diff: '与现在相比', same: '相同', restore: '恢复此版本', restored: '已恢复为新版本', binary: '不是文本：无法逐行比较。', added: '只在现在', removed: '只在当时' },
  },
  sessions: {
    title: '会话', none: '没有会话。', whitelist: '并非每台服务器都透露有谁连接。要听到全部，请在 zoo.cfg 中加入：', columns: { id: '会话', client: '来自', member: '所在服务器', timeout: '超时', ephemerals: '临时节点', traffic: '收 / 发' }, ours: '本应用', noConnection: '目前没有连接', refresh: '重新读取', moreEphemerals: (n: number) => `另有 ${num(n)} 个`,
    locks: '锁', locksHint: '子节点都是顺序临时节点的文件夹，锁和选举通常如此实现。', noLocks: '这里没有人持有或等待锁。', root: '起始路径', holder: '持有者', waiting: '等待者', since: '自', looked: (n: number) => `已查看 ${num(n)} 个节点`, notAll: (n: number) => `只查看了前 ${num(n)} 个节点；请选择离锁更近的文件夹。`, nobody: '无', waits: (n: number) => `${num(n)} 个在等待`,
  },
  console: {
    title: '四字命令', member: '服务器', word: '命令', ask: '询问', answer: '回答', copy: '复制回答', none: '选择一个命令并询问。', empty: '（没有文字）',
    words: { srvr: '服务器概况', mntr: '全部指标', stat: '服务器及其客户端', ruok: '是否存活', conf: '配置', cons: '连接', dump: '会话和临时节点', envi: '运行环境', wchs: '监视数量', wchc: '按会话列出监视', wchp: '按路径列出监视', dirs: '文件大小', isro: '是否只读', gtmk: '跟踪掩码', hash: '树的摘要' },
    backups: '备份', backupsHint: '一份快照及其后的事务，ZooKeeper 可以直接以这些文件启动。', backup: '立即备份', noBackups: '还没有备份。', onlyOwn: '只能备份在此运行的节点。其他集群的子树可在“节点树”中导出。', columns: { when: '时间', zxid: '截至事务号', size: '大小', file: '文件' }, done: '备份完成',
  },
  addDialog: {
    title: '添加集群', connectString: '连接串', connectHint: 'host:port,host:port，可带 /chroot', name: '名称（可选）', auth: '登录方式', authKinds: { none: '不登录', digest: 'Digest：用户名和密码', sasl: 'SASL DIGEST-MD5 认证' }, user: '用户', password: '密码', secretHint: '只保存在保险库中。', tls: '使用 TLS 连接', ca: '签发机构证书，PEM（可选）', cert: '自己的证书，PEM（可选）', key: '其私钥，PEM（可选）', verify: '校验服务器证书', act: '添加并连接', note: '以只读方式打开。之后可逐次会话允许更改。',
  },
  wizardDialog: {
    title: '新建集群', intro: '三台服务器中一台出故障仍能工作。请给每台各用一台机器，或全部在本机试用。', name: '名称', members: '成员', host: '主机', client: '客户端端口', quorum: '同步端口', election: '选举端口', number: (n: number) => `服务器 ${num(n)}`, dataDir: '服务器上的数据文件夹', here: '全部在本机', files: '文件', filesHint: '把它们放到各服务器上，然后在那里启动 ZooKeeper，或运行：sluice coordination start --config zoo.cfg', startHere: (n: number) => `在本应用中运行服务器 ${num(n)}`, addMember: '添加服务器', removeMember: (n: number) => `移除服务器 ${num(n)}`, addAsEnsemble: '加入列表', copyFile: '复制',
    problem: { samePort: (n: number) => `服务器 ${num(n)} 重复使用了同一端口。`, sameServer: (n: number) => `有两台服务器的编号都是 ${num(n)}。`, loopback: (n: number) => `服务器 ${num(n)} 用的是回环地址：其他服务器无法连接。`, even: (_: number) => '偶数个投票者并不比少一个更安全。' },
  },
} satisfies typeof source;
