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
  trayRun: (p: { sync: string; percent: number; state: string }): string => `${p.sync}：${p.state === 'paused' ? '已暂停，' : ''}${p.percent}%`,
  trayProblem: (p: { kind: string; name: string }): string => {
    const what: Readonly<Record<string, string>> = { runPartial: '没有全部完成', runFailed: '失败', runInterrupted: '被中断', hostKeyChanged: '主机密钥已改变', storeRestored: '数据已从备份恢复' };
    const words = what[p.kind] ?? '需要处理';
    return p.name === '' ? words : `${p.name}：${words}`;
  },
};
