// The peers there are, by name. A new one is a file that exports a definition, and a line here.
import { desktop } from './desktop.ts';
import { flume } from './flume/flume.ts';
import { hadoop } from './hadoop/hadoop.ts';
import { kafka } from './kafka/kafka.ts';
import { mosquitto } from './mosquitto.ts';
import { nats } from './nats.ts';
import { rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';
import { rsyncd } from './rsyncd.ts';
import { sshd } from './sshd.ts';
import { zookeeper } from './zookeeper/zookeeper.ts';

export const PEERS = { sshd, rsyncd, desktop, flume, hadoop, kafka, mosquitto, nats, rabbitmq, redis, zookeeper } as const;
export type PeerName = keyof typeof PEERS;
export type PeerOptions<N extends PeerName> = Parameters<(typeof PEERS)[N]['start']>[1];
export type PeerInfo<N extends PeerName> = Awaited<ReturnType<(typeof PEERS)[N]['start']>>;

export function isPeerName(name: string): name is PeerName {
  return Object.hasOwn(PEERS, name);
}
