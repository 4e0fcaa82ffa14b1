// The flags before each entry of a file list (rsync.h XMIT_*), and what both sides have agreed on about the list.

export const XMIT = {
  TOP_DIR: 0x01, SAME_MODE: 0x02, EXTENDED: 0x04, SAME_UID: 0x08, SAME_GID: 0x10, SAME_NAME: 0x20, LONG_NAME: 0x40, SAME_TIME: 0x80,
  SAME_RDEV_MAJOR: 0x100, NO_CONTENT_DIR: 0x100, HLINKED: 0x200, USER_NAME: 0x400, GROUP_NAME: 0x800, HLINK_FIRST: 0x1000,
  IO_ERROR_ENDLIST: 0x1000, MOD_NSEC: 0x2000, SAME_ATIME: 0x4000, CRTIME_EQ_MTIME: 0x20000,
} as const;

export interface ListForm {
  readonly protocol: number;
  /** Flags as varints (the `v` capability). */
  readonly varintFlags: boolean;
  /** The name of id 0 follows its list. */
  readonly id0Names: boolean;
  readonly links: boolean;
  readonly devices: boolean;
  readonly specials: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly numericIds: boolean;
  /** Length of the digest of each regular file, 0 without -c. */
  readonly digestLength: number;
}

/** Does an entry of this mode carry device numbers? */
export function carriesDevice(form: ListForm, device: boolean, special: boolean): boolean {
  return (form.devices && device) || (form.specials && special && form.protocol < 31);
}
