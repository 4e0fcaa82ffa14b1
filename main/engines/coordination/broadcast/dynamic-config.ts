// Where a configuration that a reconfig made is kept: the dynamic file beside zoo.cfg, and /zookeeper/config (QuorumPeer.setQuorumVerifier).
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { NodeConfig } from '../config/node-config.ts';
import { writeDynamicConfig, writeNextConfig } from '../config/write-config.ts';
import type { QuorumVerifier } from '../election/quorum-verifier.ts';
import type { Clock, Database, Report } from '../parts.ts';
import { CONFIG_PATH } from './reconfig.ts';

export class DynamicConfig {
  readonly #config: NodeConfig;
  readonly #report: Report;
  readonly #clock: Clock;
  #written: Promise<unknown> = Promise.resolve();

  constructor(config: NodeConfig, report: Report, clock: Clock) {
    this.#config = config;
    this.#report = report;
    this.#clock = clock;
  }

  /** Settles when what was to be written is. */
  get written(): Promise<unknown> { return this.#written; }

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
    this.#write(() => writeNextConfig(this.#config, verifier.config));
  }

  /** The configuration in force, in `<zoo.cfg>.dynamic.<version>`, and zoo.cfg names that file. */
  write(verifier: QuorumVerifier): void {
    this.#write(() => writeDynamicConfig(this.#config, verifier.config));
  }

  /** One after the other. A file that cannot be written is told, and the ensemble goes on: /zookeeper/config holds the configuration too. */
  #write(work: () => Promise<unknown>): void {
    this.#written = this.#written.then(work).catch((error: unknown) => {
      this.#report({ type: 'warning', at: this.#clock.now(), error: SluiceError.of('COORD_DISK', { file: this.#config.configFile ?? '', reason: codeOf(error) }, error) });
    });
  }
}
