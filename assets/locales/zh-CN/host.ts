// 通知、托盘等窗口之外的文字。带 title 和 body 的是通知。
import type { RunFacts } from '../en/host.ts';

const n = (value: number): string => value.toLocaleString('zh-CN');
const again = (times: number): string => (times > 1 ? `（最近几分钟共 ${n(times)} 次运行）` : '');

export const host = {
  runDone: (p: RunFacts): { title: string; body: string } => ({
    title: `${p.sync}：已完成${again(p.times)}`,
    body: p.files === 0 && p.deleted === 0 ? '两侧已一致。' : `已复制 ${n(p.files)} 个文件${p.deleted > 0 ? `，删除 ${n(p.deleted)} 个` : ''}。`,
  }),
  runPartial: (p: RunFacts): { title: string; body: string } => ({
    title: `${p.sync}：${p.failed > 0 ? `${n(p.failed)} 个文件需要处理` : '没有全部完成'}${again(p.times)}`,
    body: `已复制 ${n(p.files)} 个文件。${p.reason === '' ? '' : `${p.reason}。`}`,
  }),
  runFailed: (p: RunFacts): { title: string; body: string } => ({ title: `${p.sync}：运行失败${again(p.times)}`, body: p.reason === '' ? '打开可查看原因。' : `${p.reason}。` }),
  runInterrupted: (p: RunFacts): { title: string; body: string } => ({ title: `${p.sync}：运行被中断${again(p.times)}`, body: '打开后可继续处理尚未完成的内容。' }),
  hostKeyChanged: (p: { server: string }): { title: string; body: string } => ({ title: `${p.server} 的主机密钥已改变`, body: '在您查看之前不会向它发送任何内容。' }),
  quorumLost: (p: { cluster: string }): { title: string; body: string } => ({ title: `${p.cluster} 已失去法定多数`, body: '在多数服务器恢复之前，无法写入。' }),
  quorumBack: (p: { cluster: string }): { title: string; body: string } => ({ title: `${p.cluster} 已恢复法定多数`, body: '可以继续写入。' }),
  pipelineFailed: (p: { pipeline: string; reason: string }): { title: string; body: string } => ({ title: `${p.pipeline} 已意外停止`, body: p.reason === '' ? '打开可查看原因。' : `${p.reason}。` }),
  trayRun: (p: { sync: string; percent: number; state: string }): string => `${p.sync}：${p.state === 'paused' ? '已暂停，' : ''}${p.percent}%`,
  trayProblem: (p: { kind: string; name: string }): string => {
    const what: Readonly<Record<string, string>> = { runPartial: '没有全部完成', runFailed: '失败', runInterrupted: '被中断', hostKeyChanged: '主机密钥已改变', storeRestored: '数据已从备份恢复', quorumLost: '已失去法定多数', nodeFailed: '节点故障', pipelineFailed: '管道故障' };
    const words = what[p.kind] ?? '需要处理';
    return p.name === '' ? words : `${p.name}：${words}`;
  },
  // Electron 主机自己的文字
  open: '打开 Sluice',
  quit: '退出',
  cancel: '取消',
  trayState: (state: 'idle' | 'syncing' | 'attention' | 'paused'): string => ({ idle: '全部已同步', syncing: '正在同步', attention: '有事项需要处理', paused: '已暂停' })[state],
  closeTitle: '关闭窗口后让 Sluice 继续运行吗？',
  closeBody: '同步会在后台继续，点击托盘图标可重新打开窗口。没有托盘时，再次启动 Sluice 即可。',
  closeStay: '继续运行',
  closeRemember: '以后都这样（可在“设置”中更改）',
  quitTitle: (runs: number): string => `有 ${n(runs)} 个同步正在运行。仍要退出吗？`,
  quitBody: '正在处理的文件会先完成或妥善搁置，之后可以继续这次同步。',
  menuEdit: '编辑', menuUndo: '撤销', menuRedo: '重做', menuCut: '剪切', menuCopy: '复制', menuPaste: '粘贴', menuSelectAll: '全选',
  menuView: '视图', menuZoomIn: '放大', menuZoomOut: '缩小', menuZoomReset: '实际大小', menuFullScreen: '全屏',
  menuClose: '关闭窗口', menuReload: '重新加载', menuDevTools: '开发者工具',
};
