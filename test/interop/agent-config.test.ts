// Strict mode beside a real Flume 1.11: odd configurations read by both, one JVM for all. The same properties, the same values after references, the same errors, and the
// same components that would run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentConfig } from '../../main/engines/agent/config/agent-config.ts';
import type { FlumeError } from '../../main/engines/agent/config/flume-errors.ts';
import { checkCreation } from '../../main/engines/agent/runner/check-creation.ts';
import { parseProperties } from '../../main/lib/java-properties.ts';
import { javaCompilerProblem, readByFlume, type FlumeReading } from '../peers/flume/read-configurations.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { load } from '../support/agent/configuration.ts';
import { testPorts } from '../support/agent/probe.ts';
import { KEYS_OF_TYPES, ODD_CONFIGURATIONS } from './support/odd-configurations.ts';
import { randomConfiguration } from './support/random-configurations.ts';

const ALL: Readonly<Record<string, string | Buffer>> = { ...ODD_CONFIGURATIONS, ...KEYS_OF_TYPES };

const SEEDS = 400;

const problem = peerProblem('flume') ?? javaCompilerProblem();
const ENV = { SLUICE_ONE: 'one', SLUICE_NESTED: 'SLUICE_ONE' };
const SYSTEM = { 'sluice.two': 'two', 'sluice.host': '127.0.0.1' };

/** As ReadConfigurations.java writes them. */
function written(errors: readonly FlumeError[]): string[] {
  const counts = new Map<string, number>();
  return errors.map(({ component, key, type, level }) => {
    const begin = `${component} ${key === '' ? '-' : key} ${type}`;
    const n = (counts.get(begin) ?? 0) + 1;
    counts.set(begin, n);
    return `${begin} ${level} #${n}`;
  }).sort();
}

describe.skipIf(problem)(`configurations with Flume${problem ? ` (${problem})` : ''}`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-config-'));
  const readings = new Map<string, FlumeReading>();

  beforeAll(async () => {
    const texts = { ...ALL, ...Object.fromEntries(Array.from({ length: SEEDS }, (_, i) => [`seed ${i + 1}`, randomConfiguration(i + 1)])) };
    const names = Object.keys(texts);
    const files = names.map((name, i) => {
      const path = join(dir, `${i}.properties`);
      writeFileSync(path, texts[name] as string | Buffer);
      return path;
    });
    const read = await readByFlume(files, ENV, Object.entries(SYSTEM).map(([key, value]) => `-D${key}=${value}`));
    names.forEach((name, i) => { readings.set(name, read[i] as FlumeReading); });
  });
  afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

  test.each(Object.entries(ALL))('C3 %s', async (name, text) => {
    await compare(text, readings.get(name) as FlumeReading, HARMLESS[name] !== undefined);
  });

  test(`C3 ${SEEDS} right configurations with random changes`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const text = randomConfiguration(seed);
      await compare(text, readings.get(`seed ${seed}`) as FlumeReading, false).catch((error: unknown) => { throw new Error(`seed ${seed}:\n${text}`, { cause: error }); });
    }
  });
});

test.skipIf(problem)(`C5 references by the environment’s names alone, as -DpropertiesImplementation asks for${problem ? ` (${problem})` : ''}`, async () => {
  const dir = mkdtempSync(join(tmpdir(), 'agent-config-'));
  const path = join(dir, 'env.properties');
  const text = 'a1.sources = ${SLUICE_ONE}\na1.channels = x${SLUICE_NONE}y\na1.sinks = ${env:SLUICE_ONE}\n';
  const property = { propertiesImplementation: 'org.apache.flume.node.EnvVarResolverProperties' };
  try {
    writeFileSync(path, text);
    const [flume] = await readByFlume([path], ENV, Object.entries(property).map(([key, value]) => `-D${key}=${value}`));
    expect(Object.fromEntries((await load(text, { mode: 'strict', env: ENV, systemProperties: property })).resolved)).toEqual(flume?.resolved);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

/** Flume takes these and finds out at the start, or goes on in a way of its own; here the component is not made. */
const HARMLESS: Readonly<Record<string, string>> = {
  'sink file_roll: sink.directory = /tmp; sink.serializer = nonsense': 'fails at the start',
  'sink avro: hostname = h; port = 5; batch-size = 0': 'fails at the start',
  'sink avro: hostname = h; port = 5; compression-type = deflate; compression-level = 12': 'fails at the first batch',
  'sink hdfs: hdfs.path = /x; hdfs.round = true; hdfs.roundUnit = nonsense': 'does not round then',
  'sink hdfs: hdfs.path = /x; hdfs.timeZone = nonsense': 'takes GMT then',
};

/** @param harmless what runs is not compared */
async function compare(text: string | Buffer, flume: FlumeReading, harmless: boolean): Promise<void> {
  const bytes = Buffer.from(text as string);
  const ours = await load(bytes, { mode: 'strict', env: ENV, systemProperties: SYSTEM });
  const a1 = ours.agents.get('a1');
  if (flume.properties) expect(Object.fromEntries(parseProperties(bytes, 'latin1').properties.map(({ key, value }) => [key, value]))).toEqual(trimmed(flume.properties));
  if (flume.resolved) expect(Object.fromEntries(ours.resolved)).toEqual(trimmed(flume.resolved));
  if (flume.errors) expect(written(ours.flumeErrors)).toEqual(flume.errors);
  if (flume.loadFailed !== undefined) expect(a1, flume.loadFailed).toBeUndefined();
  else if (!harmless) {
    const { channels, sources, runners } = flume;
    // channels that nothing is connected to any more do nothing: there the agent is not there at all
    expect(await survivors(a1)).toEqual({ channels: a1 || sources?.length !== 0 || runners?.length !== 0 ? channels : [], sources, runners });
  }
  // a file that Flume does not take whole is an error here too
  if (flume.failed !== undefined || flume.loadFailed !== undefined) expect(ours.lints.some(({ severity }) => severity === 'error'), flume.failed ?? flume.loadFailed).toBe(true);
}

/** What would run: what was read without what the components themselves refuse, and channels that something is connected to. */
async function survivors(agent: AgentConfig | undefined): Promise<Pick<FlumeReading, 'channels' | 'sources' | 'runners'>> {
  if (!agent) return { channels: [], sources: [], runners: [] };
  const refused = await checkCreation(agent, testPorts({ openHdfs: () => Promise.reject(new Error('nothing is started')) }));
  const gone = new Set(refused.filter(({ error }) => error.code.startsWith('AGENT_')).map(({ component }) => `${component.kind} ${component.name}`));
  const channels = [...agent.channels.keys()].filter((name) => !gone.has(`channel ${name}`));
  const sources = [...agent.sources.values()].filter((source) => !gone.has(`source ${source.name}`) && source.channels.some((name) => channels.includes(name)));
  const sinks = [...agent.sinks.values()].filter((sink) => !gone.has(`sink ${sink.name}`) && channels.includes(sink.channel));
  const groups = [...agent.groups.values()].filter((group) => !gone.has(`sinkgroup ${group.name}`));
  const grouped = new Set([...agent.groups.values()].flatMap((group) => group.sinks));
  return {
    channels: channels.filter((name) => gone.size === 0 || sources.some((source) => source.channels.includes(name)) || sinks.some((sink) => sink.channel === name)).sort(),
    sources: sources.map(({ name }) => name).sort(),
    runners: [...groups.map(({ name }) => name), ...sinks.map(({ name }) => name).filter((name) => !grouped.has(name))].sort(),
  };
}

/** Flume trims keys and values once it has read them. */
function trimmed(properties: Readonly<Record<string, string>>): Record<string, string> {
  const trim = (text: string): string => text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [trim(key), trim(value)]));
}
