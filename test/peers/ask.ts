// Asks a peer in its own protocol: what is sent, and whether the beginning of the answer fits.
import { connect } from 'node:net';

/** The bytes that came within 2 s until `enough` of them are there; what came so far when the peer closes. */
export function ask(port: number, bytes: Buffer | string, enough: (answer: Buffer) => boolean): Promise<Buffer> {
  return new Promise((done) => {
    let answer = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => { socket.write(bytes); });
    const end = (): void => {
      socket.destroy();
      done(answer);
    };
    socket.setTimeout(2000, end);
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (enough(answer)) end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}
