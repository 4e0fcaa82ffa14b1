// Texts of `sluice agent channel`.
import type { cliAgentChannel as source } from '../en/cli-agent-channel.ts';

const num = (value: number): string => value.toLocaleString('zh-CN');

export const cliAgentChannel: typeof source = {
  none: (p) => `${p.dir}：那里既没有我们的通道，也没有 Flume 的文件通道`,
  segment: (p) => `${p.path}：${num(p.puts)} 次提交共 ${num(p.events)} 个事件，${num(p.takes)} 次取出${p.skipped === 0 ? '' : `，以前的修复跳过了 ${num(p.skipped)} 段`}${p.key === '' ? '' : `，用密钥 ${p.key} 加密`}`,
  damaged: (p) => `${p.path}：第 ${num(p.offset)} 字节处已损坏，共 ${num(p.bytes)} 字节`,
  torn: (p) => `${p.path}：从第 ${num(p.offset)} 字节起有 ${num(p.bytes)} 字节属于未完成的写入，启动时会跳过`,
  checkpointBad: '检查点不能使用；启动时会改为读取全部日志',
  pending: (p) => `通道中有 ${num(p.events)} 个事件`,
  unknown: '修复之后才能知道通道中有多少事件',
  whole: '全部完好',
  flumeLogs: (p) => `Flume 的文件通道：${num(p.logs)} 个日志中有 ${num(p.records)} 条记录，放入 ${num(p.puts)} 个事件，取出 ${num(p.takes)} 个`,
  repaired: (p) => `${num(p.stretches)} 段损坏处已标记为跳过；那里的内容已丢失，完好的内容都保留`,
  kept: (p) => `原文件：${p.path}`,
  nothingToRepair: '没有需要修复的内容',
  flumeRepair: '这是 Flume 的文件通道：请使用 `sluice agent channel import --skip-damaged`,或 Flume 自带的 FCINTEGRITYTOOL',
  imported: (p) => `已将 ${num(p.events)} 个事件移入 ${p.dir}；Flume 的文件保持原样`,
};
