// SASL DIGEST-MD5 over `sasl` packets, before anything else is sent on a connection (ZooKeeperSaslClient).
import { SaslToken } from '../jute/records.ts';
import { OP } from '../op-codes.ts';
import type { Connection } from './connection.ts';
import { DigestMd5Client } from './digest-md5.ts';
import { Request } from './request.ts';

/** Rejects with KeeperError (AuthFailed, ConnectionLoss) or SaslError. */
export async function logIn(connection: Connection, who: { readonly user: string; readonly password: string }): Promise<void> {
  const client = new DigestMd5Client({ ...who, service: 'zookeeper', host: 'zk-sasl-md5' });
  let token: Buffer | null = Buffer.alloc(0);
  while (token !== null) {
    const challenge = await exchange(connection, token);
    token = client.answer(challenge);
  }
}

function exchange(connection: Connection, token: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    connection.send(new Request(OP.sasl, null, (w) => { SaslToken.write(w, { token }); }, (reader) => Buffer.from(SaslToken.read(reader).token ?? Buffer.alloc(0)), 0, resolve as (value: never) => void, reject));
  });
}
