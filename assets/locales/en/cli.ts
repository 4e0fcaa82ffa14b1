// Texts of the command line.
import { cliAgent } from './cli-agent.ts';
import { cliAgentChannel } from './cli-agent-channel.ts';
import { cliAvroClient } from './cli-avro-client.ts';
import { cliCoordination } from './cli-coordination.ts';

export const cli = {
  help: `Usage: sluice sync [OPTION]... SRC... DEST
       sluice sync [OPTION]... SRC... [USER@]HOST:DEST
       sluice sync [OPTION]... [USER@]HOST:SRC... DEST
       sluice agent [COMMAND]         runs a Flume configuration: "sluice agent help"
       sluice coordination COMMAND    a node that speaks ZooKeeper's protocols: "sluice coordination help"
       sluice version | help

Copies as rsync does, to and from machines that have rsync and sshd and nothing else. ssh://USER@HOST:PORT/PATH names a port.
SRC/ means what is in the folder, SRC the folder itself.

 -a, --archive            the same as -rlptgoD
 -r, --recursive          folders with what is in them
 -l, -p, -t, -g, -o       keep links, permissions, times, group, owner (--no-perms and so on take one back)
 -D                       keep devices and special files
 -u, --update             leave what is newer at DEST
 -c, --checksum           compare by content, not by size and time
 -I, --ignore-times       copy even what has the same size and time;  --size-only  look at the size alone
 -n, --dry-run            show what would be done
 -z, --compress           compress on the way
 -W, --whole-file         no deltas;  --inplace  write into the file itself;  --partial  keep what came of a file
 --delete                 delete at DEST what SRC does not have
 --exclude=PATTERN, --include=PATTERN, -f, --filter=RULE, --exclude-from=FILE, --include-from=FILE
 -v, -i, -h, -q           name what is copied, itemize changes, readable figures, quiet
 --stats, --progress, -P  figures at the end, progress of each file, the same as --partial --progress
 --json                   one JSON object a line instead of text
 -e, --rsh=COMMAND        the remote shell to use, such as "ssh -p 2222 -i key"
 --transport=ssh2|openssh the SSH built in (default), or the system's
 --rsync-path=PROGRAM     the rsync of the far side
 --timeout=SECONDS        give up when nothing comes for so long
 --no-fsync               do not wait for the disk
`,
  version: (p: { version: string }): string => `sluice  version ${p.version}  protocol version 32`,
  agent: cliAgent,
  agentChannel: cliAgentChannel,
  avroClient: cliAvroClient,
  coordination: cliCoordination,
  thisComputer: 'this computer',
  unknownCommand: (p: { command: string }): string => `${p.command}: unknown command. "sluice help" lists what there is.`,
  usageProblem: {
    unknown: (p: { option: string }): string => `${p.option}: unknown option. "sluice help" lists the options.`,
    unsupported: (p: { option: string }): string => `${p.option}: rsync has this option, Sluice does not support it yet. Nothing was copied; leave it out, or use rsync for this copy.`,
    missingValue: (p: { option: string }): string => `${p.option}: a value is missing. "sluice help" shows the form.`,
    noValue: (p: { option: string }): string => `${p.option}: this option takes no value.`,
    badValue: (p: { option: string }): string => `${p.option}: this value cannot be used. "sluice help" shows the form; sources and destination may lie on two machines at most, one of them this one.`,
    usage: (p: { option: string }): string => `Usage: sluice coordination ${p.option}`,
    agentUsage: (p: { option: string }): string => `Usage: sluice agent ${p.option}`,
  },
  askHostKey: (p: { host: string; type: string; sha256: string }): string => `The host ${p.host} is not known yet. Its ${p.type} key has the fingerprint\n  ${p.sha256}\nCompare it with the one its administrator gives. Go on this time (yes/no)? `,
  yes: ['yes', 'y'] as readonly string[],
  askPassword: (p: { user: string; host: string }): string => `Password of ${p.user} at ${p.host}: `,
  askPassphrase: (p: { path: string }): string => `Passphrase of the key ${p.path}: `,
  ended: (p: { code: number; meaning: string }): string => `sluice: ${p.meaning} (code ${p.code})`,
  exit: {
    OK: 'done', SYNTAX: 'syntax or usage error', PROTOCOL: 'the two sides could not start to talk', FILE_SELECT: 'these sources and this destination do not go together',
    UNSUPPORTED: 'the requested action is not supported', START: 'the session could not be started', SOCKET: 'network error', FILE_IO: 'error in file input or output',
    STREAM: 'error in the data of the connection', DIAGNOSTICS: 'a fault in Sluice', SIGNAL: 'stopped by a signal', PARTIAL: 'some files were not copied, see above',
    VANISHED: 'some files vanished before they could be copied, see above', TIMEOUT: 'nothing came for too long', NOT_FOUND: 'the remote program was not found', SSH: 'the SSH connection failed', OTHER: 'ended with an error',
  },
};
