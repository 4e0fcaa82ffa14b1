// The server's side of SASL DIGEST-MD5 (RFC 2831) as ZooKeeper has it: realm and host zk-sasl-md5, quality auth.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { digestMd5Response, parseDirectives, SaslError } from '../../client/digest-md5.ts';

const REALM = 'zk-sasl-md5';

/** One log-in. The first token of the client is empty; it gets the challenge. */
export class SaslExchange {
  readonly #passwordOf: (user: string) => string | undefined;
  readonly #realm: string;
  readonly #nonce = randomBytes(24).toString('base64');
  #challenged = false;
  #user: string | null = null;

  /** @param realm another one between servers (quorum.auth). */
  constructor(passwordOf: (user: string) => string | undefined, realm: string = REALM) {
    this.#passwordOf = passwordOf;
    this.#realm = realm;
  }

  /** Who has logged in; null until then. */
  get user(): string | null { return this.#user; }

  /** The token that goes back. SaslError when the user or the password is wrong. */
  answer(token: Buffer): Buffer {
    if (!this.#challenged) {
      this.#challenged = true;
      return Buffer.from(`realm="${this.#realm}",nonce="${this.#nonce}",qop="auth",charset=utf-8,algorithm=md5-sess`);
    }
    if (this.#user !== null) throw new SaslError('the log-in is over');
    return this.#check(parseDirectives(token));
  }

  #check(directives: Map<string, string>): Buffer {
    const of = (name: string): string => directives.get(name) ?? '';
    const user = of('username');
    const password = this.#passwordOf(user);
    if (password === undefined) throw new SaslError(`no user ${user}`);
    if (of('nonce') !== this.#nonce || of('nc') !== '00000001') throw new SaslError('the answer is to another challenge');
    if ((directives.get('qop') ?? 'auth') !== 'auth') throw new SaslError(`quality ${of('qop')}`);
    const input = { user, realm: of('realm'), password, nonce: this.#nonce, cnonce: of('cnonce'), nc: of('nc'), uri: of('digest-uri'), authzid: directives.get('authzid') };
    if (input.authzid !== undefined && input.authzid !== user) throw new SaslError(`${user} may not act as ${input.authzid}`);
    const expected = Buffer.from(digestMd5Response(input, 'AUTHENTICATE'));
    const given = Buffer.from(of('response'));
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new SaslError(`wrong password for ${user}`);
    this.#user = user;
    return Buffer.from(`rspauth=${digestMd5Response(input, '')}`);
  }
}
