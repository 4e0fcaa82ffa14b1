// From the keys of source and sink to a connection.
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { clientTls } from '../client-tls.ts';
import type { MqttOptions } from './connection.ts';

export interface MqttKeys {
  readonly url: string;
  readonly userName: string | null;
  readonly password: string | null;
  readonly protocolVersion: '5' | '3.1.1';
  readonly keepAlive: number;
  readonly truststore: string | null;
  readonly 'truststore-password': string | null;
  readonly 'trust-all-certs': boolean;
}

/** AGENT_KEY for an address that is none, AGENT_STORE for a trust store that cannot be read. */
export function mqttOptions(component: string, keys: MqttKeys): Pick<MqttOptions, 'component' | 'url' | 'version' | 'userName' | 'password' | 'keepAliveS' | 'tls'> {
  const url = URL.parse(keys.url);
  if (!url || !/^(mqtts?|tcp|ssl|tls):$/.test(url.protocol) || url.hostname === '') throw SluiceError.of('AGENT_KEY', { component, key: 'url', value: keys.url, reason: 'an address like mqtt://host:1883 or mqtts://host:8883 is wanted' });
  return {
    component, url, version: keys.protocolVersion === '5' ? 5 : 4, keepAliveS: keys.keepAlive,
    userName: keys.userName ?? (decodeURIComponent(url.username) || null), password: keys.password ?? (decodeURIComponent(url.password) || null),
    tls: clientTls({ truststore: keys.truststore, truststorePassword: keys['truststore-password'] ?? '', trustAll: keys['trust-all-certs'] }),
  };
}
