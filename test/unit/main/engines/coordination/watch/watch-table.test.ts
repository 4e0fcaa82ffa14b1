import { beforeEach, describe, expect, it } from 'vitest';
import { EVENT, type EventType } from '../../../../../../main/engines/coordination/op-codes.ts';
import type { Watcher } from '../../../../../../main/engines/coordination/parts.ts';
import { applyTxn } from '../../../../../../main/engines/coordination/tree/apply-txn.ts';
import { DataTree } from '../../../../../../main/engines/coordination/tree/data-tree.ts';
import type { Change } from '../../../../../../main/engines/coordination/txn.ts';
import { create, remove, setData, txnOf, OPEN } from '../support/txns.ts';

let tree: DataTree;
let zxid: number;
let told: string[];

const NAMES: Partial<Record<EventType, string>> = { [EVENT.created]: 'created', [EVENT.deleted]: 'deleted', [EVENT.dataChanged]: 'data', [EVENT.childrenChanged]: 'children' };

function watcher(name: string): Watcher {
  return { event: (type, path, at) => { told.push(`${name} ${NAMES[type]} ${path} ${at}`); } };
}

function put(change: Change): string[] {
  zxid += 1;
  told = [];
  applyTxn(tree, txnOf(zxid, change));
  return told;
}

beforeEach(() => {
  tree = new DataTree({ digestEnabled: false, extendedTypes: true });
  zxid = 0;
  told = [];
});

describe('watches', () => {
  it('W1 a data watch fires once: created, changed or deleted', () => {
    const me = watcher('me');
    tree.watches.add('/a', me, 'data');
    expect(put(create('/a'))).toEqual(['me created /a 1']);
    expect(put(setData('/a', 'x'))).toEqual([]);
    tree.watches.add('/a', me, 'data');
    expect(put(setData('/a', 'x'))).toEqual(['me data /a 3']);
    tree.watches.add('/a', me, 'data');
    expect(put(remove('/a'))).toEqual(['me deleted /a 4']);
    expect(tree.watches.count).toBe(0);
  });

  it('W2 a child watch fires once for a child made or gone, and when its own node is deleted', () => {
    const me = watcher('me');
    put(create('/a'));
    tree.watches.add('/a', me, 'child');
    expect(put(setData('/a', 'x'))).toEqual([]);
    expect(put(create('/a/b'))).toEqual(['me children /a 3']);
    expect(put(create('/a/c'))).toEqual([]);
    tree.watches.add('/a', me, 'child');
    expect(put(remove('/a/b'))).toEqual(['me children /a 5']);
    put(remove('/a/c'));
    tree.watches.add('/a', me, 'child');
    tree.watches.add('/', me, 'child');
    expect(put(remove('/a'))).toEqual(['me deleted /a 7', 'me children / 7']);
  });

  it('W3 a watcher with data and child watch on a node hears of its end once', () => {
    const [me, other] = [watcher('me'), watcher('other')];
    put(create('/a'));
    tree.watches.add('/a', me, 'data');
    tree.watches.add('/a', me, 'child');
    tree.watches.add('/a', other, 'child');
    expect(put(remove('/a'))).toEqual(['me deleted /a 2', 'other deleted /a 2']);
    expect(tree.watches.count).toBe(0);
  });

  it('W4 a persistent watch stays, for data and children', () => {
    const me = watcher('me');
    tree.watches.add('/a', me, 'persistent');
    expect(put(create('/a'))).toEqual(['me created /a 1']);
    expect(put(create('/a/b'))).toEqual(['me children /a 2']);
    expect(put(setData('/a/b', 'x'))).toEqual([]);
    expect(put(remove('/a/b'))).toEqual(['me children /a 4']);
    expect(put(setData('/a', 'x'))).toEqual(['me data /a 5']);
    expect(put(remove('/a'))).toEqual(['me deleted /a 6']);
    expect(put(create('/a'))).toEqual(['me created /a 7']);
    expect(tree.watches.count).toBe(2);
  });

  it('W5 a recursive watch hears of everything below, but never ChildrenChanged', () => {
    const me = watcher('me');
    tree.watches.add('/a', me, 'persistentRecursive');
    expect(put(create('/a'))).toEqual(['me created /a 1']);
    expect(put(create('/a/b'))).toEqual(['me created /a/b 2']);
    expect(put(create('/a/b/c'))).toEqual(['me created /a/b/c 3']);
    expect(put(setData('/a/b/c', 'x'))).toEqual(['me data /a/b/c 4']);
    expect(put(create('/ab'))).toEqual([]);
    tree.watches.add('/a/b', me, 'data');
    tree.watches.add('/a/b', me, 'child');
    expect(put(remove('/a/b/c'))).toEqual(['me deleted /a/b/c 6', 'me children /a/b 6']);
    expect(put(setData('/a/b', 'x'))).toEqual(['me data /a/b 7']);
    tree.watches.add('/', watcher('root'), 'persistentRecursive');
    expect(put(setData('/a/b', 'x'))).toEqual(['me data /a/b 8', 'root data /a/b 8']);
  });

  it('W6 has, remove and drop by kind', () => {
    const [me, other] = [watcher('me'), watcher('other')];
    tree.watches.add('/a', me, 'data');
    tree.watches.add('/a', me, 'persistent');
    tree.watches.add('/b', other, 'child');
    expect([tree.watches.has('/a', me, 'data'), tree.watches.has('/a', me, 'child'), tree.watches.has('/a', other, 'data')]).toEqual([true, false, false]);
    expect([...tree.watches.entries()].map(({ path, kind }) => `${path} ${kind}`)).toEqual(['/a data', '/a persistent', '/b child']);
    expect(tree.watches.remove('/a', me, 'child')).toBe(false);
    expect(tree.watches.remove('/a', me, 'data')).toBe(true);
    expect(tree.watches.has('/a', me, 'persistent')).toBe(true);
    tree.watches.drop(me);
    expect(tree.watches.count).toBe(1);
    tree.watches.drop(other);
    expect([tree.watches.count, tree.watches.pathCount, tree.watches.watcherCount]).toEqual([0, 0, 0]);
  });

  it('W7 an event comes with the list the node had, after the change is in the tree; whoever is told may watch again', () => {
    const seen: unknown[] = [];
    const list = [{ perms: 1, id: { scheme: 'digest', id: 'u:p' } }];
    const me: Watcher = {
      event: (type, path, at, acl) => {
        seen.push([type, at, acl, tree.get(path) === undefined, tree.watches.has(path, me, 'data')]);
        if (seen.length < 3) tree.watches.add(path, me, 'data');
      },
    };
    tree.watches.add('/a', me, 'data');
    put(create('/a', '', { acl: list }));
    put(remove('/a'));
    put(create('/a', '', { acl: OPEN }));
    expect(seen).toEqual([[EVENT.created, 1, list, false, false], [EVENT.deleted, 2, list, true, false], [EVENT.created, 3, OPEN, false, false]]);
  });
});
