// Where the keys of encryption at rest come from: a JCEKS store as in Flume, a file of names and keys, or values of the configuration, which a filter fills from a vault.
import { readFile } from 'node:fs/promises';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { FILE_CHANNEL } from '../../../../../preload/contract/agent/specs/channels.ts';
import type { ValuesOf } from '../../../../../preload/contract/agent/keys.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { parseProperties } from '../../../../lib/java-properties.ts';
import { readJceksKeys } from '../../../../lib/key-stores/jceks.ts';
import type { Properties } from '../../config/agent-config.ts';
import type { Context } from '../../components/factory.ts';
import type { Keys } from './segment-cipher.ts';

type KeyValues = Pick<ValuesOf<typeof FILE_CHANNEL>,
  'encryption.activeKey' | 'encryption.keyProvider' | 'encryption.keyProvider.keyFile' | 'encryption.keyProvider.keyStoreFile' | 'encryption.keyProvider.keyStorePasswordFile' | 'encryption.keyProvider.keys'>;

/** AGENT_KEY for what cannot be meant, AGENT_STORE for a file that cannot be read. */
export async function keysOf(values: KeyValues, { name, properties }: Context): Promise<Keys> {
  const active = values['encryption.activeKey'];
  const provider = values['encryption.keyProvider'];
  const file = values['encryption.keyProvider.keyFile'];
  const bad = (key: string, value: string, reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component: name, key, value, reason });
  const known = new Map<string, Buffer>();
  const add = (id: string, text: string, key: string): void => {
    const bytes = keyBytes(text);
    if (!bytes) throw bad(key, '', `key ${id}: 16, 24 or 32 bytes in hexadecimal or base64 are wanted`);
    known.set(id, bytes);
  };
  if (file !== null) {
    for (const { key, value } of parseProperties(await read(file)).properties) add(key, value, 'encryption.keyProvider.keyFile');
  }
  for (const id of values['encryption.keyProvider.keys']) {
    const key = `encryption.keyProvider.keys.${id}.value`;
    const property = properties.get(key);
    if (property) add(id, property.value, key);
  }
  const store = values['encryption.keyProvider.keyStoreFile'];
  if (provider === 'JCEKSFILE' && store !== null) for (const [id, bytes] of await keysInStore(store, values, properties)) known.set(id, bytes);
  if (active === null) return { active: null, get: getFrom(known, name) };
  if (!known.has(active)) throw bad('encryption.activeKey', active, known.size === 0 ? 'no key is given' : `the keys are ${[...known.keys()].join(', ')}`);
  return { active, get: getFrom(known, name) };
}

/** The named keys of a JCEKS store (JCEKSKeyProvider): a key without a password file of its own has the store's password. */
async function keysInStore(file: string, values: KeyValues, properties: Properties): Promise<Map<string, Buffer>> {
  const passwordOf = async (path: string | null): Promise<string> => {
    if (path === null) throw SluiceError.of('AGENT_STORE', { file, reason: 'encryption.keyProvider.keyStorePasswordFile is required for it' });
    return (await read(path)).toString('utf8').trim();
  };
  const bytes = await read(file);
  const password = await passwordOf(values['encryption.keyProvider.keyStorePasswordFile']);
  const passwords = new Map<string, string>();
  for (const id of values['encryption.keyProvider.keys']) {
    const own = properties.get(`encryption.keyProvider.keys.${id}.passwordFile`);
    passwords.set(id, own ? await passwordOf(own.value) : password);
  }
  try {
    return await readJceksKeys(bytes, password, passwords);
  } catch (error) {
    throw SluiceError.of('AGENT_STORE', { file, reason: (error as Error).message }, error);
  }
}

const read = (file: string): Promise<Buffer> => readFile(file).catch((error: unknown) => { throw SluiceError.of('AGENT_STORE', { file, reason: codeOf(error) }, error); });

/** The keys of a file of lines "name = key", for reading. AGENT_STORE. */
export function keysInFile(file: string, bytes: Buffer): Keys {
  const known = new Map<string, Buffer>();
  for (const { key, value } of parseProperties(bytes).properties) {
    const own = keyBytes(value);
    if (!own) throw SluiceError.of('AGENT_STORE', { file, reason: `key ${key}: 16, 24 or 32 bytes in hexadecimal or base64 are wanted` });
    known.set(key, own);
  }
  return { active: null, get: getFrom(known, file) };
}

const getFrom = (known: ReadonlyMap<string, Buffer>, name: string) => (id: string): Buffer => {
  const key = known.get(id);
  if (!key) throw SluiceError.of('AGENT_CHANNEL_KEY', { dir: name, key: id, reason: `it is not among the keys: ${[...known.keys()].join(', ') || 'there are none'}` });
  return key;
};

function keyBytes(text: string): Buffer | null {
  const word = text.trim();
  const bytes = /^(?:[0-9a-fA-F]{2})+$/.test(word) ? Buffer.from(word, 'hex') : Buffer.from(word, 'base64');
  return [16, 24, 32].includes(bytes.length) ? bytes : null;
}
