// Reads topics as a member of a consumer group. Messages are pulled, so that Kafka waits when nobody asks; offsets are committed by whoever is done with them.
import { Admin, Consumer, type ConsumeOptions, type Message, type MessagesStream } from '@platformatic/kafka';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import { delay, onAbort } from '../../../../lib/async.ts';
import { javaPattern, type KafkaTopics } from './topics.ts';
import { isUnknownTopic, kafkaClientOptions, kafkaError, type KafkaProperties } from './client-options.ts';

export type KafkaMessage = Message<Buffer, Buffer, Buffer, Buffer>;

export interface KafkaReaderOptions {
  readonly component: string;
  readonly bootstrap: string;
  readonly group: string;
  readonly topics: KafkaTopics;
  readonly properties: KafkaProperties;
  /** Where a group without offsets begins. */
  readonly offsetReset: 'latest' | 'earliest';
}

/** How often new topics and partitions are looked for; soon after the beginning, since a topic that was just made tells of its partitions one by one. */
const LOOK_EVERY_MS = 60_000;
const FIRST_LOOK_MS = 2000;
const TOPIC_EVERY_MS = 200;
const TOPIC_TRIES = 20;

export class KafkaReader {
  private readonly options: KafkaReaderOptions;
  private consumer: Consumer | null = null;
  private stream: MessagesStream<Buffer, Buffer, Buffer, Buffer> | null = null;
  private problem: unknown = null;
  private nextLook = 0;
  /** Topics and how many partitions each had when the group was joined. */
  private joined = '';
  private wake = (): void => {};

  constructor(options: KafkaReaderOptions) { this.options = options; }

  /** Up to `most`, none after `waitMs` without any. AGENT_CONNECT, AGENT_AUTH. */
  async poll(most: number, waitMs: number, signal: AbortSignal): Promise<readonly KafkaMessage[]> {
    const stream = await this.open();
    const messages: KafkaMessage[] = [];
    const until = performance.now() + waitMs;
    for (;;) {
      for (let message = stream.read() as KafkaMessage | null; message; message = messages.length < most ? (stream.read() as KafkaMessage | null) : null) messages.push(message);
      if (this.problem) await this.giveUp(this.problem);
      const left = until - performance.now();
      if (messages.length >= most || left <= 0 || signal.aborted) return messages;
      await this.arrival(left, signal);
    }
  }

  /** The group goes on behind these after a restart. Rejects when another member has the partition by now. */
  async commit(offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint; readonly leaderEpoch: number }[]): Promise<void> {
    if (offsets.length > 0) await this.consumer?.commit({ offsets: [...offsets] });
  }

  async open(): Promise<MessagesStream<Buffer, Buffer, Buffer, Buffer>> {
    if (this.stream && !this.stream.destroyed && !(await this.hasMore())) return this.stream;
    await this.close();
    const { component, bootstrap, group, properties, offsetReset } = this.options;
    const sessionTimeout = properties.number('session.timeout.ms') ?? 30_000;
    const client = kafkaClientOptions(component, bootstrap, properties);
    const topics = await this.topics();
    try {
      const instance = properties.text('group.instance.id');
      this.consumer = new Consumer({
        ...client, groupId: group, sessionTimeout, autocreateTopics: properties.text('allow.auto.create.topics') !== 'false', heartbeatInterval: properties.number('heartbeat.interval.ms') ?? Math.floor(sessionTimeout / 10), rebalanceTimeout: properties.number('max.poll.interval.ms') ?? 60_000,
        ...(instance === null ? {} : { groupInstanceId: instance }),
      });
      this.consumer.on('error', () => {}); // told by the stream
      const options: ConsumeOptions<Buffer, Buffer, Buffer, Buffer> = {
        topics: [...topics], autocommit: false, mode: 'committed', fallbackMode: offsetReset,
        minBytes: properties.number('fetch.min.bytes') ?? 1, maxWaitTime: properties.number('fetch.max.wait.ms') ?? 500, maxBytes: properties.number('fetch.max.bytes') ?? 16 * 2 ** 20,
        isolationLevel: properties.text('isolation.level') === 'read_committed' ? 1 : 0,
      };
      const stream = await this.consume(this.consumer, options);
      this.problem = null;
      stream.on('error', (error) => { this.problem = error; this.wake(); });
      stream.on('close', () => { this.wake(); });
      stream.on('readable', () => { this.wake(); }); // for as long as it lives: without a listener it stops fetching for good
      this.stream = stream;
      this.joined = await this.partitionsOf(this.consumer, topics);
      this.nextLook = performance.now() + FIRST_LOOK_MS;
      return stream;
    } catch (error) {
      return this.giveUp(error);
    }
  }

  async close(): Promise<void> {
    const { consumer } = this;
    this.consumer = null;
    this.stream = null;
    await consumer?.close(true).catch(() => {}); // it may have lost its broker
  }

  /** Something may be there to be read, or `ms` are over. */
  private arrival(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      let undo = (): void => {};
      const done = (): void => {
        clearTimeout(timer);
        undo();
        this.wake = () => {};
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake = done;
      undo = onAbort(signal, done);
    });
  }

  /** A topic that the broker makes for us may take a moment. */
  private async consume(consumer: Consumer, options: ConsumeOptions<Buffer, Buffer, Buffer, Buffer>): Promise<MessagesStream<Buffer, Buffer, Buffer, Buffer>> {
    for (let tries = 0; ; tries++) {
      try {
        return await consumer.consume(options);
      } catch (error) {
        if (!isUnknownTopic(error) || tries === TOPIC_TRIES) throw error;
        await delay(TOPIC_EVERY_MS);
      }
    }
  }

  private async topics(): Promise<readonly string[]> {
    const { topics, component } = this.options;
    if (topics.kind === 'names') return topics.names;
    const found = (await this.listTopics()).filter((name) => javaPattern(component, topics.pattern).test(name));
    if (found.length === 0) throw SluiceError.of('AGENT_CONNECT', { component, target: this.options.bootstrap, reason: `no topic fits ${topics.pattern} yet` });
    return found;
  }

  /** New topics that the pattern fits, or new partitions: the group has to be joined again to get them. */
  private async hasMore(): Promise<boolean> {
    if (!this.consumer || performance.now() < this.nextLook) return false;
    this.nextLook = performance.now() + LOOK_EVERY_MS;
    try {
      return (await this.partitionsOf(this.consumer, await this.topics())) !== this.joined;
    } catch {
      return false; // a broker that does not answer is told by the stream
    }
  }

  private async partitionsOf(consumer: Consumer, topics: readonly string[]): Promise<string> {
    const metadata = await consumer.metadata({ topics: [...topics], forceUpdate: true });
    return [...metadata.topics].map(([name, { partitionsCount }]) => `${name} ${partitionsCount}`).sort().join(', ');
  }

  private async listTopics(): Promise<string[]> {
    const { component, bootstrap, properties } = this.options;
    const admin = new Admin(kafkaClientOptions(component, bootstrap, properties));
    try {
      return (await admin.listTopics()).sort();
    } catch (error) {
      throw kafkaError(component, bootstrap, error);
    } finally {
      await admin.close().catch(() => {}); // it may never have been connected
    }
  }

  private async giveUp(error: unknown): Promise<never> {
    this.problem = null;
    await this.close();
    throw kafkaError(this.options.component, this.options.bootstrap, error);
  }
}
