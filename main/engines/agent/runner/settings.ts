// The agent's own settings, below `a1.sluice.`; what cannot be meant counts as not there, and stands in the lints.
import { AGENT_KEYS } from '../../../../preload/contract/agent/specs/ours.ts';
import { readValue } from '../components/read-values.ts';
import type { AgentConfig } from '../config/agent-config.ts';

export interface AgentSettings {
  /** zk1:2181/path of the lock that one process holds at a time. */
  readonly exclusive: string | null;
  /** Events of each edge that are kept. */
  readonly provenance: number;
  readonly deadLetters: boolean;
}

export function settingsOf({ settings }: AgentConfig): AgentSettings {
  const read = (key: keyof typeof AGENT_KEYS): unknown => {
    const at = settings?.get(key);
    return at === undefined ? AGENT_KEYS[key].default : readValue(key, AGENT_KEYS[key], at).value;
  };
  return { exclusive: read('exclusive') as string | null, provenance: read('provenance') as number, deadLetters: read('deadLetters') as boolean };
}
