// Where the keys of encryption at rest come from: a file of names and keys, or values of the configuration, which a filter fills from a vault.
import { readFile } from 'node:fs/promises';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { FILE_CHANNEL } from '../../../../../preload/contract/agent/specs/channels.ts';
import type { ValuesOf } from '../../../../../preload/contract/agent/keys.ts';
import { codeOf } from '../../../../lib/errno.ts';
import { parseProperties } from '../../../../lib/java-properties.ts';
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
    const text = await readFile(file).catch((error: unknown) => { throw SluiceError.of('AGENT_STORE', { file, reason: codeOf(error) }, error); });
    for (const { key, value } of parseProperties(text).properties) add(key, value, 'encryption.keyProvider.keyFile');
  }
  for (const id of values['encryption.keyProvider.keys']) {
    const key = `encryption.keyProvider.keys.${id}.value`;
    const property = properties.get(key);
    if (property) add(id, property.value, key);
  }
  if (active === null) return { active: null, get: getFrom(known, name) };
  if (provider === 'JCEKSFILE' && known.size === 0) {
    throw bad('encryption.keyProvider', provider, 'a JCEKS store is opened by Java alone: write its keys into a file of lines "name = hexadecimal" and set keyProvider = KEYFILE and keyProvider.keyFile, or take them from a vault with keyProvider = VALUES');
  }
  if (!known.has(active)) throw bad('encryption.activeKey', active, known.size === 0 ? 'no key is given' : `the keys are ${[...known.keys()].join(', ')}`);
  return { active, get: getFrom(known, name) };
}

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
