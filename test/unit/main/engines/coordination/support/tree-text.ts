// A tree as plain text, for comparing two of them.
import { crc32 } from 'node:zlib';
import type { DataTree } from '../../../../../../main/engines/coordination/tree/data-tree.ts';

export function treeText(tree: DataTree): string[] {
  const lines: string[] = [];
  const walk = (path: string): void => {
    const node = tree.get(path);
    if (!node) throw new Error(`${path} is a child, but no node`);
    const { data, acl: _, children: __, digest: ___, ...stat } = node;
    const acl = tree.acl(node.acl).map((one) => `${one.perms}:${one.id.scheme}:${one.id.id}`).join(' ');
    lines.push(`${path || '/'} ${data === null ? 'null' : `${data.length}:${crc32(data)}`} [${acl}] ${Object.entries(stat).map(([name, value]) => `${name}=${String(value)}`).join(' ')}`);
    for (const name of [...(node.children ?? [])].sort()) walk(`${path}/${name}`);
  };
  walk('');
  lines.push(`count ${tree.count} bytes ${tree.bytes} containers ${[...tree.containers].sort().join(',')} ttls ${[...tree.ttls].sort().join(',')}`);
  for (const [session, paths] of tree.sessionsWithEphemerals()) lines.push(`${session} ${[...paths].sort().join(',')}`);
  return lines;
}
