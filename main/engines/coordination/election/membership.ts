// The ensemble as this server knows it: the configuration in force, and the one that a reconfig has proposed and not yet committed.
import type { QuorumServer } from '../config/node-config.ts';
import type { QuorumVerifier } from './quorum-verifier.ts';

export class Membership {
  readonly myid: number;
  /** Whether config versions count; without it the configuration of the start stays. */
  readonly reconfigEnabled: boolean;
  #current: QuorumVerifier;
  #lastSeen: QuorumVerifier;
  #deciders: readonly QuorumVerifier[];

  constructor(myid: number, current: QuorumVerifier, reconfigEnabled: boolean) {
    this.myid = myid;
    this.reconfigEnabled = reconfigEnabled;
    this.#current = current;
    this.#lastSeen = current;
    this.#deciders = [current];
  }

  get current(): QuorumVerifier { return this.#current; }
  /** The newest one proposed; the current one when none is under way. */
  get lastSeen(): QuorumVerifier { return this.#lastSeen; }
  /** Those that all must have a quorum now. The same array until something changes. */
  get deciders(): readonly QuorumVerifier[] { return this.#deciders; }

  /** Notes a proposed configuration; an older one than the last is not noted. */
  propose(next: QuorumVerifier): void {
    if (!this.reconfigEnabled || next.version <= this.#lastSeen.version) return;
    this.#lastSeen = next;
    this.#decide();
  }

  /** Puts a configuration in force; false when it is not newer. */
  activate(next: QuorumVerifier): boolean {
    if (!this.reconfigEnabled || next.version <= this.#current.version) return false;
    this.#current = next;
    if (next.version > this.#lastSeen.version) this.#lastSeen = next;
    this.#decide();
    return true;
  }

  #decide(): void {
    this.#deciders = this.#lastSeen.version > this.#current.version ? [this.#current, this.#lastSeen] : [this.#current];
  }

  /** Whether `sids` are a quorum of every configuration that counts now. */
  isQuorum(sids: ReadonlySet<number>): boolean {
    return this.#deciders.every((verifier) => verifier.isQuorum(sids));
  }

  isVoter(sid: number): boolean {
    return this.#deciders.some((verifier) => verifier.voters.has(sid));
  }

  /** Voters of the current and the proposed configuration. */
  voters(): Set<number> {
    return new Set(this.#deciders.flatMap((verifier) => [...verifier.voters]));
  }

  /** Where a server is, by the newest configuration that names it. */
  server(sid: number): QuorumServer | undefined {
    return this.#current.server(sid) ?? this.#lastSeen.server(sid);
  }
}
