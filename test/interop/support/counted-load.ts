// A load whose acknowledged writes are counted, so that it can be said afterwards whether one was lost.
import type { CoordinationClient } from '../../../main/engines/coordination/client/client-types.ts';

export interface Load {
  readonly acknowledged: Set<number>;
  stop(): Promise<void>;
}

/** Creates /load/N one after the other, four at a time, through whoever answers. */
export function load(client: CoordinationClient): Load {
  const acknowledged = new Set<number>();
  let next = 0;
  let running = true;
  const worker = async (): Promise<void> => {
    while (running) {
      const number = next++;
      await client.create(`/load/${number}`, Buffer.from(String(number))).then(() => { acknowledged.add(number); }, async () => { await new Promise((resolve) => { setTimeout(resolve, 10); }); });
    }
  };
  const workers = [worker(), worker(), worker(), worker()];
  return { acknowledged, stop: async () => { running = false; await Promise.all(workers); } };
}

/** Numbers that were acknowledged and are not there. */
export async function lostAt(reader: CoordinationClient, { acknowledged }: Load): Promise<number[]> {
  await reader.sync('/load');
  const there = new Set((await reader.getChildNames('/load')).map(Number));
  return [...acknowledged].filter((number) => !there.has(number));
}
