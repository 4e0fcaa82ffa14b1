// The keys of TLS, which every component with a port or a target has alike (SSLUtil, SslContextAwareAbstractSource, RpcClientConfigurationConstants). Where a
// store or a list is not given, -Djavax.net.ssl.* and -Dflume.ssl.* count, then the environment's FLUME_SSL_*.
import { choice, flag, list, text } from '../keys.ts';

/** The kind of a store is found by its contents; the word is read for the sake of old configurations. */
const STORE_TYPES = ['JKS', 'PKCS12', 'PEM'] as const;

const LISTS = {
  'exclude-protocols': list('space', { default: ['SSLv3'] }),
  'include-protocols': list('space'),
  'exclude-cipher-suites': list('space'),
  'include-cipher-suites': list('space'),
};

export const SERVER_TLS_KEYS = {
  ssl: flag(false),
  keystore: text({ hint: 'path' }),
  'keystore-password': text({ secret: true }),
  'keystore-type': choice(STORE_TYPES, null),
  ...LISTS,
};

export const CLIENT_TLS_KEYS = {
  ssl: flag(false),
  'trust-all-certs': flag(false),
  truststore: text({ hint: 'path' }),
  'truststore-password': text({ secret: true }),
  'truststore-type': choice(STORE_TYPES, null),
  ...LISTS,
};
