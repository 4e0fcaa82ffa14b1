import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSql } from '../../../../main/services/agent-connections.ts';

test('SQL of the agent: values come back as they went in, a transaction is all or nothing, and what it made is there in the next opening', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-sql-')), 'a.db');
  const first = openSql(file);
  first.run('CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, data BLOB)');
  first.transaction(() => { first.run('INSERT INTO t VALUES (?, ?, ?)', 1, 'é', Buffer.from([0, 255])); });
  expect(() => first.transaction(() => { first.run('INSERT INTO t VALUES (?, ?, ?)', 2, 'no', null); throw new Error('undo'); })).toThrow('undo');
  first.close();
  const second = openSql(file);
  expect(second.all('SELECT * FROM t WHERE id < ?', 10)).toEqual([{ id: 1, name: 'é', data: Buffer.from([0, 255]) }]);
  second.close();
});
