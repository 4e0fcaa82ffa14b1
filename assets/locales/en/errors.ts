// English texts of every error code: what happened to which object, why, and what to do. See ../error-texts.ts.
import type { ErrorTexts } from '../error-texts.ts';
import { agentErrors } from './agent-errors.ts';

const count = (value: string | number): string => Number(value).toLocaleString('en');
const on = (place: string | number): string => (place === 'local' || place === '' ? 'on this computer' : `on ${place}`);

/** Reasons the program itself gives for an interruption; others are shown as they come. */
const INTERRUPTIONS: Readonly<Record<string, string>> = {
  engine: 'The sync engine ended unexpectedly and is being started again.',
  engineAgain: 'The sync engine ended unexpectedly, several times in this run.',
  quit: 'Sluice was quit before the run was finished.',
  crash: 'Sluice itself ended before the run was finished.',
  lock: 'The lock that keeps other workstations from running this sync was lost; it was stopped before another could begin.',
};

export const errors = {
  // rpc and hosts
  RPC_BAD_INPUT: (p) => ({
    title: `The request ${p.procedure} was refused`,
    body: `The window sent something the app does not accept: ${p.reason}`,
    remedy: 'Nothing was changed. Close the window and open it again; if it happens once more, report it with the details below.',
  }),
  RPC_BAD_OUTPUT: (p) => ({
    title: `The answer to ${p.procedure} could not be shown`,
    body: `The app produced an answer that breaks its own rules: ${p.reason}`,
    remedy: 'This is a fault in Sluice. Report it with the details below.',
  }),
  RPC_UNKNOWN_PROCEDURE: (p) => ({
    title: `This version does not know ${p.procedure}`,
    body: 'The window and the app behind it come from different versions.',
    remedy: 'Close the window and start Sluice again, so that both are of the same version.',
  }),
  RPC_PROTOCOL: (p) => ({
    title: 'The connection between window and app was broken off',
    body: `One side sent something the other could not read: ${p.reason}`,
    remedy: 'Close the window and open it again. Running syncs go on meanwhile.',
  }),
  RPC_CLOSED: () => ({
    title: 'The window has lost its connection to the app',
    body: 'The app was closed, or the connection to it was cut.',
    remedy: 'Start Sluice again, or check the SSH tunnel if you reach it from another machine. The window reconnects by itself.',
  }),
  APP_BUG: (p) => ({
    title: 'Something went wrong inside Sluice',
    body: `This was not expected: ${p.message}`,
    remedy: 'Try again. If it happens once more, report it with the details below.',
  }),
  APP_CANCELLED: () => ({
    title: 'Cancelled',
    body: 'It was stopped before it was finished.',
    remedy: 'Start it again when you like.',
  }),
  ENGINE_DOWN: (p) => ({
    title: `The ${p.engine} engine is not running at the moment`,
    body: 'It ended unexpectedly and is being started again.',
    remedy: 'Wait a few seconds and try again. Interrupted runs go on by themselves.',
  }),
  ENGINE_FAILED: (p) => ({
    title: `The ${p.engine} engine cannot be started`,
    body: `Every attempt ended early: ${p.reason}`,
    remedy: 'Quit Sluice and start it again. If that does not help, reinstall it; your syncs and servers are kept.',
  }),
  // store and vault
  STORE_NEWER: (p) => ({
    title: 'Your data was written by a newer version of Sluice',
    body: `${p.file} has format ${p.found}; this version knows formats up to ${p.known}.`,
    remedy: 'Install the newer version of Sluice again. Nothing was changed in your data.',
  }),
  STORE_CORRUPT: (p) => ({
    title: 'The data file was damaged and has been replaced',
    body: `${p.file} could not be read. ${p.restoredFrom === '' ? 'There was no backup, so Sluice starts with an empty one.' : `The backup ${p.restoredFrom} has taken its place.`}`,
    remedy: `The damaged file is kept as ${p.keptAs}. Check your servers and syncs, then check the disk it lies on.`,
  }),
  STORE_IO: (p) => ({
    title: `${p.file} cannot be read or written`,
    body: `The system says: ${p.reason}`,
    remedy: 'Check that the disk is not full and that the folder belongs to you and may be written, then start Sluice again.',
  }),
  STORE_NOT_FOUND: (p) => ({
    title: `This ${p.kind} no longer exists`,
    body: `No ${p.kind} has the id ${p.id}. It was probably removed in another window.`,
    remedy: 'Go back to the list and choose another one.',
  }),
  VAULT_LOCKED: () => ({
    title: 'The password vault is locked',
    body: 'A stored password or key passphrase is needed, and the vault has not been unlocked since the start.',
    remedy: 'Enter the passphrase of the vault under Settings, Security, and try again.',
  }),
  VAULT_WRONG_PASSPHRASE: () => ({
    title: 'The passphrase does not open the vault',
    body: 'It differs from the one the vault was created with.',
    remedy: 'Check the keyboard layout and Caps Lock and try again. A forgotten passphrase cannot be recovered: the passwords must be entered anew.',
  }),
  VAULT_UNAVAILABLE: (p) => ({
    title: 'Passwords cannot be stored on this computer yet',
    body: `No vault is available: ${p.reason}`,
    remedy: 'Create a passphrase vault under Settings, Security, or log in with an SSH agent or a key that has no passphrase.',
  }),
  // names and places
  PATH_NOT_FOUND: (p) => ({
    title: `${p.path} does not exist ${on(p.place)}`,
    body: 'There is no file or folder with this name, or a folder above it is missing.',
    remedy: 'Check the spelling, or choose the folder in the tree. If it lies on a removable or network disk, connect that first.',
  }),
  PATH_NOT_A_FOLDER: (p) => ({
    title: `${p.path} ${on(p.place)} is not a folder`,
    body: 'There is a file with this name where a folder is needed.',
    remedy: 'Choose the folder that holds it, or another folder.',
  }),
  PATH_DENIED: (p) => ({
    title: `${p.path} ${on(p.place)} may not be opened`,
    body: 'The user you are logged in as has no permission for it.',
    remedy: 'Give that user access to it (chmod or chown), or log in as a user who has it.',
  }),
  PATH_BAD_REF: () => ({
    title: 'This file or folder has to be chosen again',
    body: 'The window named it in a way this run of Sluice did not issue.',
    remedy: 'Reload the tree and choose it again.',
  }),
  SYNC_INTO_ITSELF: (p) => ({
    title: `${p.source} cannot be synced into itself`,
    body: `${p.target} lies inside ${p.source}: the copy would hold itself again and again.`,
    remedy: 'Choose a target outside the source folder.',
  }),
  PATH_BAD_NAME: (p) => ({
    title: `"${p.name}" cannot be the name of a folder`,
    body: 'A name holds no slash and no zero byte, and is neither empty nor "." nor "..".',
    remedy: 'Choose another name.',
  }),
  SERVER_IN_USE: (p) => ({
    title: `${p.server} cannot be removed yet`,
    body: `These syncs use it: ${p.syncs}`,
    remedy: 'Remove those syncs first. Their files stay where they are.',
  }),
  SYNC_BOTH_REMOTE: (p) => ({
    title: 'Source and target cannot both be on a server',
    body: `${p.source} and ${p.target} are both remote; one side of a sync is this computer.`,
    remedy: 'Choose a folder of this computer as one side, or run Sluice on one of the two servers.',
  }),
  SYNC_DELETES_SOURCE: (p) => ({
    title: `This sync would delete its own source ${p.source}`,
    body: `The source lies inside the target ${p.target}, and what the target has beyond the source is to be deleted.`,
    remedy: 'Switch deletions off, or choose a target that does not hold the source.',
  }),
  SYNC_ALREADY_RUNNING: (p) => ({
    title: `"${p.sync}" is already running`,
    body: 'A sync has one run at a time, so that two do not write to the same files.',
    remedy: 'Wait until the run has ended, or stop it, then start again.',
  }),
  SYNC_BAD_OPTION: (p) => ({
    title: `The option ${p.option} cannot be used`,
    body: `${p.reason}`,
    remedy: 'Remove it or correct it. The list of options is shown by: sluice sync --help',
  }),
  SYNC_BAD_FILTER: (p) => ({
    title: `The filter rule "${p.rule}" is not understood`,
    body: `${p.reason}`,
    remedy: 'Write it as rsync does: "- *.o" leaves out, "+ /keep" takes in. Then try again.',
  }),
  PLAN_NOT_READY: () => ({
    title: 'The preview is not ready yet',
    body: 'Both sides are still being compared, or the comparison did not finish.',
    remedy: 'Wait until the preview is complete, or start it again.',
  }),
  PLAN_STALE: () => ({
    title: 'The preview is too old to be run',
    body: 'It is more than ten minutes old, or a run has taken place since. The folders may look different now.',
    remedy: 'Press Preview again, look at it, and run that one.',
  }),
  PLAN_WRONG_TOKEN: () => ({
    title: 'The preview has changed since it was shown',
    body: 'Only what was seen is run, and the decisions differ from those on the screen.',
    remedy: 'Look at the preview as it is now and press Run again.',
  }),
  PLAN_GUARD: (p) => ({
    title: `This run would delete ${count(p.deletes)} of ${count(p.total)} files`,
    body: 'That is more than usual, so it needs your word. An empty or unmounted source folder is the usual cause.',
    remedy: 'Check that the source is complete. If the deletions are meant, tick "I have seen the deletions" and run again; otherwise skip them.',
  }),
  // ssh
  SSH_RESOLVE: (p) => ({
    title: `The name ${p.host} is not known`,
    body: 'No address was found for it.',
    remedy: 'Check the spelling, your network and VPN, or enter the IP address instead.',
  }),
  SSH_CONNECT: (p) => ({
    title: `${p.host} does not accept connections on port ${p.port}`,
    body: `The attempt ended with: ${p.reason}`,
    remedy: `Check that the machine is on and that sshd runs there on port ${p.port} (systemctl status ssh), and that no firewall is in between.`,
  }),
  SSH_TIMEOUT: (p) => ({
    title: `${p.host} does not answer on port ${p.port}`,
    body: 'No answer came within the time allowed. The machine is off, unreachable, or a firewall drops the packets.',
    remedy: `Check the network and VPN and whether port ${p.port} is open (nc -vz ${p.host} ${p.port}), then try again.`,
  }),
  SSH_HOST_KEY_UNKNOWN: (p) => ({
    title: `${p.host} is not known yet`,
    body: `It shows the ${p.type} key ${p.sha256}. Nobody has confirmed so far that this is really the machine you mean.`,
    remedy: 'Compare the fingerprint with the one the machine itself prints (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub) and trust it if they are alike.',
  }),
  SSH_HOST_KEY_CHANGED: (p) => ({
    title: `The key of ${p.host} has changed`,
    body: `It now shows the ${p.type} key ${p.sha256}, but ${p.known} is the one you trusted. Either the machine was set up anew, or someone is listening in between.`,
    remedy: 'Do not go on before the administrator of the machine has confirmed the new fingerprint. Then open the server and replace the key.',
  }),
  SSH_AUTH: (p) => ({
    title: `${p.host} did not let ${p.user} in`,
    body: `Tried: ${p.tried}. None was accepted.`,
    remedy: `Check user name and password, or put your public key into ~/.ssh/authorized_keys there: ssh-copy-id ${p.user}@${p.host}`,
  }),
  SSH_KEY_FILE: (p) => ({
    title: `The key ${p.path} cannot be used`,
    body: `${p.reason}`,
    remedy: 'Choose the private key file (not the one that ends in .pub) and check that you may read it.',
  }),
  SSH_KEY_PASSPHRASE: (p) => ({
    title: `The key ${p.path} needs its passphrase`,
    body: 'It is encrypted, and no passphrase or a wrong one is stored.',
    remedy: 'Enter the passphrase at the server, or load the key into the agent: ssh-add',
  }),
  SSH_NO_AGENT: () => ({
    title: 'No SSH agent is running',
    body: 'SSH_AUTH_SOCK is not set, or nothing answers there.',
    remedy: 'Start one and load your key (eval "$(ssh-agent)"; ssh-add), or choose a key or a password for this server.',
  }),
  SSH_ALGORITHMS: (p) => ({
    title: `${p.host} and Sluice have no encryption in common`,
    body: `${p.reason}`,
    remedy: 'Update the SSH server there, or choose "System ssh" as the connection of this server and allow the old algorithm in ~/.ssh/config.',
  }),
  SSH_LOST: (p) => ({
    title: `The connection to ${p.host} was lost`,
    body: `${p.reason}`,
    remedy: 'Check the network and run it again: it goes on where it stopped, and nothing half-written stands under a final name.',
  }),
  SSH_NO_SHELL: (p) => ({
    title: `${p.host} runs no commands for this user`,
    body: `The login works, but the server answered: ${p.text}`,
    remedy: 'Use a user who may run commands there (rsync is one), or ask the administrator to allow it.',
  }),
  SSH_NO_SFTP: (p) => ({
    title: `Folders of ${p.host} cannot be shown`,
    body: `The server offers no SFTP: ${p.reason}`,
    remedy: 'Switch it on in /etc/ssh/sshd_config (Subsystem sftp internal-sftp) and reload sshd, or type the path instead of choosing it.',
  }),
  SSH_BAD_TARGET: (p) => ({
    title: `"${p.text}" does not name a server`,
    body: `${p.reason}`,
    remedy: 'Write it as user@host, user@host:port, or a Host of your ~/.ssh/config.',
  }),
  // the far rsync
  RSYNC_MISSING: (p) => ({
    title: `rsync is not installed on ${p.host}`,
    body: 'The login works, but the program rsync was not found there, and both sides need it.',
    remedy: `Log in there and install it: ${p.install}`,
  }),
  RSYNC_NOISE: (p) => ({
    title: `The login shell of ${p.host} prints text into the connection`,
    body: `Before rsync could answer, this arrived: ${p.text}`,
    remedy: 'Let ~/.bashrc, ~/.profile and the like print only for interactive shells, for example below: case $- in *i*) ;; *) return;; esac',
  }),
  RSYNC_PROTOCOL: (p) => ({
    title: 'The rsync on the other side sent something unexpected',
    body: `${p.reason}`,
    remedy: 'Run it again. If it happens once more, check the rsync version there (rsync --version) and report it with the details below.',
  }),
  RSYNC_REMOTE: (p) => ({
    title: `The rsync on the other side gave up (exit code ${p.exitCode})`,
    body: `It said: ${p.message}`,
    remedy: 'Put right what it names, usually a path, a permission or the disk there, and run it again.',
  }),
  RSYNC_VERSION: (p) => ({
    title: 'The rsync on the other side is too old',
    body: `It speaks protocol ${p.got}; ${p.want} is needed.`,
    remedy: 'Update rsync there to version 3.0 or newer.',
  }),
  // files
  FILE_UNREADABLE: (p) => ({
    title: `${p.path} could not be read`,
    body: `The system says: ${p.reason}`,
    remedy: 'Give the user who runs the sync read access (chmod u+r), or leave the file out by a filter, and run again.',
  }),
  FILE_VANISHED: (p) => ({
    title: `${p.path} vanished before it could be copied`,
    body: 'It was there when the folder was listed and gone when its turn came.',
    remedy: 'Usually nothing: temporary files do this. Run again to copy what is there now.',
  }),
  FILE_WRITE: (p) => ({
    title: `${p.path} could not be written`,
    body: `The system says: ${p.reason}`,
    remedy: 'Check the permissions of the target folder and its disk, and run again. The old version of the file is still in place.',
  }),
  FILE_NO_SPACE: (p) => ({
    title: `No space left for ${p.path}`,
    body: 'The disk of the target, or the quota there, is full.',
    remedy: 'Make room there (df -h shows how much there is) and run again: what is already copied is kept.',
  }),
  FILE_NAME_TOO_LONG: (p) => ({
    title: `The name ${p.path} is too long for the target`,
    body: 'Its file system allows fewer bytes in a name or path.',
    remedy: 'Shorten the name, or leave it out by a filter. Letters beyond ASCII take two to four bytes each.',
  }),
  FILE_DELETE: (p) => ({
    title: `${p.path} could not be deleted`,
    body: `The system says: ${p.reason}`,
    remedy: 'Check the permissions of the folder it lies in, and run again.',
  }),
  FILE_NOT_EMPTY: (p) => ({
    title: `The folder ${p.path} was not deleted because it is not empty`,
    body: 'It holds files that the preview did not show, or that a filter protects.',
    remedy: 'Preview again: what is new appears as rows of its own.',
  }),
  FILE_CHECKSUM: (p) => ({
    title: `${p.path} arrived different from how it was sent`,
    body: 'The checksum did not match twice. The file changed while it was read, or memory, disk or network is faulty.',
    remedy: 'Run again when nothing writes to the file. The old version of it is still in place.',
  }),
  FILE_CHANGED: (p) => ({
    title: `${p.path} has changed since the preview`,
    body: 'One of its two sides is no longer what was shown, so it was not touched.',
    remedy: 'Preview again and decide on what it is now.',
  }),
  FILE_TYPE_IN_THE_WAY: (p) => ({
    title: `${p.path} cannot take its place`,
    body: 'Something of another kind has this name at the target: a folder where a file should be, or the reverse.',
    remedy: 'Move it away or delete it, or allow deletions for this sync, and run again.',
  }),
  FILE_OUTSIDE: (p) => ({
    title: `${p.path} would lead out of the target folder`,
    body: 'The name, or a link on the way to it, points outside of where this sync may write.',
    remedy: 'Nothing was written. Check the link at the target, and whether you trust the other side.',
  }),
  FILE_LINK_LOOP: (p) => ({
    title: `${p.path} leads round in a circle`,
    body: 'Symbolic links on the way point to one another.',
    remedy: 'Remove or correct one of the links, or leave them out by a filter.',
  }),
  SCAN_IO: (p) => ({
    title: `${p.path} could not be listed`,
    body: `The system says: ${p.reason}. What is below it is neither copied nor deleted.`,
    remedy: 'Give access to the folder, or check its disk, and preview again.',
  }),
  SCAN_DELETES_OFF: (p) => ({
    title: 'Nothing will be deleted this time',
    body: `Not everything on the left could be read (${p.path}), so what is missing there may still exist.`,
    remedy: 'Make it readable and preview again, or leave it: copying goes on.',
  }),
  RUN_INTERRUPTED: (p) => ({
    title: 'The run was interrupted',
    body: INTERRUPTIONS[p.reason] ?? `${p.reason}`,
    remedy: p.reason === 'engine'
      ? 'Nothing to do: the run goes on by itself as soon as the engine is back. No file was left half-written.'
      : 'Start it again: it goes on with what is not done yet. No file was left half-written.',
  }),
  RUN_STOPPED: () => ({
    title: 'The run was stopped',
    body: 'You ended it before everything was done.',
    remedy: 'Run it again to do the rest; what is done stays done.',
  }),
  COORD_CONFIG: (p) => ({ title: 'The configuration is not valid', body: `${p.file}, line ${p.line}: ${p.reason}`, remedy: 'Correct that line and start the node again.' }),
  COORD_MYID: (p) => ({ title: 'The server does not know its own number', body: `${p.file}: ${p.reason}`, remedy: 'Write the number of this server’s server.N line into the file, nothing else.' }),
  COORD_PORT: (p) => ({ title: 'A port cannot be opened', body: `${p.address}:${p.port}: ${p.reason}`, remedy: 'End what holds the port, or choose another one in the configuration.' }),
  COORD_DATA_LOCKED: (p) => ({ title: 'The data folder is in use', body: `${p.dir} is held by ${p.holder}`, remedy: 'End that process first; two servers on one folder would destroy it.' }),
  COORD_LOG_CORRUPT: (p) => ({ title: 'A transaction log is damaged', body: `${p.file} at byte ${p.offset}: ${p.reason}`, remedy: 'Nothing was changed. Restore a backup, or, in an ensemble, empty the version-2 folder: the server fetches everything from the others.' }),
  COORD_LOG_TORN: (p) => ({ title: 'A transaction log ended in the middle of a write', body: `${p.file} at byte ${p.offset}: ${p.reason}`, remedy: 'Nothing that was acknowledged is missing: the rest of a write that a crash cut short was taken away.' }),
  COORD_LOG_GONE: (p) => ({ title: 'The history does not reach back that far', body: `${p.zxid} is asked for, the logs begin at ${p.oldest}`, remedy: 'Begin later, or keep more snapshots and logs (autopurge.snapRetainCount).' }),
  COORD_DIGEST: (p) => ({ title: 'The data is not what the ensemble says it should be', body: `${p.dir}: the digest differs at ${p.zxid}`, remedy: 'Compare this server with the others. If it alone differs, empty its version-2 folder: it fetches everything from them.' }),
  COORD_SNAPSHOT_CORRUPT: (p) => ({ title: 'A snapshot is damaged', body: `${p.file}: ${p.reason}`, remedy: 'An older snapshot is used where there is one. Restore a backup if none is left.' }),
  COORD_DISK: (p) => ({ title: 'The node cannot write to its disk', body: `${p.file}: ${p.reason}`, remedy: 'Make room or repair the disk, then start the node again. Nothing that was not on disk has been acknowledged.' }),
  COORD_EPOCH: (p) => ({ title: 'The epoch files do not fit the data', body: `${p.dir}: ${p.reason}`, remedy: 'Restore the files currentEpoch and acceptedEpoch, or empty the folder and let the server fetch everything from the others.' }),
  COORD_PEER: (p) => ({ title: 'A server of the ensemble does not answer as it should', body: `${p.peer}: ${p.reason}`, remedy: 'Look at that server’s log and at the network between the two.' }),
  COORD_PEER_CONFIG: (p) => ({ title: 'The servers do not agree on the ensemble', body: `${p.peer}: ${p.reason}`, remedy: 'Give all servers the same server.N lines and each its own myid.' }),
  COORD_NO_QUORUM: (p) => ({ title: 'The ensemble has no quorum', body: `${p.reason}`, remedy: 'Start enough servers for a majority; reads and writes wait until then.' }),
  COORD_CLIENT: (p) => ({ title: 'A client was sent away', body: `${p.client}: ${p.reason}`, remedy: 'Look at what that client sends.' }),
  COORD_QUOTA: (p) => ({ title: 'A quota is exceeded', body: `${p.path}: ${p.reason}`, remedy: 'Delete what is no longer needed, or set a larger quota.' }),
  COORD_CONNECT: (p) => ({ title: 'The ensemble cannot be reached', body: `${p.hosts}: ${p.reason}`, remedy: 'Check names, ports and network; the connection is tried again by itself.' }),
  COORD_SESSION_LOST: (p) => ({ title: 'The session has expired', body: `${p.hosts} heard nothing for too long; ephemeral nodes of this session are gone`, remedy: 'A new session is opened; what depends on ephemeral nodes must be done again.' }),
  COORD_AUTH: (p) => ({ title: 'The ensemble does not accept the credentials', body: `${p.hosts}, scheme ${p.scheme}`, remedy: 'Check user and password.' }),
  COORD_KEEPER: (p) => ({ title: 'The ensemble refused', body: `${p.path}: ${p.error}`, remedy: 'See the name of the error for what was wrong with the request.' }),
  COORD_CHANGED: (p) => ({ title: 'Someone else changed the znode', body: `${p.path}: you saw version ${p.expected}, now it is ${p.found}`, remedy: 'Look at the new value, then save again or keep theirs.' }),
  COORD_READ_ONLY: (p) => ({ title: 'Changes are not allowed here', body: `${p.cluster} is opened for reading`, remedy: 'Allow changes for this session first.' }),
  COORD_LOCK_HELD: (p) => ({ title: 'Someone else holds the lock', body: `${p.what} is held by ${p.holder}`, remedy: 'Wait until they have finished; it is tried again when the lock is free.' }),
  COORD_FOUR_LETTER: (p) => ({ title: 'The server does not answer that command', body: `${p.host}, ${p.word}: ${p.reason}`, remedy: 'Add the word to 4lw.commands.whitelist in the server’s zoo.cfg.' }),
  COORD_ARCHIVE: (p) => ({ title: 'The archive cannot be used', body: `${p.file}: ${p.reason}`, remedy: 'Choose another file, or make the archive anew.' }),
  COORD_MIRROR: (p) => ({ title: 'The mirror has stopped', body: `${p.path}: ${p.reason}`, remedy: 'It goes on by itself when the cause is gone; what it has not copied is shown.' }),
  PIPELINE_CHANGED: (p) => ({ title: 'The pipeline was changed in another window', body: `${p.pipeline} has been saved since you opened it`, remedy: 'Open it again to see the newest text; yours can be copied first.' }),
  PIPELINE_NOT_RUNNING: (p) => ({ title: 'The pipeline does not run', body: `${p.pipeline} is off`, remedy: 'Deploy or start it first.' }),
  PIPELINE_REFUSED: (p) => ({ title: 'The draft was not deployed', body: `${p.pipeline}: ${p.problems === 1 ? 'one problem keeps' : `${p.problems} problems keep`} it from running`, remedy: 'See the problems list; what ran before goes on as it was.' }),
  PIPELINE_EDIT: (p) => ({ title: 'This change cannot be made', body: `${p.component}: ${p.reason}`, remedy: 'Change it in the text instead.' }),
  ...agentErrors,
} satisfies ErrorTexts;
