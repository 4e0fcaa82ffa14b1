// Filter rules as they travel from client to server (exclude.c send_filter_list): length and text each, then a zero.
import { violation, type WireReader } from '../wire/reader.ts';
import type { WireWriter } from '../wire/writer.ts';

const MAX_RULE = 4096;
const MAX_RULES = 100_000;

export function sendFilterRules(to: WireWriter, rules: readonly Uint8Array[]): void {
  for (const rule of rules) {
    to.int(rule.length);
    to.bytes(rule);
  }
  to.int(0);
}

/** As the server. */
export async function readFilterRules(from: WireReader): Promise<Buffer[]> {
  const rules: Buffer[] = [];
  for (;;) {
    const length = await from.atomically(() => from.int());
    if (length === 0) return rules;
    if (length < 0 || length > MAX_RULE) throw violation(`filter rule of ${length} bytes, want at most ${MAX_RULE}`);
    if (rules.length >= MAX_RULES) throw violation(`more than ${MAX_RULES} filter rules`);
    rules.push(await from.atomically(() => from.bytes(length)));
  }
}
