// Reads a node's configuration from its files, or from keys in memory; errors come as COORD_CONFIG or COORD_MYID with file and line.
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import { buildConfig, type ConfigSource } from './build-config.ts';
import { bareKey } from './keys.ts';
import { Lints, type Lint } from './lint.ts';
import type { NodeConfig } from './node-config.ts';
import { parseProperties, type PropertiesFile, type Property } from '../../../lib/java-properties.ts';

/** No real configuration comes near it. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface ReadConfig {
  readonly config: NodeConfig;
  /** Warnings and notes; errors have been thrown. */
  readonly lints: readonly Lint[];
}

/**
 * All that is wrong with a configuration file, errors too; `config` is null when there are some. Does not throw.
 * @param overrides keys that take the place of those in the file.
 */
export function lintNodeConfig(file: string, overrides: Readonly<Record<string, string>> = {}): { readonly config: NodeConfig | null; readonly lints: readonly Lint[] } {
  const path = resolve(file);
  const lints = new Lints(path);
  const found = load(path, lints, null);
  if (!found) return { config: null, lints: lints.all };
  const given = Object.entries(overrides).map(([key, value]): Property => ({ key, value, line: 0, lastLine: 0, lostBackslash: false }));
  const properties = [...found.properties.filter(({ key }) => !Object.hasOwn(overrides, bareKey(key))), ...given];
  return finish({ configFile: path, properties, text: found.text, ...dynamicOf(properties, lints), myid: (dataDir) => textOf(join(dataDir, 'myid')) }, lints);
}

/** The configuration of a zoo.cfg. Throws COORD_CONFIG or COORD_MYID for the first error. */
export function readNodeConfig(file: string, overrides: Readonly<Record<string, string>> = {}): Promise<ReadConfig> {
  return new Promise((done) => { done(sure(lintNodeConfig(file, overrides))); });
}

/**
 * The same from keys in memory, for the embedded node and tests: `{ dataDir: '/x', clientPort: 2181 }`.
 * @param myid instead of the file; left out, the file in dataDir counts.
 * @param name what lints and errors call the place of the keys.
 */
export function nodeConfigOf(keys: Readonly<Record<string, string | number | boolean>>, myid?: number | null, name = '(memory)'): ReadConfig {
  const lints = new Lints(name);
  const properties = Object.entries(keys).map(([key, value], i): Property => ({ key, value: String(value), line: i + 1, lastLine: i + 1, lostBackslash: false }));
  const text = properties.map(({ key, value }) => `${key}=${value}\n`).join('');
  return sure(finish({ configFile: null, properties, text, dynamic: null, myid: (dataDir) => (myid === undefined || myid === null ? textOf(join(dataDir, 'myid')) : String(myid)) }, lints));
}

function finish(source: ConfigSource, lints: Lints): { readonly config: NodeConfig | null; readonly lints: readonly Lint[] } {
  const config = buildConfig(source, lints);
  const inOrder = lints.all.toSorted((a, b) => Number(a.file !== lints.file) - Number(b.file !== lints.file) || a.line - b.line);
  return { config: lints.firstError ? null : config, lints: inOrder };
}

function sure({ config, lints }: { readonly config: NodeConfig | null; readonly lints: readonly Lint[] }): ReadConfig {
  if (config) return { config, lints };
  throw configError(lints.find((lint) => lint.severity === 'error') as Lint);
}

/** A lint as the error that stops the node. */
function configError(lint: Lint): SluiceError {
  const reason = `${lint.what}. ${lint.why}`;
  return lint.myid ? SluiceError.of('COORD_MYID', { file: lint.file, reason }) : SluiceError.of('COORD_CONFIG', { file: lint.file, line: lint.line, reason });
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Null when it cannot be read, with a lint at `at` of the file that named it. */
function load(path: string, lints: Lints, at: Property | null): (PropertiesFile & { readonly text: string }) | null {
  try {
    if (statSync(path).size > MAX_BYTES) {
      lints.error(at, { what: `${path} is larger than 4 MiB`, why: 'That is no configuration.', fix: 'Name the right file.' });
      return null;
    }
    const bytes = readFileSync(path);
    const found = parseProperties(bytes);
    for (const { line, text } of found.broken) lints.error({ key: '', line }, { what: `\\u without four hex digits in "${text.slice(0, 60)}"`, why: 'In a properties file \\u begins a character.', fix: 'Write \\\\u for the two letters.' }, path);
    return { ...found, text: bytes.toString('utf8') };
  } catch (error) {
    lints.error(at, { what: `${path} cannot be read`, why: codeOf(error), fix: 'Correct the path, or give this account the right to read it.' });
    return null;
  }
}

function dynamicOf(properties: readonly Property[], lints: Lints): Pick<ConfigSource, 'dynamic'> {
  const named = properties.findLast(({ key }) => key === 'dynamicConfigFile');
  if (!named) return { dynamic: null };
  const file = resolve(named.value);
  const found = load(file, lints, named);
  return { dynamic: { file, properties: found?.properties ?? [], version: versionFromName(file) } };
}

/** `zoo.cfg.dynamic.100000005` is version 0x100000005; a name without one is version 0 (getVersionFromFilename). */
function versionFromName(file: string): number {
  const end = /\.([0-9a-fA-F]{1,13})$/.exec(file)?.[1];
  return end === undefined ? 0 : Number.parseInt(end, 16);
}
