// May these ids do this to a znode with that list, and is a list one (ZooKeeperServer.checkACL, PrepRequestProcessor.fixupACL).
import type { ACL, Id } from '../../jute/records.ts';
import { KeeperError } from '../../keeper-errors.ts';
import { PERM } from '../../op-codes.ts';
import type { Schemes } from './schemes.ts';

export class Access {
  readonly #schemes: Schemes;
  readonly #skip: boolean;

  constructor(schemes: Schemes, skipAcl: boolean) {
    this.#schemes = schemes;
    this.#skip = skipAcl;
  }

  /** `perm` may be several: one of them is enough. An empty list allows all. */
  allows(acl: readonly ACL[], perm: number, ids: readonly Id[]): boolean {
    if (this.#skip || acl.length === 0) return true;
    for (const { perms, id } of acl) {
      if ((perms & perm) !== 0 && id.scheme === 'world' && id.id === 'anyone') return true;
    }
    return this.#allowsOne(acl, perm, ids);
  }

  /** NoAuth unless allowed. */
  check(acl: readonly ACL[], perm: number, ids: readonly Id[]): void {
    if (!this.allows(acl, perm, ids)) throw new KeeperError('NoAuth');
  }

  #allowsOne(acl: readonly ACL[], perm: number, ids: readonly Id[]): boolean {
    if (ids.some(({ scheme }) => scheme === 'super')) return true;
    for (const { perms, id } of acl) {
      if ((perms & perm) === 0) continue;
      const scheme = this.#schemes.get(id.scheme);
      if (scheme && ids.some((own) => own.scheme === id.scheme && scheme.matches(own.id, id.id))) return true;
    }
    return false;
  }

  /** The list as it is stored: no id twice, `auth` replaced by the ids of the caller. InvalidACL for an empty list, an unknown scheme, a bad id. */
  fixup(path: string, ids: readonly Id[], acl: readonly ACL[]): ACL[] {
    const list: ACL[] = [];
    for (const entry of withoutDuplicates(acl)) list.push(...this.#expand(path, ids, entry));
    if (list.length === 0) throw new KeeperError('InvalidACL', path);
    return list;
  }

  #expand(path: string, ids: readonly Id[], entry: ACL): ACL[] {
    const { scheme, id } = entry.id;
    if (scheme === 'world' && id === 'anyone') return [entry];
    if (scheme !== 'auth') {
      if (this.#schemes.get(scheme)?.isValid(id) !== true) throw new KeeperError('InvalidACL', path);
      return [entry];
    }
    const own = ids.filter((each) => this.#schemes.get(each.scheme)?.authenticated === true);
    if (own.length === 0) throw new KeeperError('InvalidACL', path);
    return own.map((each) => ({ perms: entry.perms, id: each }));
  }

  /** The list as `ids` may see it: hashes of digests are an x without ADMIN (FinalRequestProcessor, getACL). */
  masked(acl: readonly ACL[], ids: readonly Id[]): ACL[] {
    if (this.allows(acl, PERM.admin, ids)) return [...acl];
    return acl.map((entry) => (entry.id.scheme === 'digest' ? { perms: entry.perms, id: { scheme: 'digest', id: entry.id.id.replace(/:.*/, ':x') } } : entry));
  }
}

function withoutDuplicates(acl: readonly ACL[]): readonly ACL[] {
  if (acl.length < 2) return acl;
  return acl.filter((entry, at) => acl.findIndex(({ perms, id }) => perms === entry.perms && id.scheme === entry.id.scheme && id.id === entry.id.id) === at);
}
