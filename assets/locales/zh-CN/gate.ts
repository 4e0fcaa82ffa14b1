// 回环入口的文字：拒绝访问时的页面，以及在终端上显示的内容。
import type { gate as english } from '../en/gate.ts';

export const gate: typeof english = {
  title: 'Sluice',
  needCode: { title: '此窗口尚未登录', body: 'Sluice 只能用启动时显示的一次性地址打开。请在同一台计算机上再启动一次：它会显示新的地址，不影响正在进行的工作。' },
  wrongCode: { title: '此地址已使用过或不正确', body: '每个地址只能使用一次。请在同一台计算机上再启动一次 Sluice：它会显示新的地址，不影响正在进行的工作。' },
  shut: { title: '错误地址过多', body: '在重新启动 Sluice 之前不再接受新窗口。已打开的窗口可继续使用。' },
  fromElsewhere: { title: '从其他网页打开', body: '为了安全，Sluice 不接受其他网页上的链接。请自行将地址复制到地址栏。' },
  wrongHost: { title: '这不是 Sluice 的地址', body: '请使用显示的原地址。通过 SSH 隧道时，两端的端口必须相同。' },
  wrongMethod: { title: '不允许', body: '此处只能读取。' },
  notFound: { title: '此处没有内容', body: '页面不存在。' },
  openHere: '请在本机的浏览器中打开此地址（只能使用一次）：',
  openElsewhere: '从另一台计算机访问时，请先在那里运行以下命令并保持运行：',
  runningAlready: (p): string => `Sluice 已在运行（进程 ${p.pid}）；这是它的新地址。`,
  notAnswering: (p): string => `Sluice 已在运行（进程 ${p.pid}），但没有响应。请结束该进程后再启动。`,
  runningShut: (p): string => `Sluice 已在运行（进程 ${p.pid}），但因错误地址过多而不再接受新窗口。请重新启动它。`,
  portTaken: (p): string => `端口 ${p.port} 已被其他程序占用。请用 --port 另选一个，或不指定以使用空闲端口。`,
  ending: 'Sluice 正在完成手头的工作，随后退出。',
};
