import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHdfs } from '../../../../../../main/engines/agent/hdfs/open-hdfs.ts';
import type { HdfsClient } from '../../../../../../main/engines/agent/ports.ts';
import { tryClient } from '../../../../../support/agent/hdfs-client-rules.ts';

test('F20 a folder of this machine is used as HDFS is', async () => {
  const client = await openHdfs({ uri: 'file:///', user: null, httpUri: null });
  await tryClient(client, mkdtempSync(join(tmpdir(), 'sluice-hdfs-')));
});

test('F20 a file that grows while it is read gives what is there', async () => {
  const client: HdfsClient = await openHdfs({ uri: 'file:///', user: null, httpUri: null });
  const file = join(mkdtempSync(join(tmpdir(), 'sluice-hdfs-')), 'a');
  writeFileSync(file, 'one');
  let text = '';
  for await (const part of client.read(file, 0, null, new AbortController().signal)) {
    text += part.toString();
    if (text === 'one') appendFileSync(file, 'two');
  }
  expect(text).toBe('onetwo');
});

test('F20 an address that is none of HDFS is told', async () => {
  await expect(openHdfs({ uri: 's3://bucket/x', user: null, httpUri: null })).rejects.toMatchObject({ code: 'AGENT_NOT_HERE' });
});
