// Texts of the command line.
import { cliAgent } from './cli-agent.ts';
import { cliAgentChannel } from './cli-agent-channel.ts';
import { cliAvroClient } from './cli-avro-client.ts';
import { cliCoordination } from './cli-coordination.ts';

export const cli = {
  help: `用法:sluice sync [选项]... 源... 目标
      sluice sync [选项]... 源... [用户@]主机:目标
      sluice sync [选项]... [用户@]主机:源... 目标
      sluice agent [命令]         运行 Flume 的配置:“sluice agent help”
      sluice coordination 命令    使用 ZooKeeper 协议的节点:“sluice coordination help”
      sluice version | help

像 rsync 一样复制,远端只需要 rsync 和 sshd。ssh://用户@主机:端口/路径 可以指定端口。
“源/”表示文件夹里的内容,“源”表示文件夹本身。

 -a, --archive            等于 -rlptgoD
 -r, --recursive          包括文件夹里的所有内容
 -l, -p, -t, -g, -o       保留链接、权限、时间、组、所有者(--no-perms 等可取消其中一项)
 -D                       保留设备和特殊文件
 -u, --update             不动目标中较新的文件
 -c, --checksum           按内容比较,而不是按大小和时间
 -I, --ignore-times       大小和时间相同也复制;--size-only 只看大小
 -n, --dry-run            只显示将要做什么
 -z, --compress           传输时压缩
 -W, --whole-file         不用增量;--inplace 直接写入原文件;--partial 保留未传完的部分
 --delete                 删除目标中有而源中没有的内容
 --exclude=模式, --include=模式, -f, --filter=规则, --exclude-from=文件, --include-from=文件
 -v, -i, -h, -q           列出复制的文件、逐项列出变化、易读的数字、安静
 --stats, --progress, -P  结束时的统计、每个文件的进度、等于 --partial --progress
 --json                   每行一个 JSON 对象,代替文字
 -e, --rsh=命令           使用的远程 shell,例如 "ssh -p 2222 -i key"
 --transport=ssh2|openssh 内置的 SSH(默认)或系统的 ssh
 --rsync-path=程序        远端的 rsync
 --timeout=秒             这么久没有数据就放弃
 --no-fsync               不等待磁盘写入
`,
  version: (p: { version: string }): string => `sluice  version ${p.version}  protocol version 32`,
  agent: cliAgent,
  agentChannel: cliAgentChannel,
  avroClient: cliAvroClient,
  coordination: cliCoordination,
  thisComputer: '本机',
  unknownCommand: (p: { command: string }): string => `${p.command}:没有这个命令。“sluice help” 列出所有命令。`,
  usageProblem: {
    unknown: (p: { option: string }): string => `${p.option}:没有这个选项(unknown option)。“sluice help” 列出所有选项。`,
    unsupported: (p: { option: string }): string => `${p.option}:rsync 有这个选项,Sluice 还不支持。什么都没有复制;请去掉它,或者这次改用 rsync。`,
    missingValue: (p: { option: string }): string => `${p.option}:缺少值。“sluice help” 显示写法。`,
    noValue: (p: { option: string }): string => `${p.option}:这个选项不带值。`,
    badValue: (p: { option: string }): string => `${p.option}:这个值不能用。“sluice help” 显示写法;源和目标最多在两台机器上,其中一台是本机。`,
    usage: (p: { option: string }): string => `用法:sluice coordination ${p.option}`,
    agentUsage: (p: { option: string }): string => `用法:sluice agent ${p.option}`,
  },
  askHostKey: (p: { host: string; type: string; sha256: string }): string => `还不认识主机 ${p.host}。它的 ${p.type} 密钥指纹是\n  ${p.sha256}\n请与管理员给出的指纹核对。这次继续吗(yes/no)?`,
  yes: ['yes', 'y', '是'] as readonly string[],
  askPassword: (p: { user: string; host: string }): string => `${p.user} 在 ${p.host} 的密码:`,
  askPassphrase: (p: { path: string }): string => `密钥 ${p.path} 的口令:`,
  ended: (p: { code: number; meaning: string }): string => `sluice:${p.meaning}(code ${p.code})`,
  exit: {
    OK: '完成', SYNTAX: '用法错误', PROTOCOL: '双方无法开始通信', FILE_SELECT: '这些源和这个目标不能一起用',
    UNSUPPORTED: '不支持所要求的操作', START: '会话无法开始', SOCKET: '网络错误', FILE_IO: '文件读写错误',
    STREAM: '连接中的数据有误', DIAGNOSTICS: 'Sluice 内部故障', SIGNAL: '被信号停止', PARTIAL: '有些文件没有复制,见上文',
    VANISHED: '有些文件在复制前消失了,见上文', TIMEOUT: '太久没有数据', NOT_FOUND: '找不到远端程序', SSH: 'SSH 连接失败', OTHER: '以错误结束',
  },
};
