// Use cases of files: roots, listings, typed and dropped paths, new folders. Whatever goes to the screen goes as a
// handle; the only free-form paths accepted are those a person typed or dropped, and they must name a folder.
import type { FileEntry, Listing, PathRef, PathShown, PlaceId } from '../../preload/contract/domain.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { joinPath, parentOf, showName, showText } from '../lib/bytes.ts';
import type { Location } from '../store/syncs.ts';
import type { EngineSource } from './engine-source.ts';
import { trimSlashes, type PathRefs } from './path-refs.ts';
import type { ServersService } from './servers.ts';

/** Handles signed before other work gets its turn. */
const BATCH = 500;

export class FilesService {
  private readonly refs: PathRefs;
  private readonly servers: ServersService;
  private readonly engines: EngineSource;

  constructor(deps: { readonly refs: PathRefs; readonly servers: ServersService; readonly engines: EngineSource }) {
    this.refs = deps.refs;
    this.servers = deps.servers;
    this.engines = deps.engines;
  }

  async roots(place: PlaceId, signal: AbortSignal): Promise<PathShown[]> {
    const roots = await this.servers.noticing(place, async () => {
      const engine = await this.engines.engine();
      return engine.roots({ place: await this.servers.place(place) }, signal);
    });
    return roots.map((root) => ({ ...this.refs.shown({ place, path: trimSlashes(root.path) }), name: root.name }));
  }

  /** At most `limit` entries; `more` counts the rest. PATH_*, SSH_*. */
  async list(ref: PathRef, limit: number, signal: AbortSignal): Promise<Listing> {
    const at = this.refs.open(ref);
    const { entries, more } = await this.servers.noticing(at.place, async () => {
      const engine = await this.engines.engine();
      return engine.list({ at: { place: await this.servers.place(at.place), path: at.path }, limit }, signal);
    });
    const shown: FileEntry[] = [];
    for (const entry of entries) {
      const name = Buffer.from(entry.name);
      shown.push({
        ref: this.refs.issue({ place: at.place, path: joinPath(at.path, name) }),
        name: showName(name), kind: entry.kind, size: entry.size, mtime: entry.mtime, mode: entry.mode, hidden: name[0] === 0x2e,
        target: entry.target === null ? null : showName(entry.target), opens: entry.opens,
      });
      if (shown.length % BATCH === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const parent = at.path.length > 1 ? this.refs.issue({ place: at.place, path: parentOf(at.path) }) : null;
    return { at: this.refs.shown(at), parent, entries: shown, more };
  }

  /** A typed path: absolute, or `~`, `~/...` and relative ones below the home folder. */
  async resolve(place: PlaceId, path: string, signal: AbortSignal): Promise<PathShown> {
    if (path.includes('\0')) throw SluiceError.of('PATH_NOT_FOUND', { path: showText(path), place: this.servers.nameOf(place) });
    return this.servers.noticing(place, async () => {
      const engine = await this.engines.engine();
      const where = await this.servers.place(place);
      let bytes = Buffer.from(path, 'utf8');
      if (bytes[0] !== 0x2f) {
        const home = (await engine.roots({ place: where }, signal))[0];
        const below = path === '~' ? '' : path.startsWith('~/') ? path.slice(2) : path;
        bytes = Buffer.from(joinPath(home ? Buffer.from(home.path) : Buffer.from('/'), Buffer.from(below, 'utf8')));
      }
      const folder = await engine.folder({ at: { place: where, path: trimSlashes(bytes) } }, signal);
      return this.refs.shown({ place, path: trimSlashes(folder.path) });
    });
  }

  async makeFolder(parent: PathRef, name: string, signal: AbortSignal): Promise<PathShown> {
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw SluiceError.of('PATH_BAD_NAME', { name: showText(name) });
    const at = this.refs.open(parent);
    const made: Location = { place: at.place, path: joinPath(at.path, Buffer.from(name, 'utf8')) };
    await this.servers.noticing(at.place, async () => {
      const engine = await this.engines.engine();
      await engine.makeFolder({ at: { place: await this.servers.place(made.place), path: made.path } }, signal);
    });
    return this.refs.shown(made);
  }
}
