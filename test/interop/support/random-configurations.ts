// A right configuration with a few random changes: lines gone, twice, or in another place, words put for other words, letters lost. The same for the same seed.

const RIGHT = `a1.sources = r1 r2
a1.channels = c1 c2
a1.sinks = k1 k2 k3
a1.sinkgroups = g1 g2
a1.sources.r1.type = seq
a1.sources.r1.channels = c1 c2
a1.sources.r1.batchSize = 50
a1.sources.r1.selector.type = multiplexing
a1.sources.r1.selector.header = h
a1.sources.r1.selector.mapping.x = c1
a1.sources.r1.selector.optional.x = c2
a1.sources.r1.selector.default = c2
a1.sources.r1.interceptors = i1 i2
a1.sources.r1.interceptors.i1.type = timestamp
a1.sources.r1.interceptors.i2.type = static
a1.sources.r2.type = netcat
a1.sources.r2.bind = 127.0.0.1
a1.sources.r2.port = 5140
a1.sources.r2.channels = c2
a1.channels.c1.type = memory
a1.channels.c1.capacity = 200
a1.channels.c2.type = memory
a1.channels.c2.transactionCapacity = 60
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
a1.sinks.k2.type = null
a1.sinks.k2.channel = c2
a1.sinks.k2.batchSize = 20
a1.sinks.k3.type = null
a1.sinks.k3.channel = c2
a1.sinks.k3.batchSize = 60
a1.sinkgroups.g1.sinks = k1 k2
a1.sinkgroups.g1.processor.type = failover
a1.sinkgroups.g1.processor.priority.k1 = 5
a1.sinkgroups.g2.sinks = k3
a1.sinkgroups.g2.processor.type = default
`.trim().split('\n');

const WORDS = ['r1', 'r2', 'c1', 'c2', 'c3', 'k1', 'k2', 'k3', 'g1', 'i1', 'sources', 'channels', 'channel', 'sinks', 'type', 'memory', 'seq', 'null', 'logger', 'nosuch', 'replicating', 'load_balance', 'default', 'failover', '10', '100', '1000', 'x', ''];

/** mulberry32 */
export function randomConfiguration(seed: number): string {
  let state = seed;
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
  const lines = [...RIGHT];
  for (let changes = 1 + next(5); changes > 0; changes--) {
    const at = next(lines.length);
    const line = lines[at] as string;
    const word = WORDS[next(WORDS.length)] as string;
    switch (next(7)) {
      case 0: case 1: lines.splice(at, 1); break;
      case 2: lines.splice(next(lines.length), 0, line); break;
      case 3: lines[at] = line.replace(/=.*$/, `= ${word}`); break;
      case 4: lines[at] = line.replace(/\s\S+$/, (last) => `${last} ${word}`); break;
      case 5: { const parts = line.split('.'); parts[next(parts.length)] = word; lines[at] = parts.join('.'); break; }
      case 6: { const letter = next(line.length); lines[at] = line.slice(0, letter) + line.slice(letter + 1); break; }
    }
  }
  return `${lines.join('\n')}\n`;
}
