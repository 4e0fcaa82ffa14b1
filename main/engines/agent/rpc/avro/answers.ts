// What a server of Flume's protocol answers: call metadata (an empty map), the error flag, then the status or the words of the error.
import { putString, stringSize } from '../../event/avro-writer.ts';
import { STATUS, type StatusIndex } from './protocol.ts';

const MESSAGES: Readonly<Record<StatusIndex, Buffer>> = { [STATUS.ok]: Buffer.from([0, 0, 0]), [STATUS.failed]: Buffer.from([0, 0, 2]), [STATUS.unknown]: Buffer.from([0, 0, 4]) };

export const statusAnswer = (status: StatusIndex): Buffer => MESSAGES[status];

/** An error as every Avro protocol has it: the first branch of its union, a string. */
export function errorAnswer(words: string): Buffer {
  const bytes = Buffer.allocUnsafe(3 + stringSize(words));
  bytes[0] = 0;
  bytes[1] = 1;
  bytes[2] = 0;
  putString(bytes, 3, words);
  return bytes;
}
