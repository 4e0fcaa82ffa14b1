// Writes events to topics; resolves when as many replicas have them as `acks` asks for.
import { Producer, type MessageToProduce } from '@platformatic/kafka';
import { delay } from '../../../../lib/async.ts';
import { compressionOf, isUnknownTopic, kafkaClientOptions, kafkaError, type KafkaProperties } from './client-options.ts';

/** How long a topic may take to come into being, and how often it is looked for. */
const BLOCK_MS = 10_000;
const TOPIC_EVERY_MS = 100;

export type KafkaRecordToSend = MessageToProduce<Buffer, Buffer, Buffer, Buffer>;

export class KafkaWriter {
  private readonly component: string;
  private readonly bootstrap: string;
  private readonly options: ConstructorParameters<typeof Producer<Buffer, Buffer, Buffer, Buffer>>[0];
  private readonly blockMs: number;
  private producer: Producer<Buffer, Buffer, Buffer, Buffer> | null = null;

  /** AGENT_KEY, AGENT_STORE. */
  constructor(component: string, bootstrap: string, properties: KafkaProperties, acks: number) {
    this.component = component;
    this.bootstrap = bootstrap;
    this.blockMs = Math.min(properties.number('max.block.ms') ?? BLOCK_MS, BLOCK_MS);
    this.options = { ...kafkaClientOptions(component, bootstrap, properties), acks, compression: compressionOf(properties), autocreateTopics: true, idempotent: properties.text('enable.idempotence') === 'true' };
  }

  /** All of them, or an error: AGENT_CONNECT, AGENT_AUTH, AGENT_REJECTED. */
  async send(messages: readonly KafkaRecordToSend[]): Promise<void> {
    if (messages.length === 0) return;
    const producer = (this.producer ??= this.open());
    const until = performance.now() + this.blockMs;
    for (;;) {
      try {
        await producer.send({ messages: [...messages] });
        return;
      } catch (error) {
        if (!isUnknownTopic(error) || performance.now() > until) throw kafkaError(this.component, this.bootstrap, error);
        await delay(TOPIC_EVERY_MS); // the broker is making it
      }
    }
  }

  private open(): Producer<Buffer, Buffer, Buffer, Buffer> {
    const producer = new Producer<Buffer, Buffer, Buffer, Buffer>(this.options);
    producer.on('error', () => {}); // every send that waits is told
    return producer;
  }

  async close(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    await producer?.close(true).catch(() => {}); // it may have lost its broker
  }
}
