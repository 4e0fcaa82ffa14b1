// What a JMS source of Flume points at, for us who have no JNDI: the provider's address says by which open protocol it is reached.
//   stomp://host:61613, stomp+ssl://   STOMP 1.2 (ActiveMQ, Artemis, RabbitMQ with its plug-in)
//   amqp://host:5672, amqps://         AMQP 0-9-1 (RabbitMQ); queues alone
//   tcp://, ssl://, failover:(...)     OpenWire, which only Java speaks: told, with the address that works instead
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';

export type JmsTarget = { readonly kind: 'stomp'; readonly url: URL; readonly destination: string } | { readonly kind: 'amqp'; readonly url: string; readonly queue: string };

export interface JmsKeys {
  readonly providerURL: string;
  readonly destinationName: string;
  readonly destinationType: 'queue' | 'topic';
}

/** AGENT_KEY for an address that cannot be reached from here, with what to write instead. */
export function jmsTarget(component: string, { providerURL, destinationName, destinationType }: JmsKeys): JmsTarget {
  const url = URL.parse(providerURL);
  const wrong = (reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component, key: 'providerURL', value: providerURL, reason });
  if (url?.protocol === 'stomp:' || url?.protocol === 'stomp+ssl:') return { kind: 'stomp', url, destination: `/${destinationType}/${destinationName}` };
  if (url?.protocol === 'amqp:' || url?.protocol === 'amqps:') {
    if (destinationType === 'topic') throw wrong('over AMQP only queues are read; bind a queue to the exchange and name it, or use stomp://');
    return { kind: 'amqp', url: providerURL, queue: destinationName };
  }
  const host = /(?:tcp|ssl|nio|auto):\/\/([^:/,)?]+)/.exec(providerURL)?.[1];
  throw wrong(host === undefined ? 'an address like stomp://host:61613 or amqp://host:5672 is wanted: JNDI is a part of Java' : `OpenWire is spoken by Java alone; the same broker answers STOMP at stomp://${host}:61613 once its stomp connector is switched on`);
}
