import { describe, expect, it } from 'vitest';
import { JuteError, JuteReader } from '../../../../../../main/engines/coordination/jute/reader.ts';
import { CreateRequest, GetChildrenResponse, MultiTxn, ReconfigRequest, Stat } from '../../../../../../main/engines/coordination/jute/records.ts';
import { JuteWriter } from '../../../../../../main/engines/coordination/jute/writer.ts';

const STAT = { czxid: 0x5_0000_0001, mzxid: -1, ctime: 1_795_637_326_627, mtime: 2 ** 52, version: 1, cversion: -2, aversion: 3, ephemeralOwner: -(2n ** 63n), dataLength: 3, numChildren: 4, pzxid: 0 };

describe('Jute', () => {
  it('J1 a record is its fields in order, big-endian, and comes back as it was', () => {
    const bytes = Stat.encode(STAT);
    expect(bytes.length).toBe(68);
    expect(bytes.subarray(0, 16).toString('hex')).toBe('0000000500000001ffffffffffffffff');
    expect(Stat.decode(bytes, 'exact')).toEqual(STAT);
    const request = { path: '/é/日本', data: Buffer.from([0, 255]), acl: [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }], flags: 1 };
    expect(CreateRequest.decode(CreateRequest.encode(request), 'exact')).toEqual(request);
  });

  it('J2 a length of -1 is null for a buffer and where a string may be null, else nothing', () => {
    const asked = { joiningServers: null, leavingServers: '', newMembers: '3', curConfigId: -1 };
    expect(ReconfigRequest.decode(ReconfigRequest.encode(asked))).toEqual(asked);
    expect(GetChildrenResponse.decode(Buffer.from('ffffffff', 'hex'))).toEqual({ children: [] });
    expect(CreateRequest.decode(Buffer.from('ffffffff' + 'ffffffff' + 'ffffffff' + '00000000', 'hex'))).toEqual({ path: '', data: null, acl: [], flags: 0 });
  });

  it('J3 a count that the frame cannot hold is refused before anything is made of it, a record cut anywhere too', () => {
    for (const hex of ['7fffffff', '80000000', 'fffffffe', '00000002ffff']) expect(() => GetChildrenResponse.decode(Buffer.from(hex, 'hex')), hex).toThrow(JuteError);
    expect(() => MultiTxn.decode(Buffer.from('00000001' + '00000005' + '7fffffff', 'hex'))).toThrow(JuteError);
    const whole = CreateRequest.encode({ path: '/a', data: Buffer.from('data'), acl: [{ perms: 1, id: { scheme: 'ip', id: '::1' } }], flags: 3 });
    for (let cut = 0; cut < whole.length; cut++) expect(() => CreateRequest.decode(whole.subarray(0, cut)), String(cut)).toThrow(JuteError);
    expect(() => CreateRequest.decode(Buffer.concat([whole, Buffer.from([0])]), 'exact')).toThrow('1 bytes after the record');
    expect(new JuteReader(whole, 4, 6).rest().toString()).toBe('/a');
  });

  it('J4 what was taken, or left to who holds a view, is not changed by what is written after', () => {
    for (const size of [1, 40, 200, 300, 70_000]) {
      const writer = new JuteWriter();
      const first = Buffer.alloc(size, 1);
      writer.raw(first);
      const taken = writer.take();
      writer.raw(Buffer.alloc(size, 2));
      const view = writer.view();
      writer.leave();
      writer.raw(Buffer.alloc(size, 3));
      expect([taken.equals(first), view.equals(Buffer.alloc(size, 2)), writer.take().equals(Buffer.alloc(size, 3)), writer.length]).toEqual([true, true, true, 0]);
    }
  });

  it('J5 a frame carries its length, and grows over any room', () => {
    const writer = new JuteWriter(8);
    const begin = writer.beginFrame();
    writer.ustring('x'.repeat(1000));
    writer.boolean(true);
    writer.endFrame(begin);
    const bytes = writer.take();
    expect([bytes.length, bytes.readInt32BE(0), bytes.readInt32BE(4)]).toEqual([1009, 1005, 1000]);
  });
});
