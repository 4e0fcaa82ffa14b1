// What a component's keys of TLS say, filled up from what holds for all components: -Djavax.net.ssl.* and -Dflume.ssl.*, then FLUME_SSL_* (SSLUtil).
import type { AgentPorts } from '../ports.ts';

export interface ListValues {
  readonly 'exclude-protocols': readonly string[];
  readonly 'include-protocols': readonly string[];
  readonly 'exclude-cipher-suites': readonly string[];
  readonly 'include-cipher-suites': readonly string[];
}

export interface ServerTlsValues extends ListValues {
  readonly ssl: boolean;
  readonly keystore: string | null;
  readonly 'keystore-password': string | null;
}

export interface ClientTlsValues extends ListValues {
  readonly ssl: boolean;
  readonly 'trust-all-certs': boolean;
  readonly truststore: string | null;
  readonly 'truststore-password': string | null;
}

type Ports = Pick<AgentPorts, 'javaProperty' | 'environment'>;

function common(ports: Ports, property: string, variable: string): string | null {
  return ports.javaProperty?.(property) ?? ports.environment?.(variable) ?? null;
}

export const keyStoreOf = (values: ServerTlsValues, ports: Ports): string | null => values.keystore ?? common(ports, 'javax.net.ssl.keyStore', 'FLUME_SSL_KEYSTORE_PATH');
export const keyStorePasswordOf = (values: ServerTlsValues, ports: Ports): string | null =>
  values['keystore-password'] ?? common(ports, 'javax.net.ssl.keyStorePassword', 'FLUME_SSL_KEYSTORE_PASSWORD');
export const trustStoreOf = (values: ClientTlsValues, ports: Ports): string | null => values.truststore ?? common(ports, 'javax.net.ssl.trustStore', 'FLUME_SSL_TRUSTSTORE_PATH');
export const trustStorePasswordOf = (values: ClientTlsValues, ports: Ports): string | null =>
  values['truststore-password'] ?? common(ports, 'javax.net.ssl.trustStorePassword', 'FLUME_SSL_TRUSTSTORE_PASSWORD');

/** With commas in the common ones, with spaces in a component's. SSLv3 is excluded always. */
export function listsOf(values: ListValues, ports: Ports): ListValues {
  const either = (own: readonly string[], property: string, variable: string): readonly string[] =>
    own.length > 0 ? own : (common(ports, property, variable) ?? '').split(/[\s,]+/).filter((word) => word !== '');
  const excluded = values['exclude-protocols'].filter((name) => name !== 'SSLv3');
  return {
    'exclude-protocols': ['SSLv3', ...either(excluded, 'flume.ssl.exclude.protocols', 'FLUME_SSL_EXCLUDE_PROTOCOLS')],
    'include-protocols': either(values['include-protocols'], 'flume.ssl.include.protocols', 'FLUME_SSL_INCLUDE_PROTOCOLS'),
    'exclude-cipher-suites': either(values['exclude-cipher-suites'], 'flume.ssl.exclude.cipherSuites', 'FLUME_SSL_EXCLUDE_CIPHERSUITES'),
    'include-cipher-suites': either(values['include-cipher-suites'], 'flume.ssl.include.cipherSuites', 'FLUME_SSL_INCLUDE_CIPHERSUITES'),
  };
}
