// A subtree copied: within one ensemble, or from one to another.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { CoordinationClient } from '../client/client-types.ts';
import { exportNodes, type ExportOptions } from './export.ts';
import { importNodes, type ImportOptions, type ImportReport } from './import.ts';

export interface CopyEnd {
  readonly client: CoordinationClient;
  readonly path: string;
}

/** COORD_KEEPER when a tree would be copied into itself: it would never end. */
export function copyTree(from: CopyEnd, to: CopyEnd, options: ImportOptions & ExportOptions): Promise<ImportReport> {
  const below = from.path === '/' ? '/' : `${from.path}/`;
  if (from.client === to.client && (to.path === from.path || to.path.startsWith(below))) throw SluiceError.of('COORD_KEEPER', { error: `it lies within ${from.path}, which would be copied into itself`, path: to.path });
  return importNodes(to.client, to.path, exportNodes(from.client, from.path, options), options);
}
