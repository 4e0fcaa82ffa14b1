// Who owns what was received: names of the sender's ids looked up here, as rsync does without --numeric-ids (uidlist.c).
import { localGroups, localUsers, type IdNames } from '../flist/ids.ts';
import type { TransferOptions } from '../sessions/options.ts';
import type { Attributes } from './attributes.ts';

interface FarNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export function attributesFor(options: TransferOptions, far: FarNames): Attributes {
  return {
    options,
    asRoot: process.getuid?.() === 0,
    umask: process.umask(),
    uid: mapper(options.numericIds ? new Map() : far.users, localUsers),
    gid: mapper(options.numericIds ? new Map() : far.groups, localGroups),
  };
}

function mapper(far: ReadonlyMap<number, string>, local: () => IdNames): (id: number) => number {
  if (far.size === 0) return (id) => id;
  const names = local();
  return (id) => {
    const name = far.get(id);
    return name === undefined ? id : (names.byName.get(name) ?? id);
  };
}
