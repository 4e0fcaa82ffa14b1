import { agentLints } from './en/agent-lints.ts';
import { cli } from './en/cli.ts';
import { errors } from './en/errors.ts';
import { gate } from './en/gate.ts';
import { host } from './en/host.ts';
import { screens } from './en/screens.ts';

export const en = { errors, screens, host, gate, cli, agentLints };
