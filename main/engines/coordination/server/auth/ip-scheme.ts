// The scheme ip: an address or a network `addr/bits`, of either family (IPAuthenticationProvider).
import { isIPv4, isIPv6 } from 'node:net';

/** 4 or 16 bytes; null when it is no address. */
function bytesOf(address: string): Buffer | null {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  if (!isIPv6(address) || address.includes('%')) return null;
  return sixteenBytes(address);
}

function sixteenBytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const front = head === '' ? [] : groups(head);
  const back = tail === undefined || tail === '' ? [] : groups(tail);
  const bytes = Buffer.alloc(16);
  for (const [at, group] of front.entries()) bytes.writeUInt16BE(group, at * 2);
  for (const [at, group] of back.entries()) bytes.writeUInt16BE(group, 16 - (back.length - at) * 2);
  return bytes;
}

/** A dotted quad at the end counts as two groups. */
function groups(text: string): number[] {
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function network(expression: string): { readonly address: Buffer; readonly bits: number } | null {
  const slash = expression.indexOf('/');
  const address = bytesOf(slash < 0 ? expression : expression.slice(0, slash));
  if (!address) return null;
  if (slash < 0) return { address, bits: address.length * 8 };
  const text = expression.slice(slash + 1);
  const bits = /^[+-]?\d+$/.test(text) ? Number(text) : -1;
  return bits < 0 || bits > address.length * 8 ? null : { address, bits };
}

export function isIpExpression(expression: string): boolean {
  return network(expression) !== null;
}

export function ipMatches(address: string, expression: string): boolean {
  const net = network(expression);
  const own = bytesOf(address);
  if (!net || own?.length !== net.address.length) return false;
  const whole = net.bits >> 3;
  if (own.compare(net.address, 0, whole, 0, whole) !== 0) return false;
  const rest = net.bits & 7;
  return rest === 0 || ((own[whole] ?? 0) ^ (net.address[whole] ?? 0)) >> (8 - rest) === 0;
}
