// The command `sluice`. Also what a far rsync starts as its --rsync-path.
import { runCli } from './hosts/cli/main.ts';

void runCli();
