// From a write and its outcome to audit entries (AuditHelper.addAuditLog): which operations are told, with which path, mode and ACL.
import { JuteReader } from '../jute/reader.ts';
import { CreateRequest, CreateTTLRequest, PathVersionRequest, SetACLRequest, SetDataRequest, type ACL, type Id } from '../jute/records.ts';
import { OP, PERM } from '../op-codes.ts';
import type { AuditedWrite } from '../server/audited-write.ts';
import type { AuditEntry } from './audit-log.ts';
import { hexSession } from './java-text.ts';

const CREATE_MODES = ['persistent', 'ephemeral', 'persistent_sequential', 'ephemeral_sequential', 'container', 'persistent_with_ttl', 'persistent_sequential_with_ttl'];

/** `world:anyone:cdrwa`, one after the other (ZKUtil.aclToString). */
export function aclText(acl: readonly ACL[] | null): string {
  const letters: readonly (readonly [number, string])[] = [[PERM.create, 'c'], [PERM.delete, 'd'], [PERM.read, 'r'], [PERM.write, 'w'], [PERM.admin, 'a']];
  return (acl ?? []).map(({ perms, id }) => `${id.scheme ?? ''}:${id.id ?? ''}:${letters.filter(([bit]) => perms & bit).map(([, letter]) => letter).join('')}`).join('');
}

/** Empty for what is not audited: reads, sessions, checks. Never throws: a record that cannot be read has no path. */
export function auditEntries(write: AuditedWrite): AuditEntry[] {
  const who = { session: hexSession(write.sessionId), user: usersOf(write.authInfo), ip: write.ip };
  const failed = write.err !== 0;
  const result = failed ? 'failure' : 'success';
  if (write.type === OP.multi) {
    if (failed || !write.result?.parts || write.result.parts.some((part) => part.err !== 0)) return [{ ...who, operation: 'multiOperation', result: 'failure' }];
    return write.result.parts.flatMap((part): AuditEntry[] => {
      const operation = operationOf(part.type);
      return operation === null || operation === 'setAcl' ? [] : [{ ...who, operation, znode: part.path, result: 'success' }];
    });
  }
  const operation = operationOf(write.type);
  if (operation === null) return [];
  const asked = requestOf(write.type, write.payload);
  return [{ ...who, operation, znode: failed ? asked.path : write.result?.path ?? asked.path, znodeType: asked.mode, acl: asked.acl, result }];
}

function operationOf(type: number): AuditEntry['operation'] | null {
  switch (type) {
    case OP.create: case OP.create2: case OP.createContainer: case OP.createTTL: return 'create';
    case OP.delete: case OP.deleteContainer: return 'delete';
    case OP.setData: return 'setData';
    case OP.setACL: return 'setAcl';
    case OP.reconfig: return 'reconfig';
    default: return null;
  }
}

interface Asked {
  readonly path: string | null;
  readonly mode: string | null;
  readonly acl: string | null;
}

function requestOf(type: number, payload: Buffer): Asked {
  const nothing: Asked = { path: null, mode: null, acl: null };
  try {
    const input = new JuteReader(payload);
    switch (type) {
      case OP.create: case OP.create2: case OP.createContainer: { const { path, flags } = CreateRequest.read(input); return { path, mode: CREATE_MODES[flags] ?? null, acl: null }; }
      case OP.createTTL: { const { path, flags } = CreateTTLRequest.read(input); return { path, mode: CREATE_MODES[flags] ?? null, acl: null }; }
      case OP.delete: return { ...nothing, path: PathVersionRequest.read(input).path };
      case OP.setData: return { ...nothing, path: SetDataRequest.read(input).path };
      case OP.setACL: { const { path, acl } = SetACLRequest.read(input); return { path, mode: null, acl: aclText(acl) }; }
      default: return nothing;
    }
  } catch {
    return nothing;
  }
}

/** Ids without their scheme, joined by commas; of digest ids the name alone (AuthUtil.getUsers, AuthenticationProvider.getUserName). */
function usersOf(ids: readonly Id[]): string | null {
  const names = ids.map(({ scheme, id }) => (scheme === 'digest' ? (id ?? '').split(':')[0] ?? '' : id ?? '')).filter((name) => name.trim() !== '');
  return names.length === 0 ? null : names.join(',');
}
