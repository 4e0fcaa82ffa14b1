// Where a source keeps how far it came: entries by name, one a file that it reads, changed a few at a time. What an entry says is the source's own.

export interface StoredPlaces {
  /** Made when the store is: marks in channels that speak of an earlier store are not of it. */
  readonly generation: string;
  /** Of the last commit whose changes are in. */
  readonly number: number;
  readonly entries: ReadonlyMap<string, string>;
}

/** By entry; null takes it away. */
export type PlaceChanges = ReadonlyMap<string, string | null>;

export interface PlaceStore {
  /** For errors. */
  readonly name: string;
  /** Before all else, once. Makes the store where there is none. AGENT_PLACE when it cannot be read or is in use elsewhere. */
  load(signal: AbortSignal): Promise<StoredPlaces>;
  /** All changes or none, after a crash too; one call at a time. AGENT_PLACE when someone else wrote since, AGENT_DISK. */
  save(number: number, changes: PlaceChanges): Promise<void>;
  close(): Promise<void>;
}
