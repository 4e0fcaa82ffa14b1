// Where a configuration comes from: files, an address, a znode. Read at the start and after each change; whoever runs the agent decides what to do with it.
import type { SluiceError } from '../../../../../preload/contract/sluice-error.ts';
import type { ConfigFile } from '../text/read-files.ts';

export interface ConfigProvider {
  /** As it is shown: "a.conf, b.conf", "http://host/flume.conf". */
  readonly place: string;
  /** In the order in which they are merged. AGENT_CONFIG_SOURCE when one of them cannot be had. */
  read(signal?: AbortSignal): Promise<readonly ConfigFile[]>;
  /** One item after each change against what was read last; a change may be seen late, and several as one. Ends with the signal, never rejects. */
  changes(signal: AbortSignal): AsyncIterable<void>;
  /** What was read last is running: a backup may be made of it. AGENT_DISK. */
  accepted(): Promise<void>;
  /** Gives back what it holds; never rejects. */
  close(): Promise<void>;
}

/** Told while changes are waited for and the place cannot be reached: once, and again after it was reached. */
export type Trouble = (error: SluiceError) => void;
