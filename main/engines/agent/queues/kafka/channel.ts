// A topic as a channel: committed puts are messages that the broker has acknowledged, committed takes are offsets of a consumer group (KafkaChannel).
// Sources and sinks may be in different agents; without a source, other programs write it, without a sink, others read it.
import { KAFKA_CHANNEL } from '../../../../../preload/contract/agent/specs/queues.ts';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { channel, type ChannelContext } from '../../components/factory.ts';
import { ChangeSignal } from '../../channels/signal.ts';
import { BasicTransaction } from '../../channels/transaction.ts';
import { Event } from '../../event/event.ts';
import type { Channel, Transaction } from '../../parts.ts';
import { kafkaError, KafkaProperties } from './client-options.ts';
import { avroEventOf } from './message-event.ts';
import { OffsetLedger } from './offset-ledger.ts';
import { partitionOf } from './partition.ts';
import { KafkaReader, type KafkaMessage } from './reader.ts';
import { KafkaWriter } from './writer.ts';

const ALL = -1;
/** Flume's has no bound; ours keeps one transaction within memory. */
const TRANSACTION_CAPACITY = 10_000;

interface Taken { readonly message: KafkaMessage; readonly event: Event }

export interface KafkaChannelOptions {
  readonly name: string;
  readonly topic: string;
  readonly bootstrap: string;
  readonly parseAsFlumeEvent: boolean;
  readonly pollTimeoutMs: number;
  readonly partitionIdHeader: string | null;
  readonly defaultPartitionId: number | null;
}

export class KafkaChannel implements Channel {
  readonly name: string;
  readonly durable = true;
  readonly capacity = null;
  readonly transactionCapacity = TRANSACTION_CAPACITY;
  readonly options: KafkaChannelOptions;
  readonly context: ChannelContext;
  readonly reader: KafkaReader;
  readonly writer: KafkaWriter;
  readonly ledger = new OffsetLedger();
  readonly signal = new ChangeSignal();
  /** Rolled back: the next to be taken. */
  returned: Taken[] = [];
  inHand = 0;
  /** Reads are one at a time. */
  reading: Promise<unknown> = Promise.resolve();

  constructor(options: KafkaChannelOptions, context: ChannelContext, reader: KafkaReader, writer: KafkaWriter) {
    this.name = options.name;
    this.options = options;
    this.context = context;
    this.reader = reader;
    this.writer = writer;
  }

  /** Those that this process has taken and not yet committed; how many wait in the topic Kafka knows. */
  get size(): number { return this.returned.length + this.inHand; }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    await this.reader.close();
    await this.writer.close();
  }

  begin(): Transaction { return new KafkaTransaction(this); }
  onChange(listener: () => void): () => void { return this.signal.onChange(listener); }

  async read(most: number, signal: AbortSignal): Promise<Taken[]> {
    if (this.returned.length > 0) return this.returned.splice(0, most);
    const turn = this.reading.then(() => (this.returned.length > 0 ? this.returned.splice(0, most) : this.poll(most, signal)));
    this.reading = turn.catch(() => {});
    return turn;
  }

  private async poll(most: number, signal: AbortSignal): Promise<Taken[]> {
    const messages = await this.reader.poll(most, this.options.pollTimeoutMs, signal);
    this.ledger.taken(messages);
    return messages.map((message) => ({ message, event: this.eventOf(message) }));
  }

  private eventOf(message: KafkaMessage): Event {
    const value = (message.value as Buffer | null) ?? Buffer.alloc(0);
    try {
      const event = this.options.parseAsFlumeEvent ? avroEventOf(value) : Event.of(null, value);
      return Buffer.isBuffer(message.key) && message.key.length > 0 && !event.headers.has('key') ? event.withHeaders(new Map([...event.headers, ['key', message.key.toString('utf8')]])) : event;
    } catch (error) {
      throw SluiceError.of('AGENT_DECODE', { component: this.context.name, file: `${message.topic}-${message.partition}`, position: Number(message.offset), reason: `${(error as Error).message}; with parseAsFlumeEvent = false the value would be taken as it is` }, error);
    }
  }

  add(counter: string, amount: number): void {
    const { more } = this.context.counters;
    more[counter] = (more[counter] ?? 0) + amount;
  }
}

class KafkaTransaction extends BasicTransaction {
  private readonly owner: KafkaChannel;
  private puts: readonly Event[] = [];
  private takes: readonly Taken[] = [];
  private sent = false;

  constructor(owner: KafkaChannel) {
    super();
    this.owner = owner;
  }

  protected doPut(events: readonly Event[]): void {
    const count = this.puts.length + events.length;
    this.owner.context.counters.EventPutAttemptCount += events.length;
    if (count > TRANSACTION_CAPACITY) throw SluiceError.of('AGENT_BATCH_TOO_LARGE', { channel: this.owner.name, events: count, capacity: TRANSACTION_CAPACITY });
    this.puts = [...this.puts, ...events];
  }

  protected async doTake(most: number, signal: AbortSignal | undefined): Promise<readonly Event[]> {
    const { owner } = this;
    owner.context.counters.EventTakeAttemptCount += 1;
    const begun = performance.now();
    const taken = await owner.read(Math.min(most, TRANSACTION_CAPACITY - this.takes.length), signal ?? new AbortController().signal);
    owner.add('KafkaEventGetTimer', Math.round(performance.now() - begun));
    owner.inHand += taken.length;
    this.takes = [...this.takes, ...taken];
    return taken.map(({ event }) => event);
  }

  /** The broker has no second step: what is prepared is there, and a rollback after it leaves it there. */
  protected async doPrepare(): Promise<void> {}

  protected async doCommit(): Promise<void> {
    const { owner, puts, takes } = this;
    const { options, context, writer, reader } = owner;
    const begun = performance.now();
    if (puts.length > 0 && !this.sent) {
      await writer.send(puts.map((event) => {
        const key = event.headers.get('key');
        return { topic: options.topic, value: options.parseAsFlumeEvent ? event.toAvro() : event.body, ...(key === undefined ? {} : { key: Buffer.from(key) }), ...partitionOf(context.name, event, options) };
      }));
      this.sent = true;
      owner.add('KafkaEventSendTimer', Math.round(performance.now() - begun));
      context.counters.EventPutSuccessCount += puts.length;
    }
    if (takes.length > 0) {
      // the events are delivered: what Kafka is not told in time comes again after a restart or to another member, as with Flume's
      await reader.commit(owner.ledger.done(takes.map(({ message }) => message))).catch((error: unknown) => {
        context.say.problem(kafkaError(context.name, options.bootstrap, error));
      });
      owner.add('KafkaCommitTimer', Math.round(performance.now() - begun));
      owner.inHand -= takes.length;
      context.counters.EventTakeSuccessCount += takes.length;
    }
    owner.signal.changed();
  }

  protected async doRollback(): Promise<void> {
    const { owner, takes } = this;
    if (takes.length === 0) return;
    owner.add('RollbackCount', 1);
    owner.inHand -= takes.length;
    owner.returned = [...takes, ...owner.returned];
    owner.signal.changed();
  }
}

export const kafkaChannel = channel(KAFKA_CHANNEL, (values, context) => {
  const { name, properties } = context;
  const bootstrap = values['kafka.bootstrap.servers'];
  const topic = values['kafka.topic'];
  const consumer = new KafkaProperties(name, properties, 'kafka.consumer.');
  const options = {
    name: name.slice(name.lastIndexOf('.') + 1), topic, bootstrap, parseAsFlumeEvent: values.parseAsFlumeEvent, pollTimeoutMs: values.pollTimeout,
    partitionIdHeader: values.partitionIdHeader, defaultPartitionId: values.defaultPartitionId,
  };
  const reader = new KafkaReader({ component: name, bootstrap, group: values['kafka.consumer.group.id'], topics: { kind: 'names', names: [topic] }, properties: consumer, offsetReset: values['kafka.consumer.auto.offset.reset'] });
  return new KafkaChannel(options, context, reader, new KafkaWriter(name, bootstrap, new KafkaProperties(name, properties, 'kafka.producer.'), ALL));
});
