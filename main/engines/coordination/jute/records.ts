// Every record of ZooKeeper 3.9, field by field in the order of the wire (zookeeper.jute). The only description there is.
import { record, type Infer } from './record.ts';

// --- data ------------------------------------------------------------------------------------------------------------

export const Id = record({ scheme: 'ustring', id: 'ustring' });
export type Id = Infer<typeof Id>;
export const ACL = record({ perms: 'int', id: Id });
export type ACL = Infer<typeof ACL>;
export const Stat = record({
  czxid: 'long', mzxid: 'long', ctime: 'long', mtime: 'long', version: 'int', cversion: 'int', aversion: 'int',
  ephemeralOwner: 'id', dataLength: 'int', numChildren: 'int', pzxid: 'long',
});
export type Stat = Infer<typeof Stat>;
export const StatPersisted = record({
  czxid: 'long', mzxid: 'long', ctime: 'long', mtime: 'long', version: 'int', cversion: 'int', aversion: 'int', ephemeralOwner: 'id', pzxid: 'long',
});
export type StatPersisted = Infer<typeof StatPersisted>;
export const ClientInfo = record({ authScheme: 'ustring', user: 'ustring' });
export type ClientInfo = Infer<typeof ClientInfo>;

// --- proto: between a client and a server ----------------------------------------------------------------------------

/** `readOnly` follows as one more byte, which clients before 3.4 do not send and then do not get back. */
export const ConnectRequest = record({ protocolVersion: 'int', lastZxidSeen: 'long', timeOut: 'int', sessionId: 'id', passwd: 'buffer' });
export type ConnectRequest = Infer<typeof ConnectRequest>;
/** `readOnly` follows as one more byte, if the request had it. */
export const ConnectResponse = record({ protocolVersion: 'int', timeOut: 'int', sessionId: 'id', passwd: 'buffer' });
export type ConnectResponse = Infer<typeof ConnectResponse>;
export const RequestHeader = record({ xid: 'int', type: 'int' });
export const ReplyHeader = record({ xid: 'int', zxid: 'long', err: 'int' });
export type ReplyHeader = Infer<typeof ReplyHeader>;
export const MultiHeader = record({ type: 'int', done: 'boolean', err: 'int' });
export const ErrorResponse = record({ err: 'int' });
export const WatcherEvent = record({ type: 'int', state: 'int', path: 'ustring' });
export type WatcherEvent = Infer<typeof WatcherEvent>;
export const AuthPacket = record({ type: 'int', scheme: 'ustring', auth: 'buffer' });

export const SetWatches = record({ relativeZxid: 'long', dataWatches: { vector: 'ustring' }, existWatches: { vector: 'ustring' }, childWatches: { vector: 'ustring' } });
export const SetWatches2 = record({
  relativeZxid: 'long', dataWatches: { vector: 'ustring' }, existWatches: { vector: 'ustring' }, childWatches: { vector: 'ustring' },
  persistentWatches: { vector: 'ustring' }, persistentRecursiveWatches: { vector: 'ustring' },
});
export const PathWatchRequest = record({ path: 'ustring', watch: 'boolean' }); // exists, getData, getChildren, getChildren2
export const PathRequest = record({ path: 'ustring' }); // sync, getACL, getAllChildrenNumber
export const PathResponse = record({ path: 'ustring' }); // create, sync
export const PathVersionRequest = record({ path: 'ustring', version: 'int' }); // delete, check
export const StatResponse = record({ stat: Stat }); // exists, setData, setACL
export const CreateRequest = record({ path: 'ustring', data: 'buffer', acl: { vector: ACL }, flags: 'int' });
export type CreateRequest = Infer<typeof CreateRequest>;
export const CreateTTLRequest = record({ path: 'ustring', data: 'buffer', acl: { vector: ACL }, flags: 'int', ttl: 'long' });
export const Create2Response = record({ path: 'ustring', stat: Stat });
export const SetDataRequest = record({ path: 'ustring', data: 'buffer', version: 'int' });
export const SetACLRequest = record({ path: 'ustring', acl: { vector: ACL }, version: 'int' });
export const ReconfigRequest = record({ joiningServers: 'ustring?', leavingServers: 'ustring?', newMembers: 'ustring?', curConfigId: 'long' });
export type ReconfigRequest = Infer<typeof ReconfigRequest>;
export const SaslToken = record({ token: 'buffer' });
export const AddWatchRequest = record({ path: 'ustring', mode: 'int' });
export const WatchTypeRequest = record({ path: 'ustring', type: 'int' }); // checkWatches, removeWatches
export const GetEphemeralsRequest = record({ prefixPath: 'ustring' });
export const GetDataResponse = record({ data: 'buffer', stat: Stat });
export const GetChildrenResponse = record({ children: { vector: 'ustring' } });
export const GetChildren2Response = record({ children: { vector: 'ustring' }, stat: Stat });
export const GetACLResponse = record({ acl: { vector: ACL }, stat: Stat });
export const GetAllChildrenNumberResponse = record({ totalNumber: 'int' });
export const GetEphemeralsResponse = record({ ephemerals: { vector: 'ustring' } });
export const WhoAmIResponse = record({ clientInfo: { vector: ClientInfo } });

// --- server.quorum: between servers ----------------------------------------------------------------------------------

export const LearnerInfo = record({ serverid: 'id', protocolVersion: 'int', configVersion: 'long' });
export const QuorumPacket = record({ type: 'int', zxid: 'long', data: 'buffer', authinfo: { vector: Id } });
export type QuorumPacket = Infer<typeof QuorumPacket>;
export const QuorumAuthPacket = record({ magic: 'id', status: 'int', token: 'buffer' });

// --- server.persistence ----------------------------------------------------------------------------------------------

export const FileHeader = record({ magic: 'int', version: 'int', dbid: 'id' });

// --- txn: in the log and in proposals --------------------------------------------------------------------------------

/** An unsigned sum of CRC32s over the whole tree, modulo 2^64. */
export const TxnDigest = record({ version: 'int', treeDigest: 'id' });
export type TxnDigest = Infer<typeof TxnDigest>;
export const TxnHeader = record({ clientId: 'id', cxid: 'int', zxid: 'long', time: 'long', type: 'int' });
export type TxnHeader = Infer<typeof TxnHeader>;
export const CreateTxn = record({ path: 'ustring', data: 'buffer', acl: { vector: ACL }, ephemeral: 'boolean', parentCVersion: 'int' });
export type CreateTxn = Infer<typeof CreateTxn>;
/** As logged before 3.4. */
export const CreateTxnV0 = record({ path: 'ustring', data: 'buffer', acl: { vector: ACL }, ephemeral: 'boolean' });
export const CreateTTLTxn = record({ path: 'ustring', data: 'buffer', acl: { vector: ACL }, parentCVersion: 'int', ttl: 'long' });
export const CreateContainerTxn = record({ path: 'ustring', data: 'buffer', acl: { vector: ACL }, parentCVersion: 'int' });
export const DeleteTxn = record({ path: 'ustring' });
export const SetDataTxn = record({ path: 'ustring', data: 'buffer', version: 'int' });
export type SetDataTxn = Infer<typeof SetDataTxn>;
export const CheckVersionTxn = record({ path: 'ustring', version: 'int' });
export const SetACLTxn = record({ path: 'ustring', acl: { vector: ACL }, version: 'int' });
export const CreateSessionTxn = record({ timeOut: 'int' });
/** Absent (no bytes at all) in logs before 3.6. */
export const CloseSessionTxn = record({ paths2Delete: { vector: 'ustring' } });
export const ErrorTxn = record({ err: 'int' });
export const SubTxn = record({ type: 'int', data: 'buffer' });
export const MultiTxn = record({ txns: { vector: SubTxn } });
