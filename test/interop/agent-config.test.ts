// Strict mode beside a real Flume 1.11: odd configurations read by both, one JVM for all. The same properties, the same values after references, the same errors, and the
// same components that would run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FlumeError } from '../../main/engines/agent/config/flume-errors.ts';
import { parseProperties } from '../../main/lib/java-properties.ts';
import { javaCompilerProblem, readByFlume, type FlumeReading } from '../peers/flume/read-configurations.ts';
import { peerProblem } from '../peers/start-peer.ts';
import { load } from '../support/agent/configuration.ts';
import { ODD_CONFIGURATIONS } from './support/odd-configurations.ts';

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
    const names = Object.keys(ODD_CONFIGURATIONS);
    const files = names.map((name, i) => {
      const path = join(dir, `${i}.properties`);
      writeFileSync(path, ODD_CONFIGURATIONS[name] as string | Buffer);
      return path;
    });
    const read = await readByFlume(files, ENV, Object.entries(SYSTEM).map(([key, value]) => `-D${key}=${value}`));
    names.forEach((name, i) => { readings.set(name, read[i] as FlumeReading); });
  });
  afterAll(() => { rmSync(dir, { recursive: true, force: true }); });

  test.each(Object.entries(ODD_CONFIGURATIONS))('C3 %s', async (name, text) => {
    const flume = readings.get(name) as FlumeReading;
    const bytes = Buffer.from(text as string);
    const ours = await load(bytes, { mode: 'strict', env: ENV, systemProperties: SYSTEM });
    const a1 = ours.agents.get('a1');
    if (flume.properties) expect(Object.fromEntries(parseProperties(bytes, 'latin1').properties.map(({ key, value }) => [key, value]))).toEqual(trimmed(flume.properties));
    if (flume.resolved) expect(Object.fromEntries(ours.resolved)).toEqual(trimmed(flume.resolved));
    if (flume.errors) expect(written(ours.flumeErrors)).toEqual(flume.errors);
    if (flume.loadFailed !== undefined) expect(a1, flume.loadFailed).toBeUndefined();
    else {
      const grouped = new Set([...a1?.groups.values() ?? []].flatMap(({ sinks }) => sinks));
      expect({
        channels: [...a1?.channels.keys() ?? []].sort(), sources: [...a1?.sources.keys() ?? []].sort(),
        runners: [...a1?.groups.keys() ?? [], ...[...a1?.sinks.keys() ?? []].filter((sink) => !grouped.has(sink))].sort(),
      }).toEqual({ channels: flume.channels, sources: flume.sources, runners: flume.runners });
    }
    // a file that Flume does not take whole is an error here too
    if (flume.failed !== undefined || flume.loadFailed !== undefined) expect(ours.lints.some(({ severity }) => severity === 'error'), flume.failed ?? flume.loadFailed).toBe(true);
  });
});

test.skipIf(problem)('C5 references by the environment’s names alone, as -DpropertiesImplementation asks for', async () => {
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

/** Flume trims keys and values once it has read them. */
function trimmed(properties: Readonly<Record<string, string>>): Record<string, string> {
  const trim = (text: string): string => text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [trim(key), trim(value)]));
}
