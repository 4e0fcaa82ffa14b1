import { describe, expect, it } from 'vitest';
import { parseConnectString, showHost } from '../../../../../../main/engines/coordination/client/connect-string.ts';
import { DigestMd5Client, digestMd5Response, parseDirectives } from '../../../../../../main/engines/coordination/client/digest-md5.ts';
import { FrameCutter } from '../../../../../../main/engines/coordination/client/frames.ts';
import { checkPath, pathProblem, withChroot, withoutChroot } from '../../../../../../main/engines/coordination/client/paths.ts';
import { Fifo } from '../../../../../../main/engines/coordination/client/request.ts';
import { ClientWatches } from '../../../../../../main/engines/coordination/client/watches.ts';
import { EVENT } from '../../../../../../main/engines/coordination/op-codes.ts';

const reasonOf = (text: string): string => {
  try {
    parseConnectString(text);
    return 'taken';
  } catch (error) {
    return String((error as { params: { reason: string } }).params.reason);
  }
};

describe('a connect string', () => {
  it('K80 names hosts, IPv6 in brackets, default ports and a chroot', () => {
    expect(parseConnectString('a:1,[::1]:2, b ,[fe80::1%eth0]/x/y')).toEqual({ hosts: [{ host: 'a', port: 1 }, { host: '::1', port: 2 }, { host: 'b', port: 2181 }, { host: 'fe80::1%eth0', port: 2181 }], chroot: '/x/y' });
    expect(parseConnectString('a/').chroot).toBe('');
    expect(showHost({ host: '::1', port: 2 })).toBe('[::1]:2');
  });

  it('K81 what is none is refused with its reason', () => {
    expect(reasonOf('')).toMatch(/no server/);
    expect(reasonOf('/chroot')).toMatch(/no server/);
    expect(reasonOf('::1:2181')).toMatch(/brackets/);
    expect(reasonOf('a:99999')).toMatch(/port/);
    expect(reasonOf('a b')).toMatch(/not host:port/);
    expect(reasonOf('a:1/x//y')).toMatch(/chroot has an empty part/);
    expect(reasonOf(Array.from({ length: 300 }, () => 'a').join(','))).toMatch(/256/);
  });
});

describe('paths', () => {
  it('K82 those that no znode can have are refused before anything is sent', () => {
    for (const bad of ['', 'a', '/a/', '//', '/a//b', '/.', '/a/..', '/a/../b', '/a\u0000', '/a\u001f', '/a\u009f', '/a\ue000', '/a\uffff']) expect(pathProblem(bad), JSON.stringify(bad)).not.toBeNull();
    for (const good of ['/', '/a', '/a/...', '/a/.b', '/汉', '/a b']) expect(pathProblem(good), good).toBeNull();
    expect(() => { checkPath('/a/', true); }).not.toThrow();
  });

  it('K83 a chroot is put before and taken off, and only as a whole', () => {
    expect([withChroot('/c', '/'), withChroot('/c', '/a'), withChroot('', '/a')]).toEqual(['/c', '/c/a', '/a']);
    expect([withoutChroot('/c', '/c'), withoutChroot('/c', '/c/a'), withoutChroot('/c', '/cat'), withoutChroot('/c', '/x')]).toEqual(['/', '/a', '/cat', '/x']);
  });
});

describe('frames', () => {
  it('K84 come out whole however they were cut, and a length that cannot be is refused at once', () => {
    const frames = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(5000, 'b'), Buffer.from('cd')];
    const wire = Buffer.concat(frames.flatMap((frame) => { const head = Buffer.alloc(4); head.writeInt32BE(frame.length); return [head, frame]; }));
    for (const size of [1, 2, 3, 5, 7, 64, 4999, wire.length]) {
      const got: Buffer[] = [];
      const cutter = new FrameCutter(5000);
      for (let at = 0; at < wire.length; at += size) cutter.push(wire.subarray(at, at + size), (frame) => got.push(Buffer.from(frame)));
      expect(got).toEqual(frames);
    }
    for (const length of [-1, 5001, 0x7fffffff]) {
      const head = Buffer.alloc(4);
      head.writeInt32BE(length);
      expect(() => { new FrameCutter(5000).push(head, () => undefined); }).toThrow(/frame of/);
    }
  });

  it('K85 calls come out of the line in the order in which they went in', () => {
    const line = new Fifo<number>();
    let [next, due] = [0, 0];
    for (let round = 0; round < 3000; round++) {
      for (let i = 0; i < 7; i++) line.push(next++);
      for (let i = 0; i < 6; i++) expect(line.shift()).toBe(due++);
    }
    expect(line.length).toBe(3000);
    expect(line.takeAll()).toEqual(Array.from({ length: 3000 }, (_, i) => due + i));
    expect(line.shift()).toBeUndefined();
  });
});

describe('watches', () => {
  const names = (watches: ClientWatches, type: (typeof EVENT)[keyof typeof EVENT], path: string, known: ReadonlyMap<unknown, string>): string[] => [...watches.take(type, path)].map((watch) => known.get(watch) ?? '?').sort();

  it('K27 which event tells which watch, and which watch stays', () => {
    const watches = new ClientWatches();
    const known = new Map<unknown, string>();
    for (const [kind, path] of [['data', '/a'], ['exist', '/a'], ['child', '/a'], ['persistent', '/a'], ['recursive', '/'], ['recursive', '/a'], ['recursive', '/b']] as const) {
      const watch = (): void => undefined;
      known.set(watch, `${kind} ${path}`);
      watches.add(kind, path, watch);
    }
    expect(names(watches, EVENT.childrenChanged, '/a', known)).toEqual(['child /a', 'persistent /a']);
    expect(names(watches, EVENT.created, '/a/x', known)).toEqual(['recursive /', 'recursive /a']);
    expect(names(watches, EVENT.childrenChanged, '/a/x', known)).toEqual([]);
    expect(names(watches, EVENT.dataChanged, '/a', known)).toEqual(['data /a', 'exist /a', 'persistent /a', 'recursive /', 'recursive /a']);
    expect(names(watches, EVENT.deleted, '/a', known)).toEqual(['persistent /a', 'recursive /', 'recursive /a']);
    expect(watches.count).toBe(4);
    expect([...watches.batches(1000)]).toEqual([{ data: [], exist: [], child: [], persistent: ['/a'], recursive: ['/', '/a', '/b'] }]);
  });
});

describe('SASL DIGEST-MD5', () => {
  it('K42 answers the example of RFC 2831 as it stands there', () => {
    const input = { user: 'chris', realm: 'elwood.innosoft.com', password: 'secret', nonce: 'OA6MG9tEQGm2hh', cnonce: 'OA6MHXh6VqTrRk', nc: '00000001', uri: 'imap/elwood.innosoft.com' };
    expect(digestMd5Response(input, 'AUTHENTICATE')).toBe('d388dad90d4bbd760a152321f2143af7');
    expect(digestMd5Response(input, '')).toBe('ea40f60335c427b5527b84dbabcdfffd');
    const client = new DigestMd5Client({ user: 'chris', password: 'secret', service: 'imap', host: 'elwood.innosoft.com' }, 'OA6MHXh6VqTrRk');
    const answer = parseDirectives(client.answer(Buffer.from('realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8')) as Buffer);
    expect(answer.get('response')).toBe('d388dad90d4bbd760a152321f2143af7');
    expect(client.answer(Buffer.from('rspauth=ea40f60335c427b5527b84dbabcdfffd'))).toBeNull();
    expect(client.done).toBe(true);
  });

  it('K43 a server that does not know the password, or offers nothing usable, is not believed', () => {
    const fresh = (): DigestMd5Client => new DigestMd5Client({ user: 'u', password: 'p', service: 'zookeeper', host: 'zk-sasl-md5' });
    const challenge = 'realm="r",nonce="n",qop="auth",algorithm=md5-sess';
    const client = fresh();
    client.answer(Buffer.from(challenge));
    expect(() => client.answer(Buffer.from('rspauth=00000000000000000000000000000000'))).toThrow(/does not know the password/);
    expect(() => fresh().answer(Buffer.from('realm="r"'))).toThrow(/nonce/);
    expect(() => fresh().answer(Buffer.from(challenge.replace('"auth"', '"auth-conf"')))).toThrow(/auth is offered/);
    expect(() => fresh().answer(Buffer.from(challenge.replace('md5-sess', 'md5')))).toThrow(/md5-sess/);
    expect(() => fresh().answer(Buffer.from('nonce="open'))).toThrow(/cannot be read/);
    expect(() => fresh().answer(Buffer.alloc(4000, 'a'))).toThrow(/4000 bytes/);
  });
});
