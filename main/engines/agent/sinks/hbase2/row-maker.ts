// From an event to a row of HBase: what is put, and which counters are added to (SimpleHBase2EventSerializer, RegexHBase2EventSerializer).
import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { Event } from '../../event/event.ts';
import type { HbaseCell, HbaseIncrement } from '../../ports.ts';
import type { Charset } from '../../text/charset.ts';
import type { JavaPattern } from '../../text/java-pattern.ts';

export interface Row { readonly puts: readonly HbaseCell[]; readonly increments: readonly HbaseIncrement[] }

/** AGENT_REJECTED for an event that no row can be made of. */
export type RowMaker = (event: Event) => Row;

const NOTHING: Row = { puts: [], increments: [] };

export interface SimpleOptions {
  readonly family: Buffer;
  /** '' : nothing is put. */
  readonly payloadColumn: string;
  /** '' : nothing is counted. */
  readonly incrementColumn: string;
  readonly incrementRow: string;
  readonly rowPrefix: string;
  readonly suffix: 'uuid' | 'random' | 'timestamp' | 'nano';
  /** ms since 1970. */
  readonly now: () => number;
}

export function simpleRows({ family, payloadColumn, incrementColumn, incrementRow, rowPrefix, suffix, now }: SimpleOptions): RowMaker {
  const column = Buffer.from(payloadColumn);
  const increments = incrementColumn === '' ? [] : [{ row: Buffer.from(incrementRow), family, qualifier: Buffer.from(incrementColumn), amount: 1n }];
  const ending = (): string => {
    switch (suffix) {
      case 'uuid': return randomUUID();
      case 'random': return String(randomInt(2 ** 47));
      case 'timestamp': return String(now());
      case 'nano': return String(process.hrtime.bigint());
    }
  };
  return (event) => ({ puts: payloadColumn === '' ? [] : [{ row: Buffer.from(`${rowPrefix}${ending()}`), family, qualifier: column, value: event.body }], increments });
}

export interface RegexOptions {
  readonly component: string;
  readonly family: Buffer;
  readonly pattern: JavaPattern;
  readonly columns: readonly string[];
  /** Of the group that is the row's key; -1: one is made. */
  readonly keyIndex: number;
  readonly depositHeaders: boolean;
  readonly charset: Charset;
  readonly now: () => number;
}

/** Made keys are `time-random-number`: many agents may write at once. */
export function regexRows({ component, family, pattern, columns, keyIndex, depositHeaders, charset, now }: RegexOptions): RowMaker {
  const nonce = randomBytes(8).toString('base64url').slice(0, 10);
  let count = 0;
  const names = columns.map((name) => charset.encode(name));
  return (event) => {
    const groups = pattern.matchAll(charset.decode(event.body))?.slice(1) ?? null;
    if (groups === null || groups.length !== names.length) return NOTHING; // as in Flume: what does not match is not written
    const key = keyIndex < 0 ? `${now()}-${nonce}-${count++}` : groups[keyIndex] ?? '';
    if (key === '') throw SluiceError.of('AGENT_REJECTED', { component, target: 'HBase', reason: 'the part of the event that is to be the key of its row is empty' });
    const row = charset.encode(key);
    const puts = groups.flatMap((value, i) => (i === keyIndex || value === undefined ? [] : [{ row, family, qualifier: names[i] as Buffer, value: charset.encode(value) }]));
    if (depositHeaders) for (const [header, value] of event.headers) puts.push({ row, family, qualifier: charset.encode(header), value: charset.encode(value) });
    return { puts, increments: [] };
  };
}

/** Those of one counter are added up. */
export function coalesced(increments: readonly HbaseIncrement[]): HbaseIncrement[] {
  const sums = new Map<string, HbaseIncrement>();
  for (const increment of increments) {
    const key = [increment.row, increment.family, increment.qualifier].map((bytes) => bytes.toString('hex')).join(':');
    const sum = sums.get(key);
    sums.set(key, sum ? { ...sum, amount: sum.amount + increment.amount } : increment);
  }
  return [...sums.values()];
}
