// What TestFlumeConfiguration, TestAgentConfiguration, TestMapResolver, TestRecursiveLookup, TestOverrideFile and the tests of config filters assert, for ours.
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentConfig } from '../../../../../../main/engines/agent/config/agent-config.ts';
import { javaDate } from '../../../../../../main/engines/agent/config/java-date.ts';
import { codes, load, type Loading } from '../../../../../support/agent/configuration.ts';

const errors = async (text: string): Promise<string[]> => (await load(text, { mode: 'strict' })).flumeErrors.map(({ component, key, type, level }) => `${type} ${component}|${key} ${level}`);

describe('TestFlumeConfiguration', () => {
  test('C3 the error of a bad property, and in which order they come', async () => {
    expect(await errors('something =\n')).toEqual(['PROPERTY_VALUE_NULL something| ERROR']);
    expect(await errors('something = value\n')).toEqual(['AGENT_NAME_MISSING something| ERROR']);
    expect(await errors('.something = value\n')).toEqual(['AGENT_NAME_MISSING .something| ERROR']);
    expect(await errors('agent. = value\n')).toEqual(['PROPERTY_NAME_NULL agent.| ERROR']);
    expect(await errors('agent.channels = c1\nagent.channel.c1 = cc1\n')).toEqual(['INVALID_PROPERTY agent|channel.c1 ERROR', 'CONFIG_ERROR agent|c1 ERROR', 'PROPERTY_VALUE_NULL agent|channels ERROR', 'AGENT_CONFIGURATION_INVALID agent| ERROR']);
  });

  test('C3 FLUME-1743: classes as types, lists with blanks around, filters', async () => {
    const { agents, flumeErrors } = await load(' host.sources = src0 \nhost.sources.src0.type = seq\nhost.sources.src0.channels = ch0\nhost.channels = ch0\nhost.channels.ch0.type = org.apache.flume.channel.MemoryChannel\nhost.sinks = sink0\nhost.sinks.sink0.type = org.apache.flume.sink.NullSink\nhost.sinks.sink0.channel = ch0\nhost.configfilters = f1\nhost.configfilters.f1.type = env\n', { mode: 'strict' });
    const host = agents.get('host') as AgentConfig;
    expect([[...host.sources.keys()], [...host.channels.keys()], [...host.sinks.keys()]]).toEqual([['src0'], ['ch0'], ['sink0']]);
    expect(flumeErrors).toEqual([]);
  });
});

describe('TestAgentConfiguration', () => {
  const TEXT = 'agent.sources = s1 s2\nagent.sources.s1.type = seq\nagent.sources.s1.channels = c1\nagent.sources.s2.type = seq\nagent.sources.s2.channels = c2\nagent.channels = c1 c2\nagent.channels.c1.type = memory\nagent.channels.c2.type = memory\nagent.sinks = k1 k2\nagent.sinks.k1.type = logger\nagent.sinks.k2.type = null\nagent.sinks.k1.channel = c1\nagent.sinks.k2.channel = c2\nagent.sinkgroups = g1\nagent.sinkgroups.g1.sinks = k1 k2\nagent.sinkgroups.g1.processor.type = failover\n';
  const strict: Loading = { mode: 'strict' };

  test('C2 a right agent: everything is mapped, without an error', async () => {
    const { agents, lints, flumeErrors } = await load(TEXT, strict);
    const agent = agents.get('agent') as AgentConfig;
    expect(flumeErrors).toEqual([]);
    expect(lints).toEqual([]);
    expect([...agent.sources.values()].map(({ name, spec, channels }) => [name, spec.type, channels])).toEqual([['s1', 'seq', ['c1']], ['s2', 'seq', ['c2']]]);
    expect([...agent.sinks.values()].map(({ name, spec, channel }) => [name, spec.type, channel])).toEqual([['k1', 'logger', 'c1'], ['k2', 'null', 'c2']]);
    expect([...agent.channels.keys()]).toEqual(['c1', 'c2']);
    expect(agent.groups.get('g1')).toMatchObject({ sinks: ['k1', 'k2'], processor: { spec: { type: 'failover' } } });
  });

  test('C2 no channel is invalid; only sources or only sinks is valid, neither is not', async () => {
    expect((await load(TEXT.replace('agent.channels = c1 c2', 'agent.channels ='), strict)).agents.size).toBe(0);
    expect((await load(TEXT.replace('agent.sources = s1 s2', 'agent.sources ='), strict)).agents.get('agent')?.sinks.size).toBe(2);
    expect((await load(TEXT.replace('agent.sinks = k1 k2', 'agent.sinks ='), strict)).agents.get('agent')?.sources.size).toBe(2);
    expect((await load(TEXT.replace('agent.sinks = k1 k2', 'agent.sinks =').replace('agent.sources = s1 s2', 'agent.sources ='), strict)).agents.size).toBe(0);
  });

  test('C2 a component without properties or type is gone, the others stay', async () => {
    for (const gone of ['agent.sources.s1.type = seq\n', 'agent.sources.s1.type = seq\nagent.sources.s1.channels = c1\n']) {
      const agent = (await load(TEXT.replace(gone, ''), strict)).agents.get('agent') as AgentConfig;
      expect([...agent.sources.keys()]).toEqual(['s2']);
      expect([...agent.channels.keys()]).toEqual(['c1', 'c2']);
    }
    const agent = (await load(TEXT.replace('agent.channels.c1.type = memory\n', ''), strict)).agents.get('agent') as AgentConfig;
    expect([[...agent.sources.keys()], [...agent.channels.keys()], [...agent.sinks.keys()]]).toEqual([['s2'], ['c2'], ['k2']]);
  });
});

describe('TestMapResolver, TestRecursiveLookup, TestOverrideFile', () => {
  const value = async (text: string | Readonly<Record<string, string>>, key: string, options: Loading = {}): Promise<string | undefined> => (await load(text, options)).resolved.get(key);

  test('C5 sys, env, java and date; what is not known stays as it is written', async () => {
    const options = { env: { HOME: '/h' }, systemProperties: { name: 'FLUME' }, now: Date.UTC(2026, 10, 28, 12) };
    const text = 'name = ${sys:name}\nhome = ${env:HOME}/x\nconst = ${const:x.Y} works\nversion = ${java:version}\nday = ${date:yyyy-MM-dd}\n';
    expect(await value(text, 'name', options)).toBe('FLUME');
    expect(await value(text, 'home', options)).toBe('/h/x');
    expect(await value(text, 'const', options)).toBe('${const:x.Y} works');
    expect(await value(text, 'version', options)).not.toContain('${');
    expect(await value(text, 'day', options)).toBe('2026-11-28');
  });

  test('C5 a reference in a reference, and another key, whichever comes first; such a key needs no agent', async () => {
    const text = 'PROD_BIND=192.168.10.110\na1.sources = r1\na1.sources.r1.bind = ${${sys:env}_BIND}\nDEV_BIND=192.168.11.101\n';
    expect(await value(text, 'a1.sources.r1.bind', { systemProperties: { env: 'DEV' } })).toBe('192.168.11.101');
    expect(codes(await load(text, { systemProperties: { env: 'DEV' } }))).toContain('AGENT_NAME_MISSING@1');
    expect(codes(await load(text, { systemProperties: { env: 'DEV' } }))).not.toContain('AGENT_NAME_MISSING@4');
  });

  test('C4 a later file overrides an earlier one, before references are resolved', async () => {
    const files = { 'a.properties': 'DEV_BIND=192.168.11.101\na1.sources.r1.bind = ${${sys:env}_BIND}\n', 'b.properties': 'DEV_BIND=192.168.13.101\n' };
    expect(await value(files, 'a1.sources.r1.bind', { systemProperties: { env: 'DEV' } })).toBe('192.168.13.101');
  });

  test('C5 defaults, escapes, circles, depth', async () => {
    expect(await value('a = ${env:NONE:-x y}', 'a')).toBe('x y');
    expect(await value('a = $${env:HOME}', 'a', { env: { HOME: 'x' } })).toBe('${env:HOME}');
    expect(await value('a = ${b}\nb = ${c}\nc = ${a}', 'a')).toBe('${a}');
    expect(await value(`a = ${'${'.repeat(100)}x${'}'.repeat(100)}`, 'a')).toContain('${');
    expect(await value('a = ${env:X}', 'a', { env: { X: '${env:Y}', Y: '${env:X}' } })).toContain('${env:');
  });

  test('C5 the environment by its names alone, with EnvVarResolverProperties', async () => {
    const options = { env: { VARNAME1: 'v1', VARNAME2: 'v2' }, systemProperties: { propertiesImplementation: 'org.apache.flume.node.EnvVarResolverProperties' } };
    expect(await value('a = padding ${VARNAME1} ${VARNAME2} padding', 'a', options)).toBe('padding v1 v2 padding');
    expect(await value('a = ${VARNAME1}', 'a', { env: options.env })).toBe('${VARNAME1}');
  });

  test('C5 dates as Java writes them', () => {
    const at = new Date(2026, 0, 5, 13, 4, 9, 7).getTime();
    expect(javaDate("yyyyMMdd'T'HHmmss.SSS", at)).toBe('20260105T130409.007');
    expect(javaDate("yy/M/d h:m:s a EEE EEEE MMM MMMM D ''", at)).toBe("26/1/5 1:4:9 PM Mon Monday Jan January 5 '");
    expect(javaDate('Q', at)).toBeNull();
    expect(javaDate("yyyy 'open", at)).toBeNull();
  });
});

describe('config filters', () => {
  const RIGHT = 'a1.sources = r1\na1.channels = c1\na1.sources.r1.type = seq\na1.sources.r1.channels = c1\na1.channels.c1.type = memory\na1.configfilters = f\n';
  const dir = mkdtempSync(join(tmpdir(), 'sluice-filter-'));
  const script = join(dir, 'secret.sh');
  beforeAll(() => {
    writeFileSync(script, '#!/bin/sh\ncase $1 in good) echo caf\\303\\251; echo second;; none) ;; slow) sleep 60;; *) echo "no such key: $1" >&2; exit 3;; esac\n'.replace('caf\\303\\251', "$(printf 'caf\\303\\251')"));
    chmodSync(script, 0o755);
  });
  afterAll(() => { rmSync(dir, { recursive: true }); });

  const valueOf = async (type: string, written: string, options: Loading = {}): Promise<{ value: string | undefined; codes: string[]; reasons: unknown[] }> => {
    const loaded = await load(`${RIGHT}a1.configfilters.f.type = ${type}\na1.sources.r1.totalEventsX = ${written}\n`, options);
    return { value: loaded.agents.get('a1')?.sources.get('r1')?.properties.get('totalEventsX')?.value, codes: codes(loaded), reasons: loaded.lints.map(({ params }) => params['reason']).filter((reason) => reason !== undefined) };
  };

  test('C6 env: three ways of quoting, several in one value; unset stays', async () => {
    const env = { ONE: '1', T_2: 'two$&' };
    expect((await valueOf('env', '${f["ONE"]}-${f[\'T_2\']}-${f[ONE]}-${f["ONE\']}', { env })).value).toBe('1-two$&-1-${f["ONE\']}');
    expect(await valueOf('env', '${f["NONE"]}', { env })).toMatchObject({ value: '${f["NONE"]}', reasons: ['it is not there'] });
    expect((await valueOf('org.apache.flume.configfilter.EnvironmentVariableConfigFilter', '${f["ONE"]}', { env })).value).toBe('1');
  });

  test('C6 external: the first line of `command key`; a failure is told with the program’s words', async () => {
    const command = `external\na1.configfilters.f.command = ${script}`;
    expect((await valueOf(command, '${f["good"]}')).value).toBe('café');
    expect(await valueOf(command, '${f["none"]}')).toMatchObject({ value: '${f["none"]}', reasons: ['it is not there'] });
    expect(await valueOf(command, '${f["bad"]}')).toMatchObject({ value: '${f["bad"]}', reasons: ['no such key: bad'] });
    expect((await valueOf('external', '${f["x"]}')).codes).toContain('KEY_MISSING@7');
    expect(await valueOf(`${command}\na1.configfilters.f.charset = nosuch`, '${f["good"]}')).toMatchObject({ reasons: ['nosuch is not a charset'] });
  });

  test('C6 a text that is only looked at runs no program and asks for no secret, and what they would give is taken to be right', async () => {
    const trace = join(dir, 'ran');
    const leaving = join(dir, 'leaving.sh');
    writeFileSync(leaving, `#!/bin/sh\n: > ${trace}\n`, { mode: 0o755 });
    const text = `${RIGHT.replace('a1.configfilters = f', 'a1.configfilters = f v')}a1.configfilters.f.type = external\na1.configfilters.f.command = ${leaving}\na1.configfilters.v.type = vault\na1.sources.r1.batchSize = \${f["x"]}\na1.sources.r1.totalEvents = \${v["x"]}\n`;
    const looked = await load(text, { onlyLook: true, vault: () => Promise.reject(new Error('asked')) });
    expect(looked.lints.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([...looked.agents.get('a1')?.sources.keys() ?? []]).toEqual(['r1']);
    expect(existsSync(trace)).toBe(false);
    await load(text);
    expect(existsSync(trace)).toBe(true);
  });

  test('L1 what a filter has put there is shown in no lint', async () => {
    const text = `${RIGHT}a1.configfilters.f.type = vault\na1.sources.r1.batchSize = \${f["pw"]}\n`;
    const { lints } = await load(text, { vault: async () => 'hush' });
    expect(lints.find(({ code }) => code === 'NUMBER_WRONG')?.params['value']).toBe('***');
    expect(JSON.stringify(lints)).not.toContain('hush');
  });

  test('C6 the vault; each key is asked for once; hadoop’s store is named with what does it instead', async () => {
    const asked: string[] = [];
    const vault = async (key: string): Promise<string | null> => { asked.push(key); return key === 'pw' ? 'secret' : null; };
    expect((await valueOf('vault', '${f["pw"]} ${f["pw"]} ${f["x"]}', { vault })).value).toBe('secret secret ${f["x"]}');
    expect(asked).toEqual(['pw', 'x']);
    expect(await valueOf('vault', '${f["pw"]}')).toMatchObject({ reasons: ['there is no vault here'] });
    expect((await valueOf('hadoop', '${f["pw"]}')).codes).toContain('TYPE_LEFT_OUT@7');
  });
});
