// Configurations of the agents under chaos.

const lines = (prefix: string, values: Readonly<Record<string, string | number | boolean>>): string => Object.entries(values).map(([key, value]) => `${prefix}.${key} = ${value}\n`).join('');

export interface AgentShape {
  readonly sources: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly channels: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly sinks: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
}

/** The properties of agent a1. */
export function configurationOf(shape: AgentShape): string {
  return Object.entries(shape).map(([section, parts]) => `a1.${section} = ${Object.keys(parts).join(' ')}\n${Object.entries(parts as AgentShape['sources']).map(([name, values]) => lines(`a1.${section}.${name}`, values)).join('')}`).join('');
}

export const avroSource = (port: number, channels = 'c1'): Readonly<Record<string, string | number>> => ({ type: 'avro', bind: '127.0.0.1', port, channels });

/** Small segments and many checkpoints, so that a kill meets all of it. */
export const fileChannel = (dir: string, change: Readonly<Record<string, string | number | boolean>> = {}): Readonly<Record<string, string | number | boolean>> => ({
  type: 'file', checkpointDir: `${dir}/checkpoint`, dataDirs: `${dir}/data`, checkpointInterval: 150, maxFileSize: 150_000, minimumRequiredSpace: 1_048_576, ...change,
});

export const fileSink = (dir: string, batch: number, channel = 'c1'): Readonly<Record<string, string | number>> => ({ type: 'file_roll', 'sink.directory': dir, 'sink.rollInterval': 0, 'sink.batchSize': batch, channel });

export const avroSink = (port: number, batch: number, change: Readonly<Record<string, string | number>> = {}): Readonly<Record<string, string | number>> => ({ type: 'avro', hostname: '127.0.0.1', port, 'batch-size': batch, channel: 'c1', ...change });
