// Config filters: `${NAME["key"]}` in values of an agent that lists the filter NAME (ConfigFilter of flume-ng-config-filter-api): the environment, a program, our vault.
import { execFile } from 'node:child_process';
import { findLeftOut, findSpec } from '../../../../preload/contract/agent/specs/all.ts';
import { nearest } from '../../../lib/nearest.ts';
import { readValues } from '../components/read-values.ts';
import type { Entry } from './entry.ts';
import type { FlumeErrors } from './flume-errors.ts';
import { namesIn, SECTIONS, type RawAgent } from './grammar.ts';
import type { Lints } from './lint/lints.ts';

/** Null where the key is not there. Rejects with words. */
export type Filter = (key: string) => Promise<string | null | typeof LATER>;

/** Not asked now. */
const LATER = Symbol('later');

export interface FilterPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null where there is no vault. */
  readonly vault: ((key: string) => Promise<string | null>) | null;
  /** The text is only looked at, and may be anyone's: no program is run and no secret asked for; what they would give is taken to be right. */
  readonly onlyLook?: boolean;
}

/** ms that a program may take for one value. */
const PATIENCE_MS = 10_000;
const MOST_OUTPUT = 1 << 20;

const REFERENCE = /\$\{([^\s${}[\]]+)\[(['"]?)([-_a-zA-Z0-9]+)\2\]\}/g;

/** Replaces the references in all components of the agent. What cannot be had stays as it is written. */
export async function runFilters(agent: RawAgent, ports: FilterPorts, lints: Lints, errors: FlumeErrors): Promise<void> {
  const filters = makeFilters(agent, ports, lints, errors);
  const known = new Map<string, ReturnType<Filter>>();
  for (const section of SECTIONS) {
    if (section === 'configfilters') continue;
    for (const component of agent.components[section].values()) {
      for (const [key, entry] of component) if (entry.value.includes('["') || entry.value.includes('[') && entry.value.includes('${')) component.set(key, await filtered(agent, entry, filters, known, lints));
    }
  }
}

async function filtered(agent: RawAgent, entry: Entry, filters: ReadonlyMap<string, Filter>, known: Map<string, ReturnType<Filter>>, lints: Lints): Promise<Entry> {
  let value = entry.value;
  let pending = false;
  for (const [written, name = '', , key = ''] of entry.value.matchAll(REFERENCE)) {
    const filter = filters.get(name);
    if (!filter) {
      lints.add('FILTER_NOT_LISTED', entry, { agent: agent.name }, { filter: name, key: entry.key, nearest: nearest(name, filters.keys()) ?? '' });
      continue;
    }
    const id = `${name} ${key}`;
    const asked = known.get(id) ?? filter(key);
    known.set(id, asked);
    try {
      const found = await asked;
      if (found === LATER) pending = true;
      else if (found === null) lints.add('FILTER_FAILED', entry, { agent: agent.name }, { filter: name, name: key, key: entry.key, reason: 'it is not there' });
      else value = value.replaceAll(written, () => found);
    } catch (error) {
      lints.add('FILTER_FAILED', entry, { agent: agent.name }, { filter: name, name: key, key: entry.key, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return value === entry.value && !pending ? entry : { ...entry, value, ...(pending ? { pending } : {}), ...(value === entry.value ? {} : { filtered: true as const }) };
}

function makeFilters(agent: RawAgent, ports: FilterPorts, lints: Lints, errors: FlumeErrors): Map<string, Filter> {
  const filters = new Map<string, Filter>();
  const list = agent.lists.configfilters;
  for (const name of namesIn(list?.value ?? '', lints.mode === 'helpful')) {
    const whose = { agent: agent.name };
    const properties = agent.components.configfilters.get(name);
    const component = `${agent.name}.configfilters.${name}`;
    const type = properties?.get('type');
    if (!properties) {
      errors.add(agent.name, name, 'CONFIG_ERROR');
      lints.add('LISTED_EMPTY', list ?? null, whose, { component, nearest: nearest(name, agent.components.configfilters.keys()) ?? '' });
    } else if (!type) {
      errors.add(name, 'type', 'ATTRS_MISSING');
      lints.add('TYPE_MISSING', [...properties.values()][0] ?? null, whose, { component });
    } else {
      const spec = findSpec('configfilter', type.value);
      const left = findLeftOut('configfilter', type.value);
      if (left) lints.add('TYPE_LEFT_OUT', type, whose, { component, type: type.value, instead: left.instead.join(', '), reason: left.reason });
      else if (!spec) lints.add('TYPE_UNKNOWN', type, whose, { component, type: type.value, nearest: nearest(type.value, ['env', 'external', 'vault']) ?? '' });
      else {
        const { values, problems } = readValues(spec, properties);
        const [missing] = problems.filter(({ kind }) => kind === 'missing');
        if (missing) lints.add('KEY_MISSING', type, whose, { component, key: missing.key });
        else filters.set(name, filterOf(spec.type, values as Readonly<Record<string, string>>, ports));
      }
    }
  }
  return filters;
}

const later: Filter = () => Promise.resolve(LATER);

function filterOf(type: string, values: Readonly<Record<string, string>>, ports: FilterPorts): Filter {
  switch (type) {
    case 'env': return (key) => Promise.resolve(ports.env[key] ?? null);
    case 'external': return ports.onlyLook === true ? later : (key) => firstLine(values['command'] ?? '', key, values['charset'] ?? 'UTF-8');
    default: return ports.onlyLook === true ? later : (key) => (ports.vault ? ports.vault(key) : Promise.reject(new Error('there is no vault here')));
  }
}

/** Runs `command key` without a shell; its first line is the value. */
function firstLine(command: string, key: string, charset: string): Promise<string | null> {
  const [program = '', ...words] = command.trim().split(/\s+/);
  return new Promise((resolve, reject) => {
    execFile(program, [...words, key], { encoding: 'buffer', timeout: PATIENCE_MS, maxBuffer: MOST_OUTPUT }, (error, stdout, stderr) => {
      if (error) {
        const said = stderr.toString('utf8').trim().split('\n')[0] ?? '';
        reject(new Error(error.killed === true ? `${program} did not answer within ${PATIENCE_MS / 1000} s` : said === '' ? error.message.split('\n')[0] : said));
        return;
      }
      try {
        const [line = ''] = new TextDecoder(charset).decode(stdout).split(/\r\n|\n|\r/, 1);
        resolve(stdout.length === 0 ? null : line);
      } catch {
        reject(new Error(`${charset} is not a charset`));
      }
    });
  });
}
