// A stream of changes as a leader would make them from a tree: valid, of every kind, decided by a seed.
import type { ACL } from '../../../../../../main/engines/coordination/jute/records.ts';
import { OP } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { DataTree } from '../../../../../../main/engines/coordination/tree/data-tree.ts';
import type { Change } from '../../../../../../main/engines/coordination/txn.ts';
import { closeSession, create, failed, multi, openSession, OPEN, remove, setAcl, setData, SESSION } from './txns.ts';

const LISTS: ACL[][] = [OPEN, [{ perms: 1, id: { scheme: 'ip', id: '10.0.0.1' } }], [{ perms: 31, id: { scheme: 'digest', id: 'u:p' } }]];

export function randomChange(tree: DataTree, random: () => number, size = 200): Change {
  const pick = (many: number): number => Math.floor(random() * many);
  const path = (): string => ['', '/p0', '/p1', '/p2'][pick(4)] + `/n${pick(60)}`;
  const data = (): Buffer | null => (pick(10) === 0 ? null : Buffer.alloc(pick(size), 65 + pick(20)));
  const list = (): ACL[] => (pick(3) === 0 ? [{ perms: 1 + pick(30), id: { scheme: 'ip', id: `10.1.${pick(5)}.${pick(200)}` } }] : LISTS[pick(LISTS.length)] as ACL[]);
  const at = path();
  const parent = tree.get(at.slice(0, at.lastIndexOf('/')));
  const node = tree.get(at);
  const kind = pick(100);
  if (!parent) {
    const top = at.slice(0, at.lastIndexOf('/'));
    return create(top, data(), { parentCVersion: (tree.get('')?.cversion ?? 0) + 1 });
  }
  if (!node) {
    const parentCVersion = parent.cversion + 1;
    if (kind < 10) return { type: OP.createContainer, record: { path: at, data: data(), acl: list(), parentCVersion } };
    if (kind < 20) return { type: OP.createTTL, record: { path: at, data: data(), acl: list(), parentCVersion, ttl: 1 + pick(100_000) } };
    if (kind < 35) return create(at, data(), { ephemeral: true, parentCVersion, acl: list() });
    if (kind < 45) return multi(create(at, data(), { parentCVersion }), setData(at, data(), 1), setData('/', data(), (tree.get('')?.version ?? 0) + 1));
    return create(at, data(), { parentCVersion, acl: list() });
  }
  if (kind < 3) return closeSession(...tree.ephemeralsOf(SESSION));
  if (kind < 6) return openSession(1000 * (1 + pick(20)));
  if (kind < 9) return failed(-101);
  if (kind < 25) return setAcl(at, list(), node.aversion + 1);
  if (kind < 50 && (node.children === null || node.children.size === 0)) return remove(at);
  return setData(at, data(), node.version + 1);
}
