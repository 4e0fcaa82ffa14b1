// A live mirror of a subtree of one ensemble in another, one way. A persistent recursive watch tells what changed; whenever events may have been missed
// (a new connection, a new session) everything is compared again. Cut-over stops it, proves both sides equal, and hands the target over.
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { delay, checkCancelled } from '../../../lib/async.ts';
import { WATCH_TYPE } from '../op-codes.ts';
import type { WatchEvent } from '../client/client-types.ts';
import { isKeeper } from '../recipes/known.ts';
import { compareTrees, extras, type TreeDifference } from './compare.ts';
import { claimTarget, refuseTwoWay, type MirrorEnd } from './mirror-marker.ts';
import { MirrorWriter, type MirrorCounts, type MirrorRule } from './mirror-writer.ts';
import { raiseSequences } from './sequences.ts';
import { isSystem, walk } from './walk.ts';
import { windowed } from './window.ts';

export interface MirrorOptions {
  readonly from: MirrorEnd;
  readonly to: MirrorEnd;
  /** For nodes that stood at the target before: `keep` also keeps those that the source does not have. */
  readonly rule: MirrorRule;
  onChange?(status: MirrorStatus): void;
}

export interface MirrorStatus extends Readonly<MirrorCounts> {
  readonly state: 'starting' | 'scanning' | 'following' | 'disconnected' | 'verifying' | 'handedOver' | 'stopped' | 'failed';
  /** Paths known to have changed and not yet brought over. */
  readonly pending: number;
  /** For how long the oldest of them has been waiting, ms; 0 when nothing waits. */
  readonly lagMs: number;
  /** Zxid at the source up to which everything is here; -1 before the first scan has ended. */
  readonly zxid: number;
  readonly problem: SluiceError | null;
}

export interface CutOver {
  readonly nodes: number;
  /** Of the source when both were equal. */
  readonly zxid: number;
  /** Parents whose sequence numbers were raised so that the next sequential node is greater than all before. */
  readonly sequences: number;
}

const WINDOW = 64;
const RETRY_MS = 500;
const MOST_DIFFERENCES = 100;
/** Rounds in which something was still to be brought over, after which a cut-over is refused. */
const CUT_ROUNDS = 20;
const WRITTEN = 'the source is still written to: stop its writers first, then hand over';

export class Mirror {
  readonly #options: MirrorOptions;
  readonly #writer: MirrorWriter;
  readonly #stop = new AbortController();
  readonly #dirty = new Set<string>();
  #dirtySince = 0;
  #scanDue = true;
  #firstScan = true;
  #state: MirrorStatus['state'] = 'starting';
  #zxid = -1;
  #problem: SluiceError | null = null;
  #wake: (() => void) | null = null;
  #cutRounds = 0;
  #cut: { readonly resolve: (done: CutOver) => void; readonly reject: (error: unknown) => void } | null = null;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#writer = new MirrorWriter(options.from, options.to, options.rule);
  }

  get status(): MirrorStatus {
    return {
      ...this.#writer.counts, state: this.#state, zxid: this.#zxid, problem: this.#problem, pending: this.#dirty.size,
      lagMs: this.#dirty.size > 0 ? Math.max(0, performance.now() - this.#dirtySince) : 0,
    };
  }

  /** Nodes kept by the rule, relative to the roots: they are not mirrored. */
  get conflicts(): ReadonlySet<string> { return this.#writer.kept; }

  /** Mirrors until `stop` or a cut-over. COORD_MIRROR when it is refused, COORD_LOCK_HELD when another mirror writes there; lost connections are waited out. */
  async run(): Promise<void> {
    const { from, to } = this.#options;
    await refuseTwoWay(from, to);
    const claim = await claimTarget(from, to);
    const undo = from.client.onState((state) => {
      if (state === 'connecting' || state === 'expired') this.#show('disconnected');
      if (state === 'connected') this.#rescan(); // events may have been missed
    });
    claim.held.lost.addEventListener('abort', () => { this.#fail(SluiceError.of('COORD_MIRROR', { path: to.path, reason: 'the session with the target was lost: another mirror may begin' })); }, { once: true });
    try {
      await from.client.addWatch(from.path, 'persistentRecursive', this.#changed);
      while (!this.#stop.signal.aborted) await this.#step(claim.handedOver);
    } finally {
      undo();
      await from.client.removeWatches(from.path, WATCH_TYPE.persistentRecursive, true).catch(() => undefined);
      await claim.held.release();
      const ended = this.#problem ?? SluiceError.of('COORD_MIRROR', { path: to.path, reason: 'it was stopped' });
      this.#cut?.reject(ended);
      if (this.#state !== 'handedOver') this.#show(this.#problem ? 'failed' : 'stopped');
    }
    if (this.#problem) throw this.#problem;
  }

  stop(): void {
    this.#stop.abort();
    this.#wakeUp();
  }

  /**
   * Brings over what is due, then compares both sides. Equal and unchanged meanwhile: the mirror ends and the target is its own from now on.
   * COORD_MIRROR with what differs or that the source is still written to: then it goes on mirroring.
   */
  cutOver(): Promise<CutOver> {
    return new Promise((resolve, reject) => {
      this.#cut = { resolve, reject };
      this.#cutRounds = 0;
      this.#wakeUp();
    });
  }

  readonly #changed = (event: WatchEvent): void => {
    if (isSystem(event.path)) return;
    if (this.#dirty.size === 0) this.#dirtySince = performance.now();
    this.#dirty.add(event.path);
    this.#wakeUp();
  };

  async #step(handedOver: () => Promise<void>): Promise<void> {
    try {
      if (this.#scanDue) await this.#scan();
      else if (this.#dirty.size > 0 && this.#cutRounds < CUT_ROUNDS) await this.#bring();
      else if (this.#cut) await this.#tryCutOver(handedOver);
      else {
        this.#show('following');
        await new Promise<void>((resolve) => { this.#wake = resolve; });
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      if (!isPassing(error)) return this.#fail(error instanceof SluiceError ? error : SluiceError.of('COORD_MIRROR', { path: this.#options.from.path, reason: error instanceof Error ? error.message : String(error) }));
      this.#scanDue = true;
      await delay(RETRY_MS, this.#stop.signal).catch(() => undefined);
    }
  }

  /** Everything, parents first; then what the source does not have. */
  async #scan(): Promise<void> {
    const { from, to, rule } = this.#options;
    this.#show('scanning');
    this.#scanDue = false;
    this.#dirty.clear(); // whatever comes from now on is seen by an event
    await from.client.sync(from.path);
    const { lastZxid } = from.client;
    const first = this.#firstScan;
    const nodes = walk(from.client, from.path, { data: true, acl: true, signal: this.#stop.signal });
    for await (const _ of windowed(nodes, WINDOW, (node) => this.#writer.put(node, first).catch(parentGone))) checkCancelled(this.#stop.signal);
    if (!first || rule === 'overwrite') for await (const path of extras(from, to, this.#stop.signal)) await this.#writer.take(path);
    this.#firstScan = false;
    if (!this.#scanDue) this.#zxid = Math.max(this.#zxid, lastZxid);
    this.#show('following');
  }

  async #bring(): Promise<void> {
    const paths = [...this.#dirty].sort(); // parents before children
    this.#dirty.clear();
    const since = this.#dirtySince;
    if (this.#cut) this.#cutRounds += 1;
    const { client } = this.#options.from;
    for await (const _ of windowed(list(paths), WINDOW, (path) => this.#writer.bring(path).catch((error: unknown) => { parentGone(error); this.#scanDue = true; }))) checkCancelled(this.#stop.signal);
    if (this.#dirty.size > 0 && this.#dirtySince === since) this.#dirtySince = performance.now();
    if (this.#dirty.size === 0 && !this.#scanDue) this.#zxid = Math.max(this.#zxid, client.lastZxid);
    this.#show('following');
  }

  async #tryCutOver(handedOver: () => Promise<void>): Promise<void> {
    const { from, to } = this.#options;
    const cut = this.#cut;
    this.#cut = null;
    if (!cut) return;
    const written = (): SluiceError => SluiceError.of('COORD_MIRROR', { path: from.path, reason: WRITTEN });
    try {
      if (this.#cutRounds >= CUT_ROUNDS) {
        this.#cutRounds = 0;
        throw written();
      }
      this.#show('verifying');
      await from.client.sync(from.path);
      if (this.#dirty.size > 0 || this.#scanDue) {
        this.#cut = cut;
        this.#cutRounds += 1;
        return;
      }
      const { lastZxid } = from.client;
      const different: TreeDifference[] = [];
      let nodes = 0;
      for await (const { path, difference } of compareTrees(from, to, this.#stop.signal)) {
        nodes += 1;
        if (difference !== null && different.length < MOST_DIFFERENCES) different.push({ path, difference });
      }
      await from.client.sync(from.path);
      if (this.#dirty.size > 0 || this.#scanDue) throw written();
      if (different.length > 0) throw SluiceError.of('COORD_MIRROR', { path: from.path, reason: `both sides differ in ${different.length} nodes: ${different.slice(0, 5).map(({ path, difference }) => `${path || '/'} (${difference})`).join(', ')}` });
      const sequences = await raiseSequences(from, to, this.#stop.signal);
      await handedOver();
      this.#zxid = lastZxid;
      this.#show('handedOver');
      this.stop();
      cut.resolve({ nodes, zxid: lastZxid, sequences });
    } catch (error) {
      if (isPassing(error)) { this.#cut = cut; throw error; }
      this.#show('following');
      cut.reject(error);
    }
  }

  #rescan(): void {
    this.#scanDue = true;
    this.#wakeUp();
  }

  #fail(problem: SluiceError): void {
    this.#problem = problem;
    this.stop();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
    this.#options.onChange?.(this.status);
  }

  #show(state: MirrorStatus['state']): void {
    if (this.#stop.signal.aborted && state !== 'stopped' && state !== 'failed' && state !== 'handedOver') return;
    this.#state = state;
    this.#options.onChange?.(this.status);
  }
}

async function* list<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  for (const item of items) yield await Promise.resolve(item);
}

/** A child whose parent is not there (yet): an event, or the next scan, brings both. */
function parentGone(error: unknown): void {
  if (!isKeeper(error, 'NoNode')) throw error;
}

/** Goes away by itself: the next scan makes good for it. */
function isPassing(error: unknown): boolean {
  return isKeeper(error, 'ConnectionLoss', 'SessionExpired', 'SessionMoved', 'OperationTimeout', 'NoNode', 'NotEmpty') || (error instanceof SluiceError && (error.code === 'COORD_CONNECT' || error.code === 'COORD_SESSION_LOST' || error.code === 'COORD_CHANGED'));
}
