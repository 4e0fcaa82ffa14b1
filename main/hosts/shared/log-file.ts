// A log file of bounded size: when it is full it becomes NAME.1, and what was NAME.1 is gone.
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 1024 * 1024;

export interface LogFile {
  /** Never throws: a full disk is no reason to fail what is logged. */
  write(bytes: Uint8Array | string): void;
  close(): void;
}

/** Opens `file` for appending, with mode 0600; twice `maxBytes` is the most that is kept. */
export function logFile(file: string, maxBytes = MAX_BYTES): LogFile {
  let fd: number | null = null;
  let size = 0;
  const open = (): number => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    fd = openSync(file, 'a', 0o600);
    size = fstatSync(fd).size;
    return fd;
  };
  const close = (): void => {
    if (fd !== null) closeSync(fd);
    fd = null;
  };
  return {
    write(bytes) {
      try {
        let at = fd ?? open();
        if (size >= maxBytes) {
          close();
          renameSync(file, `${file}.1`);
          at = open();
        }
        const data = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
        size += writeSync(at, data);
      } catch {
        // nowhere to say it
      }
    },
    close,
  };
}
