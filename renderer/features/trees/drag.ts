// What is being dragged, within the window or from the desktop. The data of a drag may not be read before the drop,
// so a drag of our own is remembered here.
import type { PathShown } from '../../../preload/contract/domain.ts';
import { desktop } from '../../data/connect.ts';

const TYPE = 'application/x-sluice-folder';
let carried: PathShown | null = null;

export function startDrag(event: DragEvent | React.DragEvent, folder: PathShown): void {
  carried = folder;
  event.dataTransfer?.setData(TYPE, folder.path);
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'copyLink';
}

export function endDrag(): void {
  carried = null;
}

/** True for a folder of ours, and for files of the desktop where the host knows their paths. */
export function isWelcome(event: React.DragEvent): boolean {
  return event.dataTransfer.types.includes(TYPE) ? carried !== null : desktop() !== null && event.dataTransfer.types.includes('Files');
}

export type Dropped = { readonly kind: 'folder'; readonly folder: PathShown } | { readonly kind: 'path'; readonly path: string };

export function dropped(event: React.DragEvent): Dropped | null {
  if (carried && event.dataTransfer.types.includes(TYPE)) {
    const folder = carried;
    carried = null;
    return { kind: 'folder', folder };
  }
  const file = event.dataTransfer.files[0];
  const path = file ? desktop()?.pathForFile(file) : undefined;
  return path ? { kind: 'path', path } : null;
}
