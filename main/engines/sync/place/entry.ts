// One entry of a folder as the engine gives it, and the order in which a tree shows them.
import type { z } from 'zod';
import type { RawEntry as RawEntrySchema } from '../api.ts';

export type RawEntry = z.output<typeof RawEntrySchema>;

export interface ListedFolder {
  readonly entries: RawEntry[];
  readonly more: number;
}

export interface Root {
  readonly path: Buffer;
  readonly name: string;
}

/** Folders before all else, then by the bytes of the name. */
export function byKindAndName(a: { readonly name: Uint8Array; readonly kind: RawEntry['kind'] }, b: { readonly name: Uint8Array; readonly kind: RawEntry['kind'] }): number {
  if ((a.kind === 'dir') !== (b.kind === 'dir')) return a.kind === 'dir' ? -1 : 1;
  return Buffer.compare(a.name, b.name);
}
