// Servers prove to each other who they are: SASL DIGEST-MD5 on every connection between them (SaslQuorumAuthServer, SaslQuorumAuthLearner).
//   long magic | int status (0 in progress, 1 success, -1 error) | int length, token
import { DigestMd5Client, SaslError } from '../client/digest-md5.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { QuorumAuthPacket } from '../jute/records.ts';
import { SaslExchange } from '../server/auth/sasl-exchange.ts';
import type { ByteStream } from './byte-stream.ts';
import type { Transport } from './transport.ts';

const MAGIC = 0x5f24350135_01edccn;
const SERVICE = 'zookeeper-quorum';
const REALM = 'zk-quorum-sasl-md5';
const STATUS = { inProgress: 0, success: 1, error: -1 } as const;
const MOST_TOKEN = 4096;
/** Rounds of one log-in (MAX_RETRIES). */
const MOST_ROUNDS = 5;

type QuorumAuth = NonNullable<NodeConfig['quorumAuth']>;

function send(stream: ByteStream, status: number, token: Buffer): void {
  stream.socket.write(QuorumAuthPacket.encode({ magic: MAGIC, status, token }));
}

async function receive(stream: ByteStream): Promise<{ readonly status: number; readonly token: Buffer }> {
  const head = await stream.pull(16);
  if (head.readBigInt64BE(0) !== MAGIC) throw new SaslError('what came is no authentication');
  const length = head.readInt32BE(12);
  if (length > MOST_TOKEN) throw new SaslError(`a token of ${length} bytes`);
  return { status: head.readInt32BE(8), token: length > 0 ? await stream.pull(length) : Buffer.alloc(0) };
}

/** Logs in; nothing is sent where the learner is not required to (quorum.auth.learnerRequireSasl). SaslError when the other does not accept it. */
async function logIn(stream: ByteStream, { learner, learnerRequire }: QuorumAuth): Promise<void> {
  if (!learnerRequire || learner === null) return;
  const exchange = new DigestMd5Client({ ...learner, service: SERVICE, host: REALM });
  send(stream, STATUS.inProgress, Buffer.alloc(0));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { status, token } = await receive(stream);
    if (status === STATUS.error) throw new SaslError('it does not know this user and password');
    const answer = exchange.answer(token);
    if (status === STATUS.success) {
      if (!exchange.done) throw new SaslError('it did not prove that it knows the password');
      return;
    }
    send(stream, STATUS.inProgress, answer ?? Buffer.alloc(0));
  }
  throw new SaslError('the log-in does not end');
}

/** Has whoever dialled log in, if it tries to or must (quorum.auth.serverRequireSasl). SaslError when it must and does not. */
async function admit(stream: ByteStream, { servers, serverRequire }: QuorumAuth): Promise<void> {
  await stream.more(7);
  if (stream.peek().readBigInt64BE(0) !== MAGIC) {
    if (serverRequire) throw new SaslError('it does not log in, which quorum.auth.serverRequireSasl asks for');
    return;
  }
  const exchange = new SaslExchange((user) => servers.get(user), REALM);
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const { token } = await receive(stream);
      const answer = exchange.answer(token);
      send(stream, exchange.user === null ? STATUS.inProgress : STATUS.success, answer);
      if (exchange.user !== null) return;
    }
    throw new SaslError('the log-in does not end');
  } catch (error) {
    send(stream, STATUS.error, Buffer.alloc(0));
    if (serverRequire || !(error instanceof SaslError)) throw error;
  }
}

export function withAuth(transport: Transport, auth: QuorumAuth): Transport {
  return { ...transport, authenticate: (stream) => logIn(stream, auth), challenge: (stream) => admit(stream, auth) };
}
