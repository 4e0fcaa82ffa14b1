// 配置过滤器及其键的含义，各一句。
import type { configFiltersHelp as en } from '../../en/agent-help/config-filters.ts';

export const configFiltersHelp = {
  'configfilter env': { about: '把环境变量放进值里：${名称["变量"]}。', keys: {} },
  'configfilter external': {
    about: '向外部程序取值：${名称["键"]} 就是把键交给命令后，它输出的第一行。',
    keys: { command: '程序及其参数，键会加在最后；不经过 shell。', charset: '程序输出的编码。' },
  },
  'configfilter vault': { about: '把密码库里的密钥放进值里：${名称["密钥名"]}，不会写进任何文件。', keys: {} },
} satisfies typeof en;
