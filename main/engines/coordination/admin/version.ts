// The version that srvr, mntr and the AdminServer name: the release of ZooKeeper whose answers these are, and that it is not that server.
import { statSync } from 'node:fs';

const ZOOKEEPER_RELEASE = '3.9.5';

function builtOn(): string {
  try {
    return statSync(import.meta.filename).mtime.toISOString().slice(0, 16).replace('T', ' ');
  } catch {
    return '1970-01-01 00:00';
  }
}

/** `3.9.5-sluice, built on 2026-11-25 20:18 UTC`: clients take the three numbers before the dash. The date is that of the program's file. */
export const FULL_VERSION: string = `${ZOOKEEPER_RELEASE}-sluice, built on ${builtOn()} UTC`;
