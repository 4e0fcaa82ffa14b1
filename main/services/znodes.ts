// Use cases of znodes: reading goes through as it is; everything that writes is asked of the cluster first, which refuses until changes
// are allowed for this session.
import type { DeletePlan, WatchHit, ZnodeAcl, ZnodeChange, ZnodeChild, ZnodeDetail, ZnodeStat, ZnodeVersion } from '../../preload/contract/cluster.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import type { ClustersService } from './clusters.ts';

/** Bytes of one import, and how many may be half received at a time. */
const IMPORT_LIMIT = 64 * 1024 * 1024;
const UPLOADS = 4;

export class ZnodesService {
  readonly #clusters: ClustersService;
  readonly #uploads = new Map<string, { readonly parts: Uint8Array[]; bytes: number }>();

  constructor(clusters: ClustersService) {
    this.#clusters = clusters;
  }

  async children(input: { id: string; path: string; filter: string; offset: number; limit: number; locate: string[] }, signal: AbortSignal): Promise<{ children: ZnodeChild[]; total: number; of: number; places: number[] }> {
    return (await this.#clusters.engine(input.id)).children(input, signal);
  }

  async *changes(id: string, signal: AbortSignal): AsyncGenerator<ZnodeChange, void, undefined> {
    yield* (await this.#clusters.engine(id)).changes({ id }, signal);
  }

  async read(id: string, path: string, signal: AbortSignal): Promise<ZnodeDetail> {
    return (await this.#clusters.engine(id)).read({ id, path }, signal);
  }

  async save(input: { id: string; path: string; data: Uint8Array; gzip: boolean; version: number }, signal: AbortSignal): Promise<ZnodeStat> {
    return (await this.#clusters.writable(input.id)).save(input, signal);
  }

  async create(input: { id: string; path: string; data: Uint8Array; kind: 'persistent' | 'ephemeral' | 'container' | 'ttl'; sequential: boolean; ttlMs: number | null }, signal: AbortSignal): Promise<{ path: string }> {
    return (await this.#clusters.writable(input.id)).create(input, signal);
  }

  async delete(input: { id: string; path: string; version: number }, signal: AbortSignal): Promise<void> {
    await (await this.#clusters.writable(input.id)).delete(input, signal);
  }

  /** Looking is free; only the deletion itself needs the permission. */
  async deletePlan(id: string, path: string, signal: AbortSignal): Promise<DeletePlan> {
    return (await this.#clusters.engine(id)).deletePlan({ id, path }, signal);
  }

  async deleteTree(input: { id: string; path: string; token: string }, signal: AbortSignal): Promise<{ deleted: number }> {
    return (await this.#clusters.writable(input.id)).deleteTree(input, signal);
  }

  async setAcl(input: { id: string; path: string; acl: ZnodeAcl[]; aversion: number }, signal: AbortSignal): Promise<ZnodeStat> {
    return (await this.#clusters.writable(input.id)).setAcl(input, signal);
  }

  async *watch(input: { id: string; path: string; below: boolean }, signal: AbortSignal): AsyncGenerator<{ hits: WatchHit[]; dropped: number }, void, undefined> {
    yield* (await this.#clusters.engine(input.id)).watch(input, signal);
  }

  async versions(id: string, path: string, signal: AbortSignal): Promise<{ versions: ZnodeVersion[] | null }> {
    return (await this.#clusters.engine(id)).versions({ id, path }, signal);
  }

  async export(id: string, path: string, signal: AbortSignal): Promise<{ data: Uint8Array; count: number }> {
    return (await this.#clusters.engine(id)).export({ id, path }, signal);
  }

  /** Keeps the parts of an upload until its last; COORD_ARCHIVE past 64 MiB. */
  async import(input: { id: string; path: string; upload: string; data: Uint8Array; last: boolean; overwrite: boolean }, signal: AbortSignal): Promise<{ created: number; updated: number; skipped: number }> {
    const engine = await this.#clusters.writable(input.id);
    const upload = this.#uploads.get(input.upload) ?? { parts: [], bytes: 0 };
    upload.parts.push(Uint8Array.from(input.data));
    upload.bytes += input.data.byteLength;
    this.#uploads.delete(input.upload);
    if (upload.bytes > IMPORT_LIMIT) throw SluiceError.of('COORD_ARCHIVE', { file: input.path, reason: `> ${IMPORT_LIMIT} B` });
    if (!input.last) {
      this.#uploads.set(input.upload, upload);
      const [oldest] = this.#uploads.keys();
      if (this.#uploads.size > UPLOADS && oldest !== undefined) this.#uploads.delete(oldest);
      return { created: 0, updated: 0, skipped: 0 };
    }
    return engine.import({ id: input.id, path: input.path, data: Buffer.concat(upload.parts), overwrite: input.overwrite }, signal);
  }
}
