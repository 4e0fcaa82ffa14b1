// 每个错误代码的中文说明：哪个对象发生了什么、原因、以及该怎么办。见 ../error-texts.ts。
import type { ErrorTexts } from '../error-texts.ts';
import { agentErrors } from './agent-errors.ts';

const count = (value: string | number): string => Number(value).toLocaleString('zh-CN');
const on = (place: string | number): string => (place === 'local' || place === '' ? '本机' : `${place} `);
const KINDS: Readonly<Record<string, string>> = { server: '服务器', sync: '同步', plan: '预览', run: '运行记录', activity: '活动记录' };
const ENGINES: Readonly<Record<string, string>> = { sync: '同步' };
const kindOf = (kind: string | number): string => KINDS[kind] ?? String(kind);
const engineOf = (engine: string | number): string => ENGINES[engine] ?? `${engine} `;

/** 程序自身给出的中断原因，其他原因按原文显示。 */
const INTERRUPTIONS: Readonly<Record<string, string>> = {
  engine: '同步引擎意外退出，正在重新启动。',
  engineAgain: '同步引擎在本次运行中多次意外退出。',
  quit: '在运行完成之前退出了 Sluice。',
  crash: 'Sluice 在运行完成之前意外结束。',
  lock: '防止其他工作站运行此同步的锁已丢失，因此停止了本次运行。',
};

export const errors = {
  // 内部通信与宿主
  RPC_BAD_INPUT: (p) => ({
    title: `请求 ${p.procedure} 被拒绝`,
    body: `窗口发来了应用不接受的内容：${p.reason}`,
    remedy: '没有任何改动。请关闭窗口后重新打开；如果再次出现，请附上下面的详细信息报告问题。',
  }),
  RPC_BAD_OUTPUT: (p) => ({
    title: `无法显示 ${p.procedure} 的结果`,
    body: `应用给出的结果不符合自身的规则：${p.reason}`,
    remedy: '这是 Sluice 的缺陷，请附上下面的详细信息报告问题。',
  }),
  RPC_UNKNOWN_PROCEDURE: (p) => ({
    title: `当前版本不认识 ${p.procedure}`,
    body: '窗口与后台应用来自不同的版本。',
    remedy: '请关闭窗口并重新启动 Sluice，使两者版本一致。',
  }),
  RPC_PROTOCOL: (p) => ({
    title: '窗口与应用之间的连接已中断',
    body: `一方发来了另一方无法读取的内容：${p.reason}`,
    remedy: '请关闭窗口后重新打开。正在运行的同步不受影响。',
  }),
  RPC_CLOSED: () => ({
    title: '窗口与应用失去了连接',
    body: '应用已关闭，或者连接被切断。',
    remedy: '请重新启动 Sluice；如果从另一台机器访问，请检查 SSH 隧道。窗口会自动重新连接。',
  }),
  APP_BUG: (p) => ({
    title: 'Sluice 内部出错',
    body: `出现了意料之外的情况：${p.message}`,
    remedy: '请重试。如果再次出现，请附上下面的详细信息报告问题。',
  }),
  APP_CANCELLED: () => ({
    title: '已取消',
    body: '操作在完成之前被停止。',
    remedy: '需要时可以重新开始。',
  }),
  ENGINE_DOWN: (p) => ({
    title: `${engineOf(p.engine)}引擎目前没有运行`,
    body: '它意外退出，正在重新启动。',
    remedy: '请稍等几秒后重试。被中断的运行会自动继续。',
  }),
  ENGINE_FAILED: (p) => ({
    title: `无法启动${engineOf(p.engine)}引擎`,
    body: `每次尝试都提前结束：${p.reason}`,
    remedy: '请退出 Sluice 后重新启动。如果仍然不行，请重新安装；您的同步和服务器会保留。',
  }),
  // 数据与密码库
  STORE_NEWER: (p) => ({
    title: '您的数据由更新版本的 Sluice 写入',
    body: `${p.file} 的格式为 ${p.found}，当前版本最高支持 ${p.known}。`,
    remedy: '请重新安装较新的 Sluice 版本。您的数据没有任何改动。',
  }),
  STORE_CORRUPT: (p) => ({
    title: '数据文件已损坏并被替换',
    body: `无法读取 ${p.file}。${p.restoredFrom === '' ? '没有可用的备份，Sluice 将从空白开始。' : `已用备份 ${p.restoredFrom} 代替。`}`,
    remedy: `损坏的文件保留为 ${p.keptAs}。请核对服务器和同步，并检查所在的磁盘。`,
  }),
  STORE_IO: (p) => ({
    title: `无法读写 ${p.file}`,
    body: `系统提示：${p.reason}`,
    remedy: '请检查磁盘是否已满、该文件夹是否属于您且可写，然后重新启动 Sluice。',
  }),
  STORE_NOT_FOUND: (p) => ({
    title: `该${kindOf(p.kind)}已不存在`,
    body: `没有 ID 为 ${p.id} 的${kindOf(p.kind)}，可能已在另一个窗口中删除。`,
    remedy: '请返回列表另选一个。',
  }),
  VAULT_LOCKED: () => ({
    title: '密码库已锁定',
    body: '需要用到保存的密码或密钥口令，但启动后密码库尚未解锁。',
    remedy: '请在“设置 → 安全”中输入密码库口令，然后重试。',
  }),
  VAULT_WRONG_PASSPHRASE: () => ({
    title: '口令无法打开密码库',
    body: '它与创建密码库时使用的口令不一致。',
    remedy: '请检查键盘布局和大写锁定后重试。忘记的口令无法找回，只能重新输入各个密码。',
  }),
  VAULT_UNAVAILABLE: (p) => ({
    title: '这台计算机暂时无法保存密码',
    body: `没有可用的密码库：${p.reason}`,
    remedy: '请在“设置 → 安全”中创建口令密码库，或改用 SSH 代理、没有口令的密钥登录。',
  }),
  // 名称与位置
  PATH_NOT_FOUND: (p) => ({
    title: `${on(p.place)}上不存在 ${p.path}`,
    body: '没有这个名称的文件或文件夹，或者它的上级文件夹不存在。',
    remedy: '请检查拼写，或在目录树中选择。如果它在移动磁盘或网络磁盘上，请先连接该磁盘。',
  }),
  PATH_NOT_A_FOLDER: (p) => ({
    title: `${on(p.place)}上的 ${p.path} 不是文件夹`,
    body: '这里需要文件夹，但这个名称是一个文件。',
    remedy: '请选择它所在的文件夹，或另选一个文件夹。',
  }),
  PATH_DENIED: (p) => ({
    title: `没有权限打开${on(p.place)}上的 ${p.path}`,
    body: '当前登录的用户无权访问它。',
    remedy: '请为该用户授予访问权限（chmod 或 chown），或改用有权限的用户登录。',
  }),
  PATH_BAD_REF: () => ({
    title: '请重新选择这个文件或文件夹',
    body: '窗口使用的标识不是本次运行的 Sluice 签发的。',
    remedy: '请刷新目录树后重新选择。',
  }),
  SYNC_INTO_ITSELF: (p) => ({
    title: `不能把 ${p.source} 同步到它自身内部`,
    body: `${p.target} 位于 ${p.source} 之内，副本会一层层地包含自己。`,
    remedy: '请选择源文件夹之外的目标。',
  }),
  PATH_BAD_NAME: (p) => ({
    title: `“${p.name}”不能用作文件夹名称`,
    body: '名称不能包含斜杠或零字节，也不能为空、“.”或“..”。',
    remedy: '请换一个名称。',
  }),
  SERVER_IN_USE: (p) => ({
    title: `暂时不能移除 ${p.server}`,
    body: `以下同步正在使用它：${p.syncs}`,
    remedy: '请先移除这些同步。它们的文件会保留在原处。',
  }),
  SYNC_BOTH_REMOTE: (p) => ({
    title: '源和目标不能都在服务器上',
    body: `${p.source} 与 ${p.target} 都是远程位置，同步的一侧必须是本机。`,
    remedy: '请选择本机的文件夹作为其中一侧，或在其中一台服务器上运行 Sluice。',
  }),
  SYNC_DELETES_SOURCE: (p) => ({
    title: `此同步会删除自己的源 ${p.source}`,
    body: `源位于目标 ${p.target} 之内，而目标中多出的内容将被删除。`,
    remedy: '请关闭删除，或选择不包含源的目标。',
  }),
  SYNC_ALREADY_RUNNING: (p) => ({
    title: `“${p.sync}”正在运行`,
    body: '同一个同步一次只能运行一个，以免两个运行写入相同的文件。',
    remedy: '请等待运行结束或将其停止，然后再开始。',
  }),
  SYNC_BAD_OPTION: (p) => ({
    title: `无法使用选项 ${p.option}`,
    body: `原因：${p.reason}`,
    remedy: '请删除或改正该选项。运行 sluice sync --help 可查看选项列表。',
  }),
  SYNC_BAD_FILTER: (p) => ({
    title: `无法理解过滤规则“${p.rule}”`,
    body: `原因：${p.reason}`,
    remedy: '请按 rsync 的写法填写：“- *.o”表示排除，“+ /keep”表示包含，然后重试。',
  }),
  PLAN_NOT_READY: () => ({
    title: '预览尚未就绪',
    body: '仍在比较两侧，或者比较没有完成。',
    remedy: '请等待预览完成，或重新开始预览。',
  }),
  PLAN_STALE: () => ({
    title: '预览已过期，不能运行',
    body: '它已超过十分钟，或者之后又运行过一次，文件夹的内容可能已经不同。',
    remedy: '请重新点击“预览”，查看后再运行。',
  }),
  PLAN_WRONG_TOKEN: () => ({
    title: '预览在显示之后发生了变化',
    body: '只会运行您看到的内容，而现在的决定与屏幕上的不同。',
    remedy: '请查看当前的预览，然后再次点击“运行”。',
  }),
  PLAN_GUARD: (p) => ({
    title: `本次运行将删除 ${count(p.total)} 个文件中的 ${count(p.deletes)} 个`,
    body: '这比平常多，因此需要您确认。常见原因是源文件夹为空或未挂载。',
    remedy: '请确认源文件夹完整。如果确实要删除，请勾选“我已看到这些删除”后再运行；否则请跳过它们。',
  }),
  // SSH
  SSH_RESOLVE: (p) => ({
    title: `找不到主机 ${p.host}`,
    body: '没有查到它的地址。',
    remedy: '请检查拼写、网络和 VPN，或改填 IP 地址。',
  }),
  SSH_CONNECT: (p) => ({
    title: `${p.host} 不接受端口 ${p.port} 上的连接`,
    body: `连接失败：${p.reason}`,
    remedy: `请确认该机器已开机、sshd 在端口 ${p.port} 上运行（systemctl status ssh），并且中间没有防火墙阻挡。`,
  }),
  SSH_TIMEOUT: (p) => ({
    title: `${p.host} 在端口 ${p.port} 上没有响应`,
    body: '在规定时间内没有收到响应。机器可能关机、无法到达，或者防火墙丢弃了数据包。',
    remedy: `请检查网络和 VPN，以及端口 ${p.port} 是否开放（nc -vz ${p.host} ${p.port}），然后重试。`,
  }),
  SSH_HOST_KEY_UNKNOWN: (p) => ({
    title: `${p.host} 是第一次连接的主机`,
    body: `它出示的 ${p.type} 密钥指纹是 ${p.sha256}，尚未有人确认这就是您要连接的机器。`,
    remedy: '请与该机器自己显示的指纹核对（ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub），一致时再信任。',
  }),
  SSH_HOST_KEY_CHANGED: (p) => ({
    title: `${p.host} 的主机密钥已改变`,
    body: `它现在出示的 ${p.type} 密钥指纹是 ${p.sha256}，而您信任的是 ${p.known}。可能是机器重装过，也可能有人在中间窃听。`,
    remedy: '在机器管理员确认新指纹之前请不要继续。确认后，打开该服务器并替换密钥。',
  }),
  SSH_AUTH: (p) => ({
    title: `${p.host} 拒绝了用户 ${p.user} 登录`,
    body: `已尝试：${p.tried}，均未被接受。`,
    remedy: `请检查用户名和密码，或把公钥加入对方的 ~/.ssh/authorized_keys：ssh-copy-id ${p.user}@${p.host}`,
  }),
  SSH_KEY_FILE: (p) => ({
    title: `无法使用密钥 ${p.path}`,
    body: `原因：${p.reason}`,
    remedy: '请选择私钥文件（不是以 .pub 结尾的文件），并确认您有读取权限。',
  }),
  SSH_KEY_PASSPHRASE: (p) => ({
    title: `密钥 ${p.path} 需要口令`,
    body: '该密钥已加密，但没有保存口令或口令不正确。',
    remedy: '请在服务器设置中输入口令，或把密钥加载到代理：ssh-add',
  }),
  SSH_NO_AGENT: () => ({
    title: '没有正在运行的 SSH 代理',
    body: 'SSH_AUTH_SOCK 未设置，或者没有响应。',
    remedy: '请启动代理并加载密钥（eval "$(ssh-agent)"; ssh-add），或为此服务器选择密钥或密码登录。',
  }),
  SSH_ALGORITHMS: (p) => ({
    title: `${p.host} 与 Sluice 没有共同的加密算法`,
    body: `原因：${p.reason}`,
    remedy: '请更新对方的 SSH 服务，或将此服务器的连接方式改为“系统 ssh”，并在 ~/.ssh/config 中允许旧算法。',
  }),
  SSH_LOST: (p) => ({
    title: `与 ${p.host} 的连接已断开`,
    body: `原因：${p.reason}`,
    remedy: '请检查网络后再次运行：会从中断处继续，目标中不会留下写了一半的文件。',
  }),
  SSH_NO_SHELL: (p) => ({
    title: `${p.host} 不允许该用户执行命令`,
    body: `登录成功，但服务器回应：${p.text}`,
    remedy: '请改用可在该服务器上执行命令（包括 rsync）的用户，或请管理员放行。',
  }),
  SSH_NO_SFTP: (p) => ({
    title: `无法显示 ${p.host} 的文件夹`,
    body: `该服务器不提供 SFTP：${p.reason}`,
    remedy: '请在 /etc/ssh/sshd_config 中启用（Subsystem sftp internal-sftp）并重新加载 sshd，或直接输入路径。',
  }),
  SSH_BAD_TARGET: (p) => ({
    title: `“${p.text}”不是有效的服务器`,
    body: `原因：${p.reason}`,
    remedy: '请写成 user@host、user@host:port，或 ~/.ssh/config 中的 Host 名称。',
  }),
  // 远端 rsync
  RSYNC_MISSING: (p) => ({
    title: `${p.host} 上没有安装 rsync`,
    body: '可以登录，但在那里找不到 rsync 程序，而两侧都需要它。',
    remedy: `请登录该机器并安装：${p.install}`,
  }),
  RSYNC_NOISE: (p) => ({
    title: `${p.host} 的登录 shell 向连接中输出了文字`,
    body: `在 rsync 应答之前收到了：${p.text}`,
    remedy: '请让 ~/.bashrc、~/.profile 等只在交互式 shell 中输出，例如先写上：case $- in *i*) ;; *) return;; esac',
  }),
  RSYNC_PROTOCOL: (p) => ({
    title: '对方的 rsync 发来了意外的内容',
    body: `原因：${p.reason}`,
    remedy: '请再运行一次。如果再次出现，请检查对方的 rsync 版本（rsync --version），并附上下面的详细信息报告问题。',
  }),
  RSYNC_REMOTE: (p) => ({
    title: `对方的 rsync 已退出（退出码 ${p.exitCode}）`,
    body: `它的提示是：${p.message}`,
    remedy: '请处理它指出的问题（通常是路径、权限或对方的磁盘），然后再次运行。',
  }),
  RSYNC_VERSION: (p) => ({
    title: '对方的 rsync 版本过旧',
    body: `它使用协议 ${p.got}，需要 ${p.want}。`,
    remedy: '请将对方的 rsync 更新到 3.0 或更高版本。',
  }),
  // 文件
  FILE_UNREADABLE: (p) => ({
    title: `无法读取 ${p.path}`,
    body: `系统提示：${p.reason}`,
    remedy: '请为运行同步的用户授予读取权限（chmod u+r），或用过滤规则排除该文件，然后再次运行。',
  }),
  FILE_VANISHED: (p) => ({
    title: `${p.path} 在复制之前消失了`,
    body: '列出文件夹时它还在，轮到它时已经不在了。',
    remedy: '通常无需处理，临时文件会这样。再次运行即可复制现有的内容。',
  }),
  FILE_WRITE: (p) => ({
    title: `无法写入 ${p.path}`,
    body: `系统提示：${p.reason}`,
    remedy: '请检查目标文件夹的权限和磁盘，然后再次运行。文件的旧版本仍然保留。',
  }),
  FILE_NO_SPACE: (p) => ({
    title: `没有空间写入 ${p.path}`,
    body: '目标磁盘或其配额已满。',
    remedy: '请在那里腾出空间（df -h 可查看用量）后再次运行，已复制的内容会保留。',
  }),
  FILE_NAME_TOO_LONG: (p) => ({
    title: `名称 ${p.path} 对目标来说太长`,
    body: '目标的文件系统允许的名称或路径字节数更少。',
    remedy: '请缩短名称，或用过滤规则排除。一个汉字通常占三个字节。',
  }),
  FILE_DELETE: (p) => ({
    title: `无法删除 ${p.path}`,
    body: `系统提示：${p.reason}`,
    remedy: '请检查它所在文件夹的权限，然后再次运行。',
  }),
  FILE_NOT_EMPTY: (p) => ({
    title: `文件夹 ${p.path} 不为空，没有删除`,
    body: '其中有预览中没有显示的文件，或受过滤规则保护的文件。',
    remedy: '请重新预览，新出现的内容会单独列出。',
  }),
  FILE_CHECKSUM: (p) => ({
    title: `${p.path} 收到的内容与发送的不一致`,
    body: '校验和两次都不匹配。文件在读取时被修改，或者内存、磁盘、网络有故障。',
    remedy: '请在没有程序写入该文件时再次运行。文件的旧版本仍然保留。',
  }),
  FILE_CHANGED: (p) => ({
    title: `${p.path} 在预览之后发生了变化`,
    body: '它的某一侧已不是显示过的样子，因此没有改动它。',
    remedy: '请重新预览，并根据现状决定。',
  }),
  FILE_TYPE_IN_THE_WAY: (p) => ({
    title: `${p.path} 的位置被占用`,
    body: '目标中有同名但类型不同的对象：应为文件的地方是文件夹，或者相反。',
    remedy: '请将其移走或删除，或为此同步允许删除，然后再次运行。',
  }),
  FILE_OUTSIDE: (p) => ({
    title: `${p.path} 会指向目标文件夹之外`,
    body: '它的名称或途中的链接指向此同步可写范围之外。',
    remedy: '没有写入任何内容。请检查目标中的链接，以及对方是否可信。',
  }),
  FILE_LINK_LOOP: (p) => ({
    title: `${p.path} 的链接形成了循环`,
    body: '途中的符号链接互相指向对方。',
    remedy: '请删除或改正其中一个链接，或用过滤规则排除。',
  }),
  SCAN_IO: (p) => ({
    title: `无法列出 ${p.path}`,
    body: `系统提示：${p.reason}。其下的内容既不会复制也不会删除。`,
    remedy: '请授予该文件夹的访问权限或检查磁盘，然后重新预览。',
  }),
  SCAN_DELETES_OFF: (p) => ({
    title: '本次不会删除任何内容',
    body: `左侧有内容无法读取（${p.path}），看似缺失的文件可能仍然存在。`,
    remedy: '请使其可读后重新预览；也可以不处理，复制照常进行。',
  }),
  RUN_INTERRUPTED: (p) => ({
    title: '运行被中断',
    body: INTERRUPTIONS[p.reason] ?? `原因：${p.reason}`,
    remedy: p.reason === 'engine'
      ? '无需操作：引擎恢复后，运行会自动继续。没有文件写到一半。'
      : '请再次开始：会继续处理尚未完成的内容，没有文件写到一半。',
  }),
  RUN_STOPPED: () => ({
    title: '运行已停止',
    body: '您在全部完成之前结束了它。',
    remedy: '再次运行即可完成其余部分，已完成的会保留。',
  }),
  COORD_CONFIG: (p) => ({ title: '配置无效', body: `${p.file} 第 ${p.line} 行：${p.reason}`, remedy: '请更正该行后重新启动节点。' }),
  COORD_MYID: (p) => ({ title: '服务器不知道自己的编号', body: `${p.file}，原因：${p.reason}`, remedy: '请在该文件中只写入本机 server.N 行的编号。' }),
  COORD_PORT: (p) => ({ title: '无法打开端口', body: `${p.address}:${p.port}，原因：${p.reason}`, remedy: '请结束占用该端口的程序，或在配置中换一个端口。' }),
  COORD_DATA_LOCKED: (p) => ({ title: '数据文件夹正在使用', body: `${p.dir} 由 ${p.holder} 占用`, remedy: '请先结束该进程；两个服务器共用一个文件夹会毁掉数据。' }),
  COORD_LOG_CORRUPT: (p) => ({ title: '事务日志已损坏', body: `${p.file} 第 ${p.offset} 字节：${p.reason}`, remedy: '没有改动任何内容。请恢复备份；若在集群中，可清空 version-2 文件夹，服务器会从其他成员取回全部数据。' }),
  COORD_LOG_TORN: (p) => ({ title: '事务日志在写入中途结束', body: `${p.file} 第 ${p.offset} 字节，原因：${p.reason}`, remedy: '已确认的内容没有丢失：只去掉了被崩溃打断的那次写入的残余部分。' }),
  COORD_LOG_GONE: (p) => ({ title: '历史记录没有那么早', body: `请求从 ${p.zxid} 开始，日志最早到 ${p.oldest}`, remedy: '请从更晚的位置开始，或保留更多快照和日志（autopurge.snapRetainCount）。' }),
  COORD_DIGEST: (p) => ({ title: '数据与集群所述不一致', body: `${p.dir}：在 ${p.zxid} 处摘要不同`, remedy: '请与其他服务器比较。如果只有这台不同，请清空它的 version-2 文件夹，它会从其他成员取回全部数据。' }),
  COORD_SNAPSHOT_CORRUPT: (p) => ({ title: '快照已损坏', body: `${p.file}，原因：${p.reason}`, remedy: '如有更早的快照会自动使用；若都不可用，请恢复备份。' }),
  COORD_DISK: (p) => ({ title: '节点无法写入磁盘', body: `${p.file}，原因：${p.reason}`, remedy: '请腾出空间或修复磁盘后重新启动节点。未落盘的内容都没有被确认。' }),
  COORD_EPOCH: (p) => ({ title: '纪元文件与数据不符', body: `${p.dir}，原因：${p.reason}`, remedy: '请恢复 currentEpoch 和 acceptedEpoch 文件，或清空文件夹，让服务器从其他成员取回数据。' }),
  COORD_PEER: (p) => ({ title: '集群中的一台服务器应答异常', body: `${p.peer}，原因：${p.reason}`, remedy: '请查看该服务器的日志以及两者之间的网络。' }),
  COORD_PEER_CONFIG: (p) => ({ title: '各服务器的集群配置不一致', body: `${p.peer}，原因：${p.reason}`, remedy: '请让所有服务器使用相同的 server.N 行，并各自使用不同的 myid。' }),
  COORD_NO_QUORUM: (p) => ({ title: '集群没有达到法定数量', body: `原因：${p.reason}`, remedy: '请启动足够多的服务器以形成多数；在此之前读写都会等待。' }),
  COORD_CLIENT: (p) => ({ title: '已拒绝一个客户端', body: `${p.client}，原因：${p.reason}`, remedy: '请检查该客户端发送的内容。' }),
  COORD_QUOTA: (p) => ({ title: '超出配额', body: `${p.path}，原因：${p.reason}`, remedy: '请删除不再需要的节点，或设置更大的配额。' }),
  COORD_CONNECT: (p) => ({ title: '无法连接集群', body: `${p.hosts}，原因：${p.reason}`, remedy: '请检查主机名、端口和网络；系统会自动重试。' }),
  COORD_SESSION_LOST: (p) => ({ title: '会话已过期', body: `${p.hosts} 太久没有收到消息；该会话的临时节点已被删除`, remedy: '会打开新的会话；依赖临时节点的操作需要重新进行。' }),
  COORD_AUTH: (p) => ({ title: '集群不接受该凭据', body: `${p.hosts}，方案 ${p.scheme}`, remedy: '请检查用户名和密码。' }),
  COORD_KEEPER: (p) => ({ title: '集群拒绝了请求', body: `${p.path}，原因：${p.error}`, remedy: '错误名称说明了请求的问题所在。' }),
  COORD_CHANGED: (p) => ({ title: '该 znode 已被他人修改', body: `${p.path}：您看到的是版本 ${p.expected}，现在是 ${p.found}`, remedy: '请查看新值，然后再次保存或保留对方的内容。' }),
  COORD_READ_ONLY: (p) => ({ title: '此处不允许修改', body: `${p.cluster} 以只读方式打开`, remedy: '请先为本次会话允许修改。' }),
  COORD_LOCK_HELD: (p) => ({ title: '锁被他人持有', body: `${p.what} 由 ${p.holder} 持有`, remedy: '请等待对方完成；锁释放后会自动重试。' }),
  COORD_FOUR_LETTER: (p) => ({ title: '服务器不应答该命令', body: `${p.host}，${p.word}，原因：${p.reason}`, remedy: '请在服务器的 zoo.cfg 中把该词加入 4lw.commands.whitelist。' }),
  COORD_ARCHIVE: (p) => ({ title: '无法使用该归档文件', body: `${p.file}，原因：${p.reason}`, remedy: '请选择其他文件，或重新生成归档。' }),
  COORD_MIRROR: (p) => ({ title: '镜像已停止', body: `${p.path}，原因：${p.reason}`, remedy: '原因消除后会自动继续；尚未复制的内容会显示出来。' }),
  PIPELINE_CHANGED: (p) => ({ title: '管道已在另一个窗口中更改', body: `${p.pipeline} 在您打开之后被保存过`, remedy: '请重新打开以查看最新文本；可先复制您的文本。' }),
  PIPELINE_NOT_RUNNING: (p) => ({ title: '管道没有运行', body: `${p.pipeline} 已关闭`, remedy: '请先部署或启动它。' }),
  PIPELINE_REFUSED: (p) => ({ title: '草稿没有部署', body: `${p.pipeline}：有 ${p.problems} 个问题使它无法运行`, remedy: '请查看问题列表；之前运行的配置保持不变。' }),
  PIPELINE_EDIT: (p) => ({ title: '无法进行此更改', body: `${p.component}，原因：${p.reason}`, remedy: '请改在文本中修改。' }),
  ...agentErrors,
} satisfies ErrorTexts;
