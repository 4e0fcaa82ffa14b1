// The end of a session after the transfer phases (main.c read_final_goodbye): deletion counts, statistics, the last DONEs.
import { NDX } from '../wire/ndx.ts';
import { violation, type WireReader } from '../wire/reader.ts';
import type { WireWriter } from '../wire/writer.ts';
import type { Indexes } from '../sender/send-files.ts';

/** As the sender: reads the deletion counts if they come, answers the receiver's DONE, reads its last one. */
export async function senderGoodbye(reader: WireReader, writer: WireWriter, { incoming, outgoing }: Indexes, protocol: number): Promise<void> {
  await readDone(reader, incoming.read.bind(incoming));
  if (protocol < 31) return;
  outgoing.write(writer, NDX.DONE);
  writer.flush();
  await readDone(reader, incoming.read.bind(incoming));
}

async function readDone(reader: WireReader, read: (from: WireReader) => number): Promise<void> {
  for (;;) {
    const ndx = await reader.atomically(() => read(reader));
    if (ndx === NDX.DONE) return;
    if (ndx !== NDX.DEL_STATS) throw violation(`file index ${ndx} at the end, want DONE`);
    for (let i = 0; i < 5; i++) await reader.atomically(() => reader.varint());
  }
}

export interface SenderStatistics {
  readonly read: number;
  readonly written: number;
  readonly size: number;
}

/** As the receiver, from a sending server: five figures, of which two are times we have no use for. */
export async function readStatistics(reader: WireReader): Promise<SenderStatistics> {
  return reader.atomically(() => {
    const [read, written, size] = [reader.varlong(3), reader.varlong(3), reader.varlong(3)];
    reader.varlong(3);
    reader.varlong(3);
    return { read, written, size };
  });
}
