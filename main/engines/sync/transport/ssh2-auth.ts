// The ways to log in that ssh2 is to try, in order, from a ServerAccess; private keys are read here and nowhere else.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AnyAuthMethod } from 'ssh2';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { ServerAccess } from '../api.ts';
import { readSshConfig, resolveSshHost } from './ssh-config.ts';

export interface AuthPlan {
  readonly methods: AnyAuthMethod[];
  /** What will be tried, in words for the error: "agent", "id_ed25519", "password". */
  readonly tried: string[];
  /** The first key that was left out because it needs a passphrase. */
  readonly locked: string | null;
}

const DEFAULT_IDENTITIES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** Reads a private key: the key, or why not. A wrong or missing passphrase is SSH_KEY_PASSPHRASE. */
async function loadKey(path: string, passphrase: string | undefined): Promise<Buffer | SluiceError> {
  let key: Buffer;
  try {
    key = await readFile(path);
  } catch (error) {
    return SluiceError.of('SSH_KEY_FILE', { path, reason: isMissing(error) ? 'ENOENT' : ((error as NodeJS.ErrnoException).code ?? 'EIO') }, error);
  }
  const parsed = ssh2.utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) {
    const one = Array.isArray(parsed) ? parsed[0] : parsed;
    return one?.isPrivateKey() ? key : SluiceError.of('SSH_KEY_FILE', { path, reason: 'not a private key' });
  }
  if (/passphrase|bad decrypt|integrity|decrypt/i.test(parsed.message)) return SluiceError.of('SSH_KEY_PASSPHRASE', { path });
  return SluiceError.of('SSH_KEY_FILE', { path, reason: parsed.message });
}

function passwordMethods(username: string, password: string): AnyAuthMethod[] {
  return [
    { type: 'password', username, password },
    { type: 'keyboard-interactive', username, prompt: (_name, _instructions, _lang, prompts, finish) => { finish(prompts.map(() => password)); } },
  ];
}

/** Throws SSH_KEY_FILE, SSH_KEY_PASSPHRASE or SSH_NO_AGENT when the one way that was chosen cannot be tried at all. */
export async function planAuth(access: ServerAccess): Promise<AuthPlan> {
  const { auth, user: username } = access;
  const agent = process.env['SSH_AUTH_SOCK'];
  if (auth.kind === 'password') return { methods: passwordMethods(username, auth.password), tried: ['password'], locked: null };
  if (auth.kind === 'key') {
    const path = auth.path.replace(/^~(?=\/)/, homedir());
    const key = await loadKey(path, auth.passphrase);
    if (key instanceof SluiceError) throw key;
    return { methods: [{ type: 'publickey', username, key, ...(auth.passphrase === undefined ? {} : { passphrase: auth.passphrase }) }], tried: [path], locked: null };
  }
  if (auth.kind === 'agent') {
    if (!agent) throw SluiceError.of('SSH_NO_AGENT', {});
    return { methods: [{ type: 'agent', username, agent }], tried: ['agent'], locked: null };
  }
  const config = resolveSshHost(await readSshConfig(), access.alias ?? access.host);
  const methods: AnyAuthMethod[] = [];
  const tried: string[] = [];
  let locked: string | null = null;
  const socket = config.identityAgent ?? agent;
  if (socket && socket !== 'none' && !config.identitiesOnly) {
    methods.push({ type: 'agent', username, agent: socket });
    tried.push('agent');
  }
  const files = config.identityFiles.length > 0 ? config.identityFiles : DEFAULT_IDENTITIES.map((name) => join(homedir(), '.ssh', name));
  for (const path of files) {
    const key = await loadKey(path, auth.passphrase);
    if (key instanceof SluiceError) {
      if (key.code === 'SSH_KEY_PASSPHRASE') locked ??= path;
      continue;
    }
    methods.push({ type: 'publickey', username, key, ...(auth.passphrase === undefined ? {} : { passphrase: auth.passphrase }) });
    tried.push(path);
  }
  if (auth.password !== undefined) {
    methods.push(...passwordMethods(username, auth.password));
    tried.push('password');
  }
  return { methods, tried, locked };
}
