// The audit log: its lines, its files, and what of a write is told.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aclText, auditEntries } from '../../../../../../main/engines/coordination/admin/audit-entries.ts';
import { AuditLog, auditLine, auditText } from '../../../../../../main/engines/coordination/admin/audit-log.ts';
import { CreateRequest, SetACLRequest } from '../../../../../../main/engines/coordination/jute/records.ts';
import { JuteWriter } from '../../../../../../main/engines/coordination/jute/writer.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { NodeEvent, TxnResult } from '../../../../../../main/engines/coordination/parts.ts';

let dir: string;
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'sluice-audit-')); });
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

const OPEN = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }];
const who = { sessionId: 0x1000001n, authInfo: [{ scheme: 'ip', id: '127.0.0.1' }, { scheme: 'digest', id: 'bob:hash=' }], ip: '127.0.0.1' };
const done = (path: string | null, parts: TxnResult['parts'] = null): TxnResult => ({ err: 0, path, stat: null, parts });
function payload(record: { write(writer: JuteWriter, value: never): void }, value: unknown): Buffer {
  const writer = new JuteWriter();
  record.write(writer, value as never);
  return writer.take();
}

describe('audit', () => {
  it('M20 a line as ZooKeeper’s logger writes it', () => {
    const [entry] = auditEntries({ ...who, type: OP.create, payload: payload(CreateRequest, { path: '/q-', data: null, acl: OPEN, flags: 3 }), err: 0, result: done('/q-0000000001') });
    expect(auditText(entry as never)).toBe('session=0x1000001\tuser=127.0.0.1,bob\tip=127.0.0.1\toperation=create\tznode=/q-0000000001\tznode_type=ephemeral_sequential\tresult=success');
    expect(auditLine({ operation: 'serverStart', user: 'root', result: 'success' }, new Date(2026, 10, 5, 7, 8, 9, 12))).toBe('2026-11-05 07:08:09,012 INFO audit.Slf4jAuditLogger: user=root\toperation=serverStart\tresult=success\n');
  });

  it('M20 a refused write is told with the path that was asked for', () => {
    const [entry] = auditEntries({ ...who, type: OP.setACL, payload: payload(SetACLRequest, { path: '/a', acl: OPEN, version: -1 }), err: -102, result: null });
    expect(entry).toMatchObject({ operation: 'setAcl', znode: '/a', acl: 'world:anyone:cdrwa', result: 'failure' });
    expect(auditEntries({ ...who, type: OP.delete, payload: Buffer.from('junk'), err: -5, result: null })).toMatchObject([{ operation: 'delete', znode: null, result: 'failure' }]);
  });

  it('M20 reads are not told; a multi is told part by part, a failed one once', () => {
    expect(auditEntries({ ...who, type: OP.getData, payload: Buffer.alloc(0), err: 0, result: null })).toEqual([]);
    const parts = [{ ...done('/a'), type: OP.create }, { ...done('/b'), type: OP.setData }, { ...done(null), type: OP.check }];
    expect(auditEntries({ ...who, type: OP.multi, payload: Buffer.alloc(0), err: 0, result: done(null, parts) }).map(({ operation, znode }) => [operation, znode])).toEqual([['create', '/a'], ['setData', '/b']]);
    expect(auditEntries({ ...who, type: OP.multi, payload: Buffer.alloc(0), err: -110, result: null })).toMatchObject([{ operation: 'multiOperation', result: 'failure' }]);
    expect(aclText([{ perms: 5, id: { scheme: 'digest', id: 'a:b' } }, { perms: 2, id: { scheme: 'ip', id: '::1' } }])).toBe('digest:a:b:crip:::1:w');
  });

  it('M21 nothing that a client sends begins a line of its own', () => {
    expect(auditText({ operation: 'delete', znode: '/a\nsession=0x2', result: 'failure' })).toBe('operation=delete\tznode=/a\\u000asession=0x2\tresult=failure');
  });

  it('M22 the file turns over at its size, and so many old ones are kept; lines stay in order', async () => {
    const file = join(dir, 'audit.log');
    const log = new AuditLog({ file, maxBytes: 400, keep: 3, report: () => {} });
    for (let i = 0; i < 30; i++) {
      log.add({ operation: 'create', znode: `/${String(i).padStart(3, '0')}`, result: 'success' });
      if (i % 3 === 2) await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    await log.close();
    expect(readdirSync(dir).sort()).toEqual(['audit.log', 'audit.log.1', 'audit.log.2', 'audit.log.3']);
    const all = ['.3', '.2', '.1', ''].map((end) => readFileSync(`${file}${end}`, 'utf8')).join('');
    const seen = [...all.matchAll(/znode=\/(\d+)/g)].map(([, n]) => Number(n));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(29);
    const again = new AuditLog({ file, maxBytes: 400, keep: 3, report: () => {} });
    again.add({ operation: 'serverStop', result: 'invoked' });
    await again.close();
    expect(readFileSync(file, 'utf8')).toContain('operation=serverStop');
  });

  it('M22 a disk that cannot be written is told once and stops nobody', async () => {
    const events: NodeEvent[] = [];
    const log = new AuditLog({ file: join(dir, 'no', 'such', 'audit.log'), report: (event) => { events.push(event); } });
    for (let i = 0; i < 3; i++) { log.add({ operation: 'create', result: 'success' }); await new Promise((resolve) => { setTimeout(resolve, 10); }); }
    await log.close();
    expect(events).toMatchObject([{ type: 'warning', error: { code: 'COORD_DISK', params: { reason: 'ENOENT' } } }]);
  });
});
