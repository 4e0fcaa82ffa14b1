// Writes a file list as the sender does (flist.c send_file_entry, send_id_lists), protocol 30 on, never incremental.
import type { WireWriter } from '../wire/writer.ts';
import type { FileList } from './file-list.ts';
import { XMIT, carriesDevice, type ListForm } from './flags.ts';
import { isDevice, isDir, isFile, isLink, isSpecial } from './mode.ts';
import type { IdNames } from './ids.ts';

const EMPTY = Buffer.alloc(0);

/** Sends the entries, the end mark with `ioError`, and the id lists; waits where the stream asks to. */
export async function sendFileList(to: WireWriter, list: FileList, form: ListForm, ioError: number, users: IdNames, groups: IdNames): Promise<void> {
  const encoder = new EntryEncoder(to, form);
  for (let i = 0; i < list.length; i++) {
    encoder.write(list, i);
    if (to.full) await to.ready();
  }
  if (form.varintFlags) {
    to.varint(0);
    to.varint(ioError);
  } else if (ioError !== 0) {
    to.short(XMIT.EXTENDED | XMIT.IO_ERROR_ENDLIST);
    to.varint(ioError);
  } else {
    to.byte(0);
  }
  if (!form.numericIds) {
    if (form.owner) sendIds(to, encoder.uids, users, form);
    if (form.group) sendIds(to, encoder.gids, groups, form);
  }
}

function sendIds(to: WireWriter, used: ReadonlySet<number>, names: IdNames, form: ListForm): void {
  const nameOf = (id: number): Buffer => Buffer.from(names.byId.get(id) ?? '', 'latin1').subarray(0, 255);
  for (const id of used) {
    const name = nameOf(id);
    if (id === 0 || name.length === 0) continue;
    to.varint(id);
    to.byte(name.length);
    to.bytes(name);
  }
  to.varint(0);
  if (form.id0Names) {
    const root = nameOf(0);
    to.byte(root.length);
    to.bytes(root);
  }
}

class EntryEncoder {
  readonly uids = new Set<number>();
  readonly gids = new Set<number>();
  private readonly to: WireWriter;
  private readonly form: ListForm;
  private lastName: Buffer = EMPTY;
  private mode = 0;
  private mtime = 0;
  private uid = -1;
  private gid = -1;
  private major = -1;

  constructor(to: WireWriter, form: ListForm) {
    this.to = to;
    this.form = form;
  }

  write(list: FileList, i: number): void {
    const { to, form } = this;
    const name = list.name(i);
    const mode = list.mode(i);
    const mtime = list.mtime(i);
    const nsec = list.nsec(i);
    const uid = list.uid(i);
    const gid = list.gid(i);
    const withDevice = carriesDevice(form, isDevice(mode), isSpecial(mode));
    const [major, minor] = withDevice ? list.device(i) : [0, 0];

    let flags = 0;
    if (isDir(mode)) {
      if (!list.hasContent(i)) flags |= XMIT.NO_CONTENT_DIR;
      else if (name.length === 1 && name[0] === 0x2e) flags |= XMIT.TOP_DIR;
    }
    if (mode === this.mode) flags |= XMIT.SAME_MODE;
    if (!form.owner || uid === this.uid) flags |= XMIT.SAME_UID;
    if (!form.group || gid === this.gid) flags |= XMIT.SAME_GID;
    if (mtime === this.mtime && i > 0) flags |= XMIT.SAME_TIME;
    if (withDevice && major === this.major) flags |= XMIT.SAME_RDEV_MAJOR;
    if (nsec !== 0 && form.protocol >= 31) flags |= XMIT.MOD_NSEC;
    const shared = sharedPrefix(name, this.lastName);
    if (shared > 0) flags |= XMIT.SAME_NAME;
    const rest = name.length - shared;
    if (rest > 255) flags |= XMIT.LONG_NAME;
    if (i === 0) flags &= ~(XMIT.SAME_UID | XMIT.SAME_GID | XMIT.SAME_MODE) | (form.owner ? 0 : XMIT.SAME_UID) | (form.group ? 0 : XMIT.SAME_GID);

    this.flags(flags, isDir(mode));
    if (shared > 0) to.byte(shared);
    if (rest > 255) to.varint(rest);
    else to.byte(rest);
    to.bytes(name.subarray(shared));
    to.varlong(list.size(i), 3);
    if (!(flags & XMIT.SAME_TIME)) to.varlong(mtime, 4);
    if (flags & XMIT.MOD_NSEC) to.varint(nsec);
    if (!(flags & XMIT.SAME_MODE)) to.int(mode);
    if (!(flags & XMIT.SAME_UID)) to.varint(uid);
    if (!(flags & XMIT.SAME_GID)) to.varint(gid);
    if (withDevice) {
      if (!(flags & XMIT.SAME_RDEV_MAJOR)) to.varint(major);
      to.varint(minor);
      this.major = major;
    }
    if (isLink(mode)) {
      const target = list.link(i);
      to.varint(target.length);
      to.bytes(target);
    }
    if (form.digestLength > 0 && isFile(mode)) to.bytes(list.digest(i) ?? Buffer.alloc(form.digestLength));

    this.lastName = name;
    this.mode = mode;
    this.mtime = mtime;
    if (form.owner) { this.uid = uid; this.uids.add(uid); }
    if (form.group) { this.gid = gid; this.gids.add(gid); }
  }

  private flags(flags: number, dir: boolean): void {
    const { to } = this;
    if (this.form.varintFlags) {
      to.varint(flags === 0 ? XMIT.EXTENDED : flags);
      return;
    }
    const marked = (flags & 0xff) === 0 && !dir ? flags | XMIT.TOP_DIR : flags;
    if ((marked & 0xff00) !== 0 || marked === 0) to.short(marked | XMIT.EXTENDED);
    else to.byte(marked);
  }
}

function sharedPrefix(name: Uint8Array, before: Uint8Array): number {
  const limit = Math.min(name.length, before.length, 255);
  let shared = 0;
  while (shared < limit && name[shared] === before[shared]) shared += 1;
  return shared;
}
