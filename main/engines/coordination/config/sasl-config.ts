// SASL users of clients and between servers: the JAAS file and the quorum.auth.* keys (QuorumAuth).
import { readFileSync } from 'node:fs';
import { codeOf } from '../../../lib/errno.ts';
import { parseJaas, usersOf, type JaasSection } from './jaas.ts';
import type { KeyReader } from './key-reader.ts';
import type { Lints } from './lint.ts';
import type { NodeConfig } from './node-config.ts';

type Sasl = Pick<NodeConfig, 'saslUsers' | 'quorumAuth'>;

export function readSasl(keys: KeyReader, lints: Lints): Sasl {
  const sections = jaasFile(keys, lints);
  return { saslUsers: usersOf(sections.get('Server')), quorumAuth: quorumAuth(keys, sections, lints) };
}

function jaasFile(keys: KeyReader, lints: Lints): ReadonlyMap<string, JaasSection> {
  const path = keys.text('java.security.auth.login.config');
  if (path === null) return new Map();
  const at = keys.at('java.security.auth.login.config');
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    lints.error(at, { what: `The JAAS file ${path} cannot be read`, why: codeOf(error), fix: 'Correct the path, or give this account the right to read it.' });
    return new Map();
  }
  const sections = parseJaas(text);
  if (!sections) lints.error(at, { what: `${path} is no JAAS configuration`, why: 'It must hold sections such as Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_bob="secret"; };', fix: 'Correct the file.' });
  for (const [name, section] of sections ?? []) {
    if (section.module.endsWith('.DigestLoginModule') || name === 'Client') continue;
    lints.warning(at, { what: `Section ${name} of ${path} uses ${section.module}`, why: 'Only DIGEST-MD5 (DigestLoginModule) is built in; Kerberos is not.', fix: 'Use DigestLoginModule with user_NAME="password" lines, or leave Kerberos to real servers.' });
  }
  return sections ?? new Map();
}

function quorumAuth(keys: KeyReader, sections: ReadonlyMap<string, JaasSection>, lints: Lints): NodeConfig['quorumAuth'] {
  const enabled = keys.bool('quorum.auth.enableSasl', false);
  const serverRequire = keys.bool('quorum.auth.serverRequireSasl', false);
  const learnerRequire = keys.bool('quorum.auth.learnerRequireSasl', false);
  const needs = (key: string, other: string): void => { lints.error(keys.at(key), { what: `${key} is on and ${other} is not`, why: 'ZooKeeper refuses to start so: servers would not be able to join.', fix: `Add ${other}=true.` }); };
  if (!enabled && serverRequire) needs('quorum.auth.serverRequireSasl', 'quorum.auth.enableSasl');
  if (!enabled && learnerRequire) needs('quorum.auth.learnerRequireSasl', 'quorum.auth.enableSasl');
  if (serverRequire && !learnerRequire) needs('quorum.auth.serverRequireSasl', 'quorum.auth.learnerRequireSasl');
  if (!enabled) return null;
  const server = sections.get(keys.text('quorum.auth.server.saslLoginContext') ?? 'QuorumServer');
  const learner = sections.get(keys.text('quorum.auth.learner.saslLoginContext') ?? 'QuorumLearner');
  if (!server || !learner) lints.error(keys.at('quorum.auth.enableSasl'), { what: 'quorum.auth.enableSasl is on and the JAAS file has no section QuorumServer or QuorumLearner', why: 'The servers have no names and passwords for one another.', fix: 'Name the file in java.security.auth.login.config and add both sections.' });
  const user = learner?.options.get('username');
  return { serverRequire, learnerRequire, servers: usersOf(server), learner: user === undefined ? null : { user, password: learner?.options.get('password') ?? '' } };
}
