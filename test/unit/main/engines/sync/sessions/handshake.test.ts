import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { choose, shakeHands, type Agreed, type Offer } from '../../../../../../main/engines/sync/sessions/handshake.ts';
import { DEFAULT_OPTIONS, serverArgv } from '../../../../../../main/engines/sync/sessions/options.ts';
import { bytesOf, readerOf, writerTo } from '../wire/support.ts';

const NAMES = '23 787868313238 20 78786833 20 7878683634 20 6d6435 20 6d6434 20 73686131 20 6e6f6e65'; // as rsync 3.5.0 offers them

async function shake(answer: Uint8Array, offer: Offer = { protocol: 32, compress: false }, step = 1): Promise<{ agreed: Agreed; said: string }> {
  const { reader } = readerOf(answer, step);
  const { writer, bytes } = writerTo();
  const agreed = await shakeHands(reader, writer, offer, 'host');
  return { agreed, said: bytes().toString('latin1') };
}
async function refusal(answer: Uint8Array, offer?: Offer): Promise<string> {
  try {
    await shake(answer, offer, answer.length);
  } catch (thrown) {
    if (thrown instanceof SluiceError) return `${thrown.code} ${Object.values(thrown.params).join(' | ')}`;
    throw thrown;
  }
  return 'agreed';
}

describe('H handshake as the client', () => {
  it('H1 with stock rsync 3.5.0: protocol 32, xxh128, its seed', async () => {
    const stock = readFileSync(join(import.meta.dirname, '../../../../../fixtures/rsync/push-noir.s2c.bin'));
    const { agreed, said } = await shake(stock);
    expect(agreed).toEqual({ protocol: 32, compat: 0x1fe, checksum: 'xxh128', compress: 'none', seed: 1 });
    expect(said).toBe('\x20\0\0\0\x10xxh128 xxh64 md5');
  });

  it('H2 without negotiation: md5, and zlibx when compressing', async () => {
    const { agreed, said } = await shake(bytesOf('20000000 7e ffffffff'), { protocol: 31, compress: true });
    expect(agreed).toEqual({ protocol: 31, compat: 0x7e, checksum: 'md5', compress: 'zlibx', seed: -1 });
    expect(said).toBe('\x1f\0\0\0');
  });

  it('H3 the older of both protocols holds, and below 30 is refused', async () => {
    expect((await shake(bytesOf('1e000000 7e 01000000'))).agreed.protocol).toBe(30);
    expect(await refusal(bytesOf('1d000000'))).toBe('RSYNC_VERSION 29 | 30');
  });

  it('H4 both sides take their own best name the other has; unknown names are passed over', async () => {
    const names = Buffer.from('SHA9 md5 XXHASH');
    const { agreed } = await shake(Buffer.concat([bytesOf('20000000 81fe'), Buffer.from([names.length]), names, bytesOf('01000000')]));
    expect(agreed.checksum).toBe('xxh64');
    expect(() => choose(['xxh128', 'md5'], ['sha1'], 'checksum')).toThrow(/RSYNC_PROTOCOL/);
  });

  it('H5 a banner, a shell\'s complaint and absurd versions are told apart from rsync, with their text', async () => {
    expect(await refusal(Buffer.from('Welcome to nas-01\r\nLast login'))).toBe('RSYNC_NOISE host | Welcome to nas-01\\x0D\\x0ALast login');
    expect(await refusal(bytesOf('13000000'))).toMatch(/^RSYNC_NOISE/);
    expect(await refusal(bytesOf('29000000'))).toMatch(/^RSYNC_NOISE/);
  });

  it('H6 incremental recursion that was not offered is refused', async () => {
    expect(await refusal(bytesOf(`20000000 81ff ${NAMES} 01000000`))).toMatch(/^RSYNC_PROTOCOL incremental recursion/);
  });

  it('H7 cut off anywhere it is an error', async () => {
    const whole = bytesOf(`20000000 81fe ${NAMES} 01000000`);
    for (let end = 0; end < whole.length; end++) expect(await refusal(whole.subarray(0, end))).toMatch(/^RSYNC_(PROTOCOL connection unexpectedly closed|NOISE)/);
    expect(await refusal(whole)).toBe('agreed');
  });
});

describe('H command line of the far rsync', () => {
  const line = (more: Partial<typeof DEFAULT_OPTIONS>, sender: boolean, protocol: 31 | 32): string => serverArgv({ ...DEFAULT_OPTIONS, ...more }, { sender, protocol, path: Buffer.from('/dst/') }).map((word) => Buffer.from(word as string).toString()).join(' ');

  it('H8 is what rsync itself would send, without incremental recursion', () => {
    expect(line({ devices: true, specials: true }, false, 32)).toBe('rsync --server -logDtpre.LsfxCIvu --log-format=%i . /dst/');
    expect(line({ devices: true, specials: true }, true, 32)).toBe('rsync --server --sender -logDtpre.LsfxCIvu . /dst/');
    expect(line({}, false, 31)).toBe('rsync --server -logtpre.LsfxCIu --log-format=%i . /dst/');
  });

  it('H9 names compression so that both sides mean the same, with and without negotiation', () => {
    expect(line({ compress: true }, false, 32)).toContain('ze.LsfxCIvu');
    expect(line({ compress: true }, false, 31)).toMatch(/re\.LsfxCIu .*--new-compress/);
  });

  it('H10 deletion is asked of a receiver only', () => {
    expect(line({ delete: 'before' }, false, 32)).toContain('--delete-before');
    expect(line({ delete: 'before' }, true, 32)).not.toContain('--delete');
  });
});
