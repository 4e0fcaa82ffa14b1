// Fills the digest column of a list, as a sender under -c must.
import { readFileSync } from 'node:fs';
import { openDigests, type ChecksumName } from '../../../main/engines/sync/checksum/digests.ts';
import type { FileList } from '../../../main/engines/sync/flist/file-list.ts';
import { isFile } from '../../../main/engines/sync/flist/mode.ts';

export async function openFileDigests(list: FileList, root: string, name: ChecksumName): Promise<void> {
  const digests = await openDigests(name, 0);
  for (let i = 0; i < list.length; i++) {
    if (!isFile(list.mode(i))) continue;
    const digest = digests.file();
    digest.update(readFileSync(Buffer.concat([Buffer.from(`${root}/`), list.name(i)])));
    list.setDigest(i, digest.digest());
  }
}
