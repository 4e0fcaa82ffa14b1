import type { en } from './en.ts';
import { agentLints } from './zh-CN/agent-lints.ts';
import { cli } from './zh-CN/cli.ts';
import { errors } from './zh-CN/errors.ts';
import { gate } from './zh-CN/gate.ts';
import { host } from './zh-CN/host.ts';
import { screens } from './zh-CN/screens.ts';

export const zhCN = { errors, screens, host, gate, cli, agentLints } satisfies typeof en;
