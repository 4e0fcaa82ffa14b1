// The type bits of a Unix mode.

export const S_IFMT = 0o170000;
const TYPES = { fifo: 0o010000, char: 0o020000, dir: 0o040000, block: 0o060000, file: 0o100000, link: 0o120000, socket: 0o140000 } as const;

export const isDir = (mode: number): boolean => (mode & S_IFMT) === TYPES.dir;
export const isFile = (mode: number): boolean => (mode & S_IFMT) === TYPES.file;
export const isLink = (mode: number): boolean => (mode & S_IFMT) === TYPES.link;
/** A device has a major and a minor number. */
export const isDevice = (mode: number): boolean => (mode & S_IFMT) === TYPES.char || (mode & S_IFMT) === TYPES.block;
/** A fifo or a socket. */
export const isSpecial = (mode: number): boolean => (mode & S_IFMT) === TYPES.fifo || (mode & S_IFMT) === TYPES.socket;
export const isFifo = (mode: number): boolean => (mode & S_IFMT) === TYPES.fifo;
export const isChar = (mode: number): boolean => (mode & S_IFMT) === TYPES.char;

const KNOWN: ReadonlySet<number> = new Set(Object.values(TYPES));
export const isKnownType = (mode: number): boolean => KNOWN.has(mode & S_IFMT);
