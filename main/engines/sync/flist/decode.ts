// Reads a file list as the receiver does (flist.c recv_file_entry, recv_id_list), protocol 30 on, never incremental.
// Whatever a hostile sender could put in is refused here: see SPEC.md, F.
import { violation, type WireReader } from '../wire/reader.ts';
import { showName } from '../../../lib/bytes.ts';
import { FileList, type FileEntry } from './file-list.ts';
import { XMIT, carriesDevice, type ListForm } from './flags.ts';
import { isDevice, isDir, isFile, isKnownType, isLink, isSpecial } from './mode.ts';

const MAX_PATH = 4096;
const MAX_ENTRIES = 200_000_000;

export interface ReceivedList {
  readonly list: FileList;
  readonly ioError: number;
  /** Names of the ids as the sender knows them. */
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** Reads entries to the end mark and the id lists; the list comes back sorted. `allowed` answers whether a name was asked for. */
export async function receiveFileList(from: WireReader, form: ListForm, allowed: (name: Buffer, dir: boolean) => boolean, seen?: (count: number) => void): Promise<ReceivedList> {
  const decoder = new EntryDecoder(from, form);
  const list = new FileList();
  let ioError = 0;
  for (;;) {
    const next = await from.atomically(() => decoder.read());
    if ('end' in next) { ioError = next.end & 0x7; break; }
    if (list.length >= MAX_ENTRIES) throw violation(`file list of more than ${MAX_ENTRIES} entries`);
    if (!allowed(next.name as Buffer, isDir(next.mode))) throw violation(`unrequested name ${showName(next.name)} in the file list`);
    list.add(next);
    if ((list.length & 0x3ff) === 0) seen?.(list.length);
  }
  seen?.(list.length);
  const users = !form.numericIds && form.owner ? await readIds(from, form) : new Map<number, string>();
  const groups = !form.numericIds && form.group ? await readIds(from, form) : new Map<number, string>();
  list.sort();
  return { list, ioError, users, groups };
}

async function readIds(from: WireReader, form: ListForm): Promise<Map<number, string>> {
  const names = new Map<number, string>();
  for (;;) {
    const more = await from.atomically(() => {
      const id = from.varint();
      if (id === 0 && !form.id0Names) return false;
      const name = from.bytes(from.byte()).toString('latin1');
      if (name !== '') names.set(id >>> 0, name);
      return id !== 0;
    });
    if (!more) return names;
    if (names.size > 1_000_000) throw violation('id list of more than 1000000 names');
  }
}

/** Refuses a name that could leave the root or that no file system has. */
function checkName(name: Buffer): void {
  const bad = (why: string): never => { throw violation(`name ${showName(name)} in the file list ${why}`); };
  if (name.length === 0) bad('is empty');
  if (name[0] === 0x2f) bad('is absolute');
  if (name.includes(0)) bad('holds a NUL');
  if (name.length === 1 && name[0] === 0x2e) return;
  let start = 0;
  while (start <= name.length) {
    const slash = name.indexOf(0x2f, start);
    const end = slash === -1 ? name.length : slash;
    const length = end - start;
    if (length === 0) bad('has an empty part');
    if (length === 1 && name[start] === 0x2e) bad('has a part "."');
    if (length === 2 && name[start] === 0x2e && name[start + 1] === 0x2e) bad('has a part ".."');
    start = end + 1;
  }
}

class EntryDecoder {
  private readonly from: WireReader;
  private readonly form: ListForm;
  private name: Buffer = Buffer.alloc(0);
  private mode = 0;
  private mtime = 0;
  private uid = 0;
  private gid = 0;
  private major = 0;

  constructor(from: WireReader, form: ListForm) {
    this.from = from;
    this.form = form;
  }

  /** One entry or the end mark; within `atomically`: nothing changes before the last byte was read. */
  read(): FileEntry | { readonly end: number } {
    const { from, form } = this;
    const flags = this.flags();
    if (flags === 0) return { end: form.varintFlags ? from.varint() : 0 };
    if (!form.varintFlags && flags === (XMIT.EXTENDED | XMIT.IO_ERROR_ENDLIST)) return { end: from.varint() };

    const shared = flags & XMIT.SAME_NAME ? from.byte() : 0;
    const rest = flags & XMIT.LONG_NAME ? from.varint() : from.byte();
    if (shared > this.name.length || rest < 0 || shared + rest >= MAX_PATH) throw violation(`name of ${shared} + ${rest} bytes in the file list, want less than ${MAX_PATH}`);
    const name = Buffer.concat([this.name.subarray(0, shared), from.view(rest)]);
    checkName(name);
    const size = from.varlong(3);
    if (size < 0) throw violation(`size ${size} of ${showName(name)}`);
    const mtime = flags & XMIT.SAME_TIME ? this.mtime : from.varlong(4);
    const nsec = flags & XMIT.MOD_NSEC ? from.varint() : 0;
    if (nsec < 0 || nsec > 999_999_999) throw violation(`nanoseconds ${nsec} of ${showName(name)}`);
    const mode = flags & XMIT.SAME_MODE ? this.mode : from.int() >>> 0;
    if (!isKnownType(mode)) throw violation(`mode ${mode.toString(8)} of ${showName(name)}`);
    if (name.length === 1 && name[0] === 0x2e && !isDir(mode)) throw violation('"." is not a folder in the file list');
    if (flags & XMIT.HLINKED && !isDir(mode)) throw violation(`hard link ${showName(name)} that was not asked for`);
    const uid = this.id(flags, XMIT.SAME_UID, XMIT.USER_NAME, form.owner, this.uid);
    const gid = this.id(flags, XMIT.SAME_GID, XMIT.GROUP_NAME, form.group, this.gid);
    let major = this.major;
    let minor = 0;
    if (carriesDevice(form, isDevice(mode), isSpecial(mode))) {
      if (!(flags & XMIT.SAME_RDEV_MAJOR)) major = from.varint();
      minor = from.varint();
    }
    let link: Buffer | undefined;
    if (isLink(mode) && form.links) {
      const length = from.varint();
      if (length <= 0 || length >= MAX_PATH) throw violation(`link target of ${length} bytes at ${showName(name)}`);
      link = from.bytes(length);
    }
    const digest = form.digestLength > 0 && isFile(mode) ? from.bytes(form.digestLength) : undefined;

    this.name = name;
    this.mtime = mtime;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.major = major;
    return {
      name, mode, size, mtime, nsec, uid, gid,
      ...(link ? { link } : {}), ...(isDevice(mode) ? { major, minor } : {}), ...(digest ? { digest } : {}),
      ...(isDir(mode) && flags & XMIT.NO_CONTENT_DIR ? { noContent: true } : {}),
    };
  }

  private id(flags: number, same: number, named: number, kept: boolean, before: number): number {
    if (!kept || flags & same) return before;
    const id = this.from.varint() >>> 0;
    if (flags & named) this.from.view(this.from.byte());
    return id;
  }

  private flags(): number {
    const { from } = this;
    if (this.form.varintFlags) return from.varint() >>> 0;
    const low = from.byte();
    return low & XMIT.EXTENDED ? low | (from.byte() << 8) : low;
  }
}
