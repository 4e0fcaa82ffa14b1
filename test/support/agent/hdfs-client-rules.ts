// What every HdfsClient does, tried in a folder that is there: one list for all that implement it.
import { expect } from 'vitest';
import type { HdfsClient } from '../../../main/engines/agent/ports.ts';

const never = new AbortController().signal;

export async function textOf(client: HdfsClient, path: string, position = 0, length: number | null = null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of client.read(path, position, length, never)) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

export async function tryClient(client: HdfsClient, dir: string): Promise<void> {
  expect(await client.list(`${dir}/none`)).toBeNull();
  expect(await client.stat(`${dir}/none`)).toBeNull();
  expect(await client.list(dir)).toEqual([]);

  const odd = `${dir}/deep/ä b%41+&?#.log`;
  const writer = await client.create(odd, { overwrite: false });
  await writer.write(Buffer.from('hello '));
  await writer.write(Buffer.from('world'));
  expect(writer.size).toBe(11);
  await writer.flush();
  expect(await textOf(client, odd)).toBe('hello world');
  await writer.write(Buffer.from('!'));
  await writer.close();
  const entry = await client.stat(odd);
  expect(entry).toMatchObject({ name: 'ä b%41+&?#.log', path: odd, isFolder: false, size: 12 });
  expect(entry?.id).toBeTruthy();
  expect(Math.abs((entry?.modified ?? 0) - Date.now())).toBeLessThan(3600_000);
  await expect(client.create(odd, { overwrite: false })).rejects.toMatchObject({ code: 'AGENT_DELIVERY' });

  const more = await client.append(odd);
  expect(more.size).toBe(12);
  await more.write(Buffer.from('more'));
  await more.close();
  expect(await textOf(client, odd)).toBe('hello world!more');
  expect(await textOf(client, odd, 6)).toBe('world!more');
  expect(await textOf(client, odd, 6, 5)).toBe('world');
  expect(await textOf(client, odd, 16)).toBe('');
  expect(await textOf(client, odd, 99)).toBe('');

  const again = await client.create(odd, { overwrite: true });
  await again.write(Buffer.from('new'));
  await again.close();
  expect(await textOf(client, odd)).toBe('new');

  const before = await client.stat(odd);
  expect(await client.rename(odd, `${dir}/b`)).toBe(true);
  expect(await client.rename(odd, `${dir}/c`)).toBe(false);
  expect((await client.stat(`${dir}/b`))?.id).toBe(before?.id);
  for (const name of ['é', 'a', 'B', 'a-']) await (await client.create(`${dir}/${name}`, { overwrite: false })).close();
  await expect(client.rename(`${dir}/a`, `${dir}/b`)).rejects.toMatchObject({ code: 'AGENT_DELIVERY' });
  expect((await client.list(dir))?.map(({ name, isFolder }) => `${name}${isFolder ? '/' : ''}`)).toEqual(['B', 'a', 'a-', 'b', 'deep/', 'é']);
  await client.remove(`${dir}/a`);
  await client.remove(`${dir}/a`);
  expect(await client.stat(`${dir}/a`)).toBeNull();
}
