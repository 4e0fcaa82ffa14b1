// Who a client is and what an ACL's id may say, by scheme (ProviderRegistry): digest, ip, x509, sasl; world and auth belong to the lists.
import { createHash } from 'node:crypto';
import type { NodeConfig } from '../../config/node-config.ts';
import type { Id } from '../../jute/records.ts';
import { ipMatches, isIpExpression } from './ip-scheme.ts';

export interface Scheme {
  /** Whether `auth:` may stand for ids of it. */
  readonly authenticated: boolean;
  isValid(id: string): boolean;
  /** `id` is the client's, `expression` the list's. */
  matches(id: string, expression: string): boolean;
  /** What whoAmI and the audit log call the user. */
  userOf(id: string): string;
}

/** What a connection tells a scheme of its client. */
export interface Peer {
  /** Without brackets or port. */
  readonly address: string;
  /** The subject of its certificate by RFC 2253, once it is trusted. */
  readonly certificateSubject: string | null;
}

const ALGORITHMS: Readonly<Record<string, string>> = { SHA1: 'sha1', 'SHA-1': 'sha1', SHA256: 'sha256', 'SHA-256': 'sha256', SHA512: 'sha512', 'SHA-512': 'sha512', SHA384: 'sha384', 'SHA-384': 'sha384', MD5: 'md5', 'SHA3-256': 'sha3-256', 'SHA3-512': 'sha3-512' };

/** `user:password` as a list holds it: user:base64(hash(user:password)) (DigestAuthenticationProvider.generateDigest). */
export function digestOfPassword(userAndPassword: Buffer, algorithm = 'SHA1'): string {
  const hash = ALGORITHMS[algorithm.toUpperCase()] ?? algorithm.toLowerCase();
  const text = userAndPassword.toString('utf8');
  const user = text.split(':', 1)[0] ?? '';
  return `${user}:${createHash(hash).update(text).digest('base64')}`;
}

const digest: Scheme = {
  authenticated: true,
  isValid: (id) => id.replace(/:+$/, '').split(':').length === 2,
  matches: (id, expression) => id === expression,
  userOf: (id) => id.split(':', 1)[0] ?? '',
};

const ip: Scheme = { authenticated: false, isValid: isIpExpression, matches: ipMatches, userOf: (id) => id };

function x509(superUser: string | null): Scheme {
  return {
    authenticated: true,
    isValid: (id) => /^\s*[A-Za-z][\w.-]*\s*=.+/.test(id),
    matches: (id, expression) => id === expression || id === superUser,
    userOf: (id) => id,
  };
}

const sasl: Scheme = {
  authenticated: true,
  isValid: (id) => !id.includes('@') || /^[^/@]*(?:\/[^/@]*)?@[^/@]*$/.test(id), // KerberosName
  matches: (id, expression) => id === 'super' || id === expression,
  userOf: (id) => id,
};

/** AuthFailed when null; otherwise whom the client may now pass for. */
export type Authenticated = readonly Id[] | null;

export class Schemes {
  readonly #config: NodeConfig;
  readonly #schemes = new Map<string, Scheme>();

  constructor(config: NodeConfig) {
    this.#config = config;
    this.#schemes.set('ip', ip);
    if (config.digestSchemeEnabled) this.#schemes.set('digest', digest);
    if (config.clientTls) this.#schemes.set('x509', x509(config.x509SuperUser));
    if (config.saslUsers.size > 0 || [...config.entries].some(([key, value]) => key.includes('authProvider') && value.endsWith('SASLAuthenticationProvider'))) this.#schemes.set('sasl', sasl);
  }

  get(scheme: string): Scheme | undefined {
    return this.#schemes.get(scheme);
  }

  /** An `auth` packet (handleAuthentication of each provider). */
  authenticate(scheme: string, auth: Buffer, peer: Peer): Authenticated {
    if (!this.#schemes.has(scheme)) return null;
    if (scheme === 'ip') return [{ scheme, id: peer.address }];
    if (scheme === 'digest') return this.#digest(auth);
    if (scheme === 'x509') return peer.certificateSubject === null ? null : this.ofCertificate(peer.certificateSubject);
    return null; // sasl has an exchange of its own
  }

  ofCertificate(subject: string): readonly Id[] {
    const id = { scheme: 'x509', id: subject };
    return subject === this.#config.x509SuperUser ? [{ scheme: 'super', id: subject }, id] : [id];
  }

  #digest(auth: Buffer): readonly Id[] {
    const id = digestOfPassword(auth, this.#config.digestAlgorithm);
    return id === this.#config.superDigest ? [{ scheme: 'super', id: '' }, { scheme: 'digest', id }] : [{ scheme: 'digest', id }];
  }

  /** For whoAmI; '' when no provider knows the scheme, as for super. */
  userOf({ scheme, id }: Id): string {
    return this.#schemes.get(scheme)?.userOf(id) ?? '';
  }
}
