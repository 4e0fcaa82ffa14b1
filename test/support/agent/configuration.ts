// Loads a configuration from texts, as tests of config/ do.
import { chooseAgent, type Chosen } from '../../../main/engines/agent/config/choose-agent.ts';
import type { Mode } from '../../../main/engines/agent/config/lint/lints.ts';
import { loadConfiguration, type LoadedConfiguration, type LoadOptions } from '../../../main/engines/agent/config/load.ts';

export interface Loading extends Partial<Omit<LoadOptions, 'files' | 'mode'>> {
  readonly mode?: Mode;
}

/** One text, or several by name. */
export function load(text: string | Buffer | Readonly<Record<string, string | Buffer>>, options: Loading = {}): Promise<LoadedConfiguration> {
  const texts = typeof text === 'string' || Buffer.isBuffer(text) ? { 'flume.properties': text } : text;
  return loadConfiguration({
    files: Object.entries(texts).map(([name, bytes]) => ({ name, bytes: Buffer.from(bytes as string) })),
    mode: 'helpful', env: {}, systemProperties: {}, now: 0, vault: null, ...options,
  });
}

/** "CODE@line", without those that are only hints unless they are asked for. */
export const codes = (loaded: Pick<LoadedConfiguration, 'lints'>, hints = true): string[] => loaded.lints.filter(({ severity }) => hints || severity !== 'hint').map(({ code, line }) => `${code}@${line}`);

export async function choose(text: string, name: string, options: Loading = {}): Promise<Chosen & { readonly loaded: LoadedConfiguration }> {
  const loaded = await load(text, options);
  return { ...chooseAgent(loaded, name, options.mode ?? 'helpful', 'flume.properties'), loaded };
}
