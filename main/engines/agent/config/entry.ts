// One property of a configuration with where it stands and how it is written; a Property to those who run it.
import type { Property } from './agent-config.ts';

export interface Entry extends Property {
  /** The whole of it: "a1.sources.r1.type". */
  readonly key: string;
  /** Below the component, or below what stands above it. */
  readonly local: string;
  /** Of its last line. */
  readonly lastLine: number;
  /** As it is written, before references and filters. */
  readonly written: string;
  /** A filter puts its value there when it runs: what it is cannot be judged now. */
  readonly pending?: true;
  /** A filter has put its value there, which may be a secret: it is not shown. */
  readonly filtered?: true;
}

/** In the order of the files. */
export type Entries = ReadonlyMap<string, Entry>;
