// A node's configuration after zoo.cfg, dynamic file and myid have been read: what the node acts on, with ZooKeeper's defaults filled in.

export type ServerRole = 'participant' | 'observer';

/** One `server.N=` line. Several addresses (`|`) are tried in turn. */
export interface QuorumServer {
  readonly sid: number;
  readonly addresses: readonly { readonly host: string; readonly quorumPort: number; readonly electionPort: number }[];
  readonly role: ServerRole;
  readonly client: { readonly host: string | null; readonly port: number } | null;
  /** `;;[addr:]port`: its TLS port, since 3.10. */
  readonly secureClient?: { readonly host: string | null; readonly port: number };
}

/** QuorumVerifier: majority, or weights by group (`group.N`, `weight.N`). */
export interface QuorumConfig {
  /** By sid. */
  readonly servers: ReadonlyMap<number, QuorumServer>;
  readonly groups: ReadonlyMap<number, number> | null;
  readonly weights: ReadonlyMap<number, number>;
  /** `version=` of the dynamic file: the zxid of the reconfig that made it. */
  readonly version: number;
}

export interface TlsConfig {
  readonly keyStore: string | null;
  readonly keyStorePassword: string;
  readonly trustStore: string | null;
  readonly trustStorePassword: string;
  readonly clientAuth: 'need' | 'want' | 'none';
  readonly protocols: readonly string[];
  readonly ciphers: string | null;
  /** JKS, PEM, PKCS12, BCFKS; null to go by the ending of the file. */
  readonly keyStoreType: string | null;
  readonly trustStoreType: string | null;
  readonly hostnameVerification: boolean;
}

export interface NodeConfig {
  /** Null for a standalone server. */
  readonly myid: number | null;
  readonly dataDir: string;
  readonly dataLogDir: string;
  readonly clientPort: number | null;
  readonly clientPortAddress: string | null;
  readonly secureClientPort: number | null;
  readonly secureClientPortAddress: string | null;
  readonly tickTime: number;
  readonly initLimit: number;
  readonly syncLimit: number;
  readonly minSessionTimeout: number;
  readonly maxSessionTimeout: number;
  /** 0 for no limit; per address. */
  readonly maxClientCnxns: number;
  /** Of all clients together; 0 for no limit. */
  readonly maxCnxns: number;
  readonly clientPortListenBacklog: number;
  readonly connectToLearnerMasterLimit: number;
  readonly peerType: ServerRole;
  readonly syncEnabled: boolean;
  readonly quorumListenOnAllIPs: boolean;
  readonly standaloneEnabled: boolean;
  readonly reconfigEnabled: boolean;
  readonly localSessionsEnabled: boolean;
  readonly localSessionsUpgradingEnabled: boolean;
  readonly readOnlyMode: boolean;
  readonly extendedTypesEnabled: boolean;
  readonly observerMasterPort: number | null;
  readonly sslQuorum: boolean;
  readonly portUnification: boolean;
  /** Null when there is no `server.N` line. */
  readonly quorum: QuorumConfig | null;
  /** Where a reconfig is written; null when the members stand in zoo.cfg itself and there has been none. */
  readonly dynamicConfigFile: string | null;
  readonly configFile: string | null;
  readonly autopurge: { readonly snapRetainCount: number; readonly purgeIntervalHours: number };
  readonly snapCount: number;
  readonly snapSizeLimitKb: number;
  readonly preAllocKb: number;
  readonly snapshotCompression: 'none' | 'gz';
  readonly forceSync: boolean;
  readonly jutemaxbuffer: number;
  readonly globalOutstandingLimit: number;
  readonly maxBatchSize: number;
  readonly fourLetterWords: ReadonlySet<string> | 'all';
  readonly admin: { readonly enabled: boolean; readonly address: string; readonly port: number; readonly commandUrl: string;
    readonly snapshotEnabled: boolean; readonly restoreEnabled: boolean;
    /** The least time between two snapshots, or two restores, asked over HTTP. */
    readonly rateLimiterIntervalMs: number };
  readonly metrics: { readonly httpHost: string; readonly httpPort: number } | null;
  readonly superDigest: string | null;
  readonly digestAlgorithm: string;
  readonly digestEnabled: boolean;
  readonly skipAcl: boolean;
  readonly enforceQuota: boolean;
  readonly enforceAuth: { readonly enabled: boolean; readonly schemes: readonly string[] };
  readonly sessionRequireClientSaslAuth: boolean;
  /** Users of SASL DIGEST-MD5 by name, from the JAAS file's Server section. */
  readonly saslUsers: ReadonlyMap<string, string>;
  readonly container: { readonly checkIntervalMs: number; readonly maxPerMinute: number; readonly maxNeverUsedIntervalMs: number };
  /** The most a frame of the quorum port may hold. */
  readonly clientTls: TlsConfig | null;
  readonly quorumTls: TlsConfig | null;
  /** Users of quorum.auth (SASL DIGEST-MD5 between servers); null when it is off. */
  readonly quorumAuth: { readonly serverRequire: boolean; readonly learnerRequire: boolean; readonly servers: ReadonlyMap<string, string>; readonly learner: { readonly user: string; readonly password: string } | null } | null;
  /** What session passwords are made of: 16 bytes or more shared by the ensemble (`sluice.sessionSecret`); null for ZooKeeper's own rule, which mixed ensembles need. A standalone server without one makes its own. */
  readonly sessionSecret: Buffer | null;
  readonly auditEnabled: boolean;
  /** `sluice.auditFile`; null for audit.log in the data folder. */
  readonly auditFile: string | null;
  /** TLS and plain clients on the one client port (`client.portUnification`). */
  readonly clientPortUnification: boolean;
  /** Stores that are replaced count for the connections that come (`client.certReload`). */
  readonly clientCertReload: boolean;
  /** False when the leader sends its clients away (`leaderServes=no`). */
  readonly leaderServes: boolean;
  /** A DIFF from the log may be so big a part of a snapshot (0.33). */
  readonly snapshotSizeFactor: number;
  /** Starts on a log without any snapshot. */
  readonly snapshotTrustEmpty: boolean;
  readonly serializeLastProcessedZxid: boolean;
  readonly digestSchemeEnabled: boolean;
  readonly x509SuperUser: string | null;
  readonly saslSuperUser: string | null;
  readonly allowSaslFailedClients: boolean;
  /** A connection that never becomes a session is closed after so long, ms. */
  readonly sessionlessTimeoutMs: number;
  readonly tcpKeepAlive: boolean;
  /** Bytes of requests over the threshold that may be under way at once; threshold -1 for no limit. */
  readonly largeRequestMaxBytes: number;
  readonly largeRequestThreshold: number;
  /** The text of zoo.cfg, for `initial_configuration`. */
  readonly initialConfig: string;
  /** Ours, beside ZooKeeper's: how often a leader of ours pings, ms (`sluice.heartbeat`); a real one pings every tickTime / 2. */
  readonly heartbeatMs: number;
  /** All keys as read, with those above: what `conf` and `initial_configuration` print. */
  readonly entries: ReadonlyMap<string, string>;
}
