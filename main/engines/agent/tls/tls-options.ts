// From a component's keys of TLS to what node:tls wants.
import { readFile } from 'node:fs/promises';
import { createSecureContext, getCACertificates, type ConnectionOptions, type SecureContextOptions, type TlsOptions } from 'node:tls';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { identityOf, storeProblem, trustedOf } from '../../../lib/key-stores/key-store.ts';
import type { AgentPorts } from '../ports.ts';
import { cipherList } from './cipher-suites.ts';
import { protocolOptions } from './protocols.ts';
import { keyStoreOf, keyStorePasswordOf, listsOf, trustStoreOf, trustStorePasswordOf, type ClientTlsValues, type ListValues, type ServerTlsValues } from './tls-keys.ts';

type Of = { readonly name: string; readonly ports: Pick<AgentPorts, 'javaProperty' | 'environment'> };

/** Null without `ssl`. AGENT_KEY when there is no key store or nothing is left of the lists, AGENT_STORE when the store cannot be read. */
export async function serverTls(values: ServerTlsValues, context: Of): Promise<TlsOptions | null> {
  if (!values.ssl) return null;
  const file = keyStoreOf(values, context.ports);
  if (file === null) throw SluiceError.of('AGENT_KEY', { component: context.name, key: 'keystore', value: '', reason: 'it is required where ssl = true' });
  const password = keyStorePasswordOf(values, context.ports) ?? '';
  return { ...(await readStore(file, (bytes) => checked(identityOf(bytes, password)))), ...listed(values, context) };
}

/**
 * Null without `ssl`. Names of hosts are checked where the system's own authorities are trusted, not where a trust store is named: Flume never checks them, and the
 * certificates of such a store are usually made out to no host. AGENT_STORE when the store cannot be read.
 */
export async function clientTls(values: ClientTlsValues, context: Of): Promise<ConnectionOptions | null> {
  if (!values.ssl) return null;
  const options = listed(values, context);
  if (values['trust-all-certs']) return { ...options, rejectUnauthorized: false };
  const file = trustStoreOf(values, context.ports);
  if (file === null) return { ...options, ca: [...getCACertificates('default'), ...getCACertificates('system')] };
  const password = trustStorePasswordOf(values, context.ports) ?? '';
  const ca = await readStore(file, (bytes) => trustedOf(bytes, password));
  return { ...options, ca, checkServerIdentity: () => undefined };
}

/** A wrong password shows itself here and not at the first client. */
function checked(identity: SecureContextOptions): SecureContextOptions {
  createSecureContext(identity);
  return identity;
}

function listed(values: ListValues, { name, ports }: Of): SecureContextOptions {
  const lists = listsOf(values, ports);
  const ciphers = cipherList(lists['include-cipher-suites'], lists['exclude-cipher-suites']);
  // TLS 1.3 has suites of its own, which would come back where none of them is left
  const without13 = ciphers !== undefined && ciphers !== null && !ciphers.split(':').some((suite) => suite.startsWith('TLS_'));
  const protocols = protocolOptions(lists['include-protocols'], [...lists['exclude-protocols'], ...(without13 ? ['TLSv1.3'] : [])]);
  const none = (key: keyof ListValues): SluiceError => SluiceError.of('AGENT_KEY', { component: name, key, value: lists[key].join(' '), reason: 'nothing is left to speak' });
  if (protocols === null) throw none('include-protocols');
  if (ciphers === null) throw none('include-cipher-suites');
  return { ...protocols, ...(ciphers === undefined ? {} : { ciphers }) };
}

async function readStore<T>(file: string, read: (bytes: Buffer) => T): Promise<T> {
  try {
    return read(await readFile(file));
  } catch (error) {
    throw SluiceError.of('AGENT_STORE', { file, reason: storeProblem(error) }, error);
  }
}
