// The thread in which expressions run: a batch at a time. It may take too long or too much memory; then it is ended from outside.
import { parentPort, workerData } from 'node:worker_threads';
import { AvroReader } from '../event/avro-reader.ts';
import type { Event } from '../event/event.ts';
import { scanEvent } from '../event/scan-events.ts';
import { compile, wordsOf, type Evaluate } from './languages.ts';
import type { TransformBatch, TransformReply, TransformSetup } from './messages.ts';
import { eventsOf } from './result.ts';

const { language, expression, progress } = workerData as TransformSetup;
const at = new Int32Array(progress);

function reply(message: TransformReply): void {
  parentPort?.postMessage(message);
}

async function work(evaluate: Evaluate, { count, events }: TransformBatch): Promise<TransformReply> {
  const reader = new AvroReader(Buffer.from(events.buffer, events.byteOffset, events.byteLength));
  const counts: number[] = [];
  const made: Event[] = [];
  for (let index = 0; index < count; index++) {
    Atomics.store(at, 0, index);
    const event = scanEvent(reader);
    try {
      const result = eventsOf(event, await evaluate(event));
      counts.push(result === 'same' ? -1 : result.length);
      if (result !== 'same') made.push(...result);
    } catch (error) {
      return { type: 'failed', index, reason: wordsOf(error) };
    }
  }
  return { type: 'done', counts, events: Buffer.concat(made.map((event) => event.toAvro())) };
}

function main(): void {
  let evaluate: Evaluate;
  try {
    evaluate = compile(language, expression);
  } catch (error) {
    reply({ type: 'bad', reason: wordsOf(error) });
    return;
  }
  parentPort?.on('message', (batch: TransformBatch) => { void work(evaluate, batch).then(reply); });
  reply({ type: 'ready' });
}

main();
