// SASL DIGEST-MD5 (RFC 2831) as ZooKeeper's clients speak it: service `zookeeper`, host and realm `zk-sasl-md5`, quality `auth`.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface DigestMd5User {
  readonly user: string;
  readonly password: string;
  /** `zookeeper` for clients, `zookeeper-quorum` hosts differ: the digest-uri is service/host. */
  readonly service: string;
  readonly host: string;
}

export class SaslError extends Error {
  override readonly name = 'SaslError';
}

const MAX_CHALLENGE = 2048;
const md5 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** `name=value` and `name="quoted \" value"`, by commas; SaslError when it is not that. */
export function parseDirectives(bytes: Buffer): Map<string, string> {
  if (bytes.length > MAX_CHALLENGE) throw new SaslError(`a challenge of ${bytes.length} bytes, at most ${MAX_CHALLENGE} are allowed`);
  const text = bytes.toString('utf8');
  const found = new Map<string, string>();
  const directive = /\s*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)/y;
  while (directive.lastIndex < text.length) {
    const at = directive.lastIndex;
    const match = directive.exec(text);
    if (!match) {
      if (/^[\s,]*$/.test(text.slice(at))) break;
      throw new SaslError(`the challenge cannot be read at character ${at}`);
    }
    found.set((match[1] as string).toLowerCase(), match[2] === undefined ? (match[3] ?? '') : match[2].replace(/\\(.)/g, '$1'));
  }
  return found;
}

const quote = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

interface DigestInput {
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly nc: string;
  readonly uri: string;
  /** Named by clients that want to act as someone; Java's always name themselves. */
  readonly authzid?: string | undefined;
}

/** The digest of one direction: `AUTHENTICATE` from the client, '' for the server's proof (RFC 2831 2.1.2.1). */
export function digestMd5Response(input: DigestInput, verb: 'AUTHENTICATE' | ''): string {
  const a1 = md5(md5(`${input.user}:${input.realm}:${input.password}`), `:${input.nonce}:${input.cnonce}${input.authzid === undefined ? '' : `:${input.authzid}`}`).toString('hex');
  const a2 = md5(`${verb}:${input.uri}`).toString('hex');
  return md5(`${a1}:${input.nonce}:${input.nc}:${input.cnonce}:auth:${a2}`).toString('hex');
}

/** One log-in: the server's challenge is answered, then its proof is checked. */
export class DigestMd5Client {
  readonly #who: DigestMd5User;
  readonly #cnonce: string;
  #expected: string | null = null;
  #done = false;

  constructor(who: DigestMd5User, cnonce: string = randomBytes(24).toString('base64')) {
    this.#who = who;
    this.#cnonce = cnonce;
  }

  /** The server has proved that it knows the password too. */
  get done(): boolean { return this.#done; }

  /** The next token for the server's; null when there is nothing more to say. SaslError when the server cannot be trusted or followed. */
  answer(token: Buffer): Buffer | null {
    const directives = parseDirectives(token);
    if (this.#expected !== null) {
      const proof = Buffer.from(directives.get('rspauth') ?? '');
      const expected = Buffer.from(this.#expected);
      if (proof.length !== expected.length || !timingSafeEqual(proof, expected)) throw new SaslError('the server does not know the password');
      this.#done = true;
      return null;
    }
    const nonce = directives.get('nonce');
    if (!nonce) throw new SaslError('the challenge has no nonce');
    if (!(directives.get('qop') ?? 'auth').split(',').some((quality) => quality.trim() === 'auth')) throw new SaslError(`the server wants ${directives.get('qop') ?? ''}, auth is offered`);
    if (directives.get('algorithm') !== 'md5-sess') throw new SaslError('the algorithm is not md5-sess');
    const { user, password, service, host } = this.#who;
    const input: DigestInput = { user, password, realm: directives.get('realm') ?? '', nonce, cnonce: this.#cnonce, nc: '00000001', uri: `${service}/${host}` };
    this.#expected = digestMd5Response(input, '');
    return Buffer.from([
      'charset=utf-8', `username=${quote(user)}`, `realm=${quote(input.realm)}`, `nonce=${quote(nonce)}`, `nc=${input.nc}`, `cnonce=${quote(this.#cnonce)}`,
      `digest-uri=${quote(input.uri)}`, 'maxbuf=65536', `response=${digestMd5Response(input, 'AUTHENTICATE')}`, 'qop=auth',
    ].join(','));
  }
}
