// Every key of zoo.cfg that ZooKeeper 3.8 and 3.9 know (QuorumPeerConfig.parseProperties and the system properties), and what this node does with it.

/**
 * acts: this node does as it says. inert: understood, but it steers a part that this node does not have (threads of Java, its sockets).
 * jvm: acts here, but ZooKeeper itself reads it only as a -D flag of the JVM, never from zoo.cfg.
 */
export type KeyUse = 'acts' | 'inert' | 'jvm';

const ACTS = [
  'dataDir', 'dataLogDir', 'clientPort', 'clientPortAddress', 'secureClientPort', 'secureClientPortAddress', 'observerMasterPort', 'clientPortListenBacklog', 'tickTime', 'maxClientCnxns',
  'minSessionTimeout', 'maxSessionTimeout', 'initLimit', 'syncLimit', 'connectToLearnerMasterLimit', 'electionAlg', 'quorumListenOnAllIPs', 'peerType', 'dynamicConfigFile',
  'autopurge.snapRetainCount', 'autopurge.purgeInterval', 'standaloneEnabled', 'reconfigEnabled', 'localSessionsEnabled', 'localSessionsUpgradingEnabled', 'sslQuorum', 'portUnification', 
  'quorum.auth.enableSasl', 'quorum.auth.serverRequireSasl', 'quorum.auth.learnerRequireSasl', 'quorum.auth.learner.saslLoginContext', 'quorum.auth.server.saslLoginContext',
  'metricsProvider.className', 'metricsProvider.httpHost', 'metricsProvider.httpPort', 'multiAddress.enabled',
  'snapCount', 'snapSizeLimitInKb', 'preAllocSize', 'forceSync', 'globalOutstandingLimit', 'maxCnxns', 'snapshotSizeFactor', 'snapshot.compression.method', 'snapshot.trust.empty',
  'serializeLastProcessedZxid.enabled', 'extendedTypesEnabled', 'leaderServes', 'skipACL', 'enforceQuota', 'enforce.auth.enabled', 'enforce.auth.schemes', 'sessionRequireClientSASLAuth', 'allowSaslFailedClients',
  'DigestAuthenticationProvider.superDigest', 'DigestAuthenticationProvider.digestAlg', 'DigestAuthenticationProvider.enabled', 'X509AuthenticationProvider.superUser', 'superUser', 
  'digest.enabled', '4lw.commands.whitelist', 'admin.enableServer', 'admin.serverAddress', 'admin.serverPort', 'admin.commandURL', 'admin.snapshot.enabled', 'admin.restore.enabled', 'admin.rateLimiterIntervalInMS', 'admin.snapshot.intervalMS',
  'audit.enable', 'largeRequestMaxBytes', 'largeRequestThreshold',
  'tcpKeepAlive', 'clientTcpKeepAlive', 'client.portUnification', 'client.certReload', 'nio.sessionlessCnxnTimeout',
  'readonlymode.enabled',
  'ssl.keyStore.location', 'ssl.keyStore.password', 'ssl.keyStore.passwordPath', 'ssl.keyStore.type', 'ssl.trustStore.location', 'ssl.trustStore.password', 'ssl.trustStore.passwordPath', 'ssl.trustStore.type',
  'ssl.protocol', 'ssl.enabledProtocols', 'ssl.ciphersuites', 'ssl.clientAuth', 'ssl.hostnameVerification', 'ssl.clientHostnameVerification',
  'ssl.quorum.keyStore.location', 'ssl.quorum.keyStore.password', 'ssl.quorum.keyStore.passwordPath', 'ssl.quorum.keyStore.type', 'ssl.quorum.trustStore.location', 'ssl.quorum.trustStore.password',
  'ssl.quorum.trustStore.passwordPath', 'ssl.quorum.trustStore.type', 'ssl.quorum.protocol', 'ssl.quorum.enabledProtocols', 'ssl.quorum.ciphersuites', 'ssl.quorum.clientAuth', 'ssl.quorum.hostnameVerification',
  'authProvider.sasl', 'authProvider.x509', 'ssl.authProvider',
  'sluice.sessionSecret', 'sluice.heartbeat', 'sluice.auditFile',
] as const;

/** -D flags of the JVM that people write into zoo.cfg; here they count. */
const JVM = ['jute.maxbuffer', 'jute.maxbuffer.extrasize', 'znode.container.checkIntervalMs', 'znode.container.maxPerMinute', 'znode.container.maxNeverUsedIntervalMs', 'java.security.auth.login.config'] as const;

const INERT = [
  'sslQuorumReloadCertFiles', 'ensembleAuthName', 'electionPortBindRetry', 'leader.maxTimeToWaitForEpoch', 'datadir.autocreate', 'flushDelay', 'maxWriteQueuePollTime', 'learner.asyncSending', 'closeSessionTxn.enabled', 'watchManagerName', 'syncEnabled', 'observer.syncEnabled', 'maxBatchSize', 'commitLogCount', 'cnxTimeout', 'fastleader.minNotificationInterval', 'fastleader.maxNotificationInterval', 'leader.maxConcurrentSnapSyncs', 'leader.maxConcurrentDiffSyncs',
  'quorum.auth.kerberos.servicePrincipal', 'quorum.cnxn.threads.size', 'jvm.pause.info-threshold.ms', 'jvm.pause.warn-threshold.ms', 'jvm.pause.sleep.time.ms', 'jvm.pause.monitor', 'metricsProvider.exportJvmInfo',
  'metricsProvider.httpsPort', 'metricsProvider.numWorkerThreads', 'metricsProvider.maxQueueSize', 'metricsProvider.workerShutdownTimeoutMs', 'multiAddress.reachabilityCheckTimeoutMs', 'multiAddress.reachabilityCheckEnabled', 'oraclePath',
  'admin.idleTimeout', 'admin.httpVersion', 'admin.portUnification', 'admin.forceHttps', 'admin.needClientAuth', 'audit.impl.class', 'bitHashCacheSize', 'commitProcessor.maxCommitBatchSize', 'commitProcessor.maxReadBatchSize',
  'commitProcessor.numWorkerThreads', 'commitProcessor.shutdownTimeout', 'connection_throttle_decrease_ratio', 'connection_throttle_drop_decrease', 'connection_throttle_drop_increase', 'connection_throttle_fill_count',
  'connection_throttle_fill_time', 'connection_throttle_freeze_time', 'connection_throttle_global_session_weight', 'connection_throttle_local_session_weight', 'connection_throttle_renew_session_weight', 'connection_throttle_tokens',
  'connection_throttle_weight_enabled', 'db.autocreate', 'emulate353TTLNodes', 'TTLNode.emulate353TTLNodes', 'enableEagerACLCheck', 'fips-mode', 'follower.skipLearnerRequestToNextProcessor', 'forceSnapshotSync', 'intBufferStartingSizeBytes', 'jmx.log4j.disable', 'jmx.log4j.mbean',
  'kerberos.canonicalizeHostNames', 'kerberos.minReLoginTimeMs', 'kerberos.removeHostFromPrincipal', 'kerberos.removeRealmFromPrincipal', 'kinit', 'leader.ackLoggingFrequency', 'leader.closeSocketAsync', 'leaderConnectDelayDuringRetryMs',
  'learner.closeSocketAsync', 'letAnySaslUserDoX', 'maxGetChildrenResponseCacheSize', 'maxInProcessingDeadWatchers', 'maxResponseCacheSize', 'messageTracker.BufferSize', 'messageTracker.Enabled', 'netty.advancedFlowControl.enabled',
  'netty.server.earlyDropSecureConnectionHandshakes', 'netty.server.outstandingHandshake.limit', 'nio.directBufferBytes', 'nio.numSelectorThreads', 'nio.numWorkerThreads', 'nio.shutdownTimeout', 'observer.election.DelayMs',
  'observer.reconnectDelayMs', 'observerMaster.sizeLimit', 'pathStats.delay', 'pathStats.enabled', 'pathStats.initialDelay', 'pathStats.maxDepth', 'pathStats.sampleRate', 'pathStats.slotCapacity', 'pathStats.slotDuration',
  'pathStats.topPathMax', 'quorumCnxnTimeoutMs', 'request.timeout', 'request_stale_connection_check', 'request_stale_latency_check', 'request_throttle_drop_stale', 'request_throttle_max_requests', 'request_throttle_stall_time',
  'request_throttler.shutdownTimeout', 'requireKerberosConfig', 'security.auth_to_local', 'serverCnxnFactory', 'throttled_op_wait_time', 'txnLogSizeLimitInKb', 'IPAuthenticationProvider.usexforwardedfor', 'SASLAuthenticationProvider.superPassword',
  'sasl.serverconfig', 'sasl.clientconfig', 'watcherCleanIntervalInSeconds', 'watcherCleanThreadsNum', 'watcherCleanThreshold', 'fsync.warningthresholdms', 'serverSaslAuth', 'ssl.context.supplier.class', 'ssl.crl', 'ssl.ocsp', 'ssl.sslProvider',
  'ssl.handshakeDetectionTimeoutMillis', 'ssl.quorum.context.supplier.class', 'ssl.quorum.crl', 'ssl.quorum.ocsp', 'ssl.quorum.handshakeDetectionTimeoutMillis', 'ssl.fips-mode', 'authProvider.ensemble', 'authProvider.digest', 'authProvider.ip',
] as const;

export const KEYS: ReadonlyMap<string, KeyUse> = new Map<string, KeyUse>([
  ...ACTS.map((key) => [key, 'acts'] as const),
  ...JVM.map((key) => [key, 'jvm'] as const),
  ...INERT.map((key) => [key, 'inert'] as const),
]);

/** The four-letter words of ZooKeeper (FourLetterCommands). */
export const FOUR_LETTER_WORDS: readonly string[] = ['conf', 'cons', 'crst', 'dirs', 'dump', 'envi', 'gtmk', 'hash', 'isro', 'mntr', 'ruok', 'srst', 'srvr', 'stat', 'stmk', 'wchc', 'wchp', 'wchs'];

const FAMILIES = [/^server\.-?\w+$/, /^group(\.\w+)?$/, /^weight(\.\w+)?$/, /^authProvider\.\w+$/];

/** Lines of a family (`server.1`), which no table can list. */
export function isFamily(key: string): boolean {
  return FAMILIES.some((family) => family.test(key));
}

/** Without the `zookeeper.` that people copy from JVM flags. */
export function bareKey(key: string): string {
  return key.startsWith('zookeeper.') ? key.slice('zookeeper.'.length) : key;
}
