// The first packet of a client and its answer (ProtocolManager): no header, and a last byte that clients before 3.4 do not know.
import { JuteReader } from '../jute/reader.ts';
import { ConnectRequest, ConnectResponse } from '../jute/records.ts';
import type { JuteWriter } from '../jute/writer.ts';

const NO_PASSWORD = Buffer.alloc(16);

/** `readOnly` is null when the client did not send the byte. JuteError when the packet is none. */
export function readConnectRequest(bytes: Buffer, begin: number, end: number): ConnectRequest & { readonly readOnly: boolean | null } {
  const reader = new JuteReader(bytes, begin, end);
  const request = ConnectRequest.read(reader);
  return { ...request, readOnly: reader.left > 0 ? reader.boolean() : null };
}

/** @param session null tells the client that its session is no more. @param readOnly of this server; null for a client that does not know the byte. */
export function writeConnectResponse(out: JuteWriter, session: { readonly id: bigint; readonly timeoutMs: number; readonly password: Buffer } | null, readOnly: boolean | null): void {
  const frame = out.beginFrame();
  ConnectResponse.write(out, {
    protocolVersion: 0, timeOut: session?.timeoutMs ?? 0, sessionId: session?.id ?? 0n, passwd: session?.password ?? NO_PASSWORD,
  });
  if (readOnly !== null) out.boolean(readOnly);
  out.endFrame(frame);
}
