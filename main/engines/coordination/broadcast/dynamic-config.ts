// Where a configuration that a reconfig made is kept: the dynamic file beside zoo.cfg, and /zookeeper/config (QuorumPeer.setQuorumVerifier).
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync, openSync, fsyncSync, closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import type { NodeConfig } from '../config/node-config.ts';
import type { QuorumVerifier } from '../election/quorum-verifier.ts';
import type { Clock, Database, Report } from '../parts.ts';
import { hexZxid } from '../zxid.ts';
import { CONFIG_PATH } from './reconfig.ts';

export class DynamicConfig {
  readonly #config: NodeConfig;
  readonly #report: Report;
  readonly #clock: Clock;

  constructor(config: NodeConfig, report: Report, clock: Clock) {
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
  }

  /** The text in /zookeeper/config; its version is -1 there and its mzxid the configuration's, as real servers write it. */
  setNode(db: Database, verifier: QuorumVerifier): void {
    const node = db.tree.get(CONFIG_PATH);
    if (!node) return;
    const data = Buffer.from(verifier.text);
    if (node.data?.equals(data)) return;
    node.data = data;
    node.version = -1;
    node.mzxid = verifier.version;
    node.mtime = this.#clock.now();
    node.digest = -1;
  }

  /** The configuration proposed, in `<zoo.cfg>.dynamic.next`. */
  writeNext(verifier: QuorumVerifier): void {
    const { configFile } = this.#config;
    if (configFile !== null) this.#guard(() => { writeWhole(`${configFile}.dynamic.next`, verifier.text); });
  }

  /** The configuration in force, in `<zoo.cfg>.dynamic.<version>`, and zoo.cfg names that file. */
  write(verifier: QuorumVerifier): void {
    const { configFile } = this.#config;
    if (configFile === null) return;
    this.#guard(() => {
      const file = `${configFile}.dynamic.${hexZxid(verifier.version)}`;
      writeWhole(file, verifier.text.split('\n').filter((line) => !line.startsWith('version=')).join('\n'));
      writeWhole(configFile, pointTo(readFileSync(configFile, 'utf8'), file));
      rmSync(`${configFile}.dynamic.next`, { force: true });
    });
  }

  /** A file that cannot be written is told, and the ensemble goes on: /zookeeper/config holds the configuration too. */
  #guard(write: () => void): void {
    try {
      write();
    } catch (error) {
      const reason = (error as Error).message;
      this.#report({ type: 'warning', at: this.#clock.now(), error: SluiceError.of('COORD_DISK', { file: this.#config.configFile ?? '', reason }, error) });
    }
  }
}

/** zoo.cfg without the lines that stand in the dynamic file, which it names (QuorumPeerConfig.editStaticConfig). */
export function pointTo(text: string, file: string): string {
  const kept = text.split(/\r?\n/).filter((line) => !/^\s*(server|group|weight)\.[^=]*=|^\s*dynamicConfigFile\s*=|^\s*peerType\s*=/.test(line));
  while (kept.at(-1)?.trim() === '') kept.pop();
  return `${[...kept, `dynamicConfigFile=${file}`].join('\n')}\n`;
}

function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.tmp`;
  writeFileSync(temporary, text);
  const handle = openSync(temporary, 'r');
  try { fsyncSync(handle); } finally { closeSync(handle); }
  renameSync(temporary, file);
}
