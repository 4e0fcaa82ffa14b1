// currentEpoch and acceptedEpoch: what a member of an ensemble has promised. A crash leaves the old figure or the new one.
import { join } from 'node:path';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { codeOf } from '../../../lib/errno.ts';
import type { EpochFiles } from '../parts.ts';
import type { Disk } from '../../../lib/disk/disk.ts';
import { epochOf, showZxid } from '../zxid.ts';

const CURRENT = 'currentEpoch';
const ACCEPTED = 'acceptedEpoch';
const TEMPORARY = '.tmp';
/** More than any decimal long. */
const MOST_TEXT = 64;

export class EpochStore implements EpochFiles {
  readonly #disk: Disk;
  readonly #dir: string;
  #current = -1;
  #accepted = -1;

  private constructor(disk: Disk, dir: string) {
    this.#disk = disk;
    this.#dir = dir;
  }

  /** COORD_EPOCH when a file holds no number. */
  static async open(disk: Disk, dir: string): Promise<EpochStore> {
    const store = new EpochStore(disk, dir);
    store.#current = (await store.#read(CURRENT)) ?? -1;
    store.#accepted = (await store.#read(ACCEPTED)) ?? -1;
    return store;
  }

  get current(): number { return this.#current; }
  get accepted(): number { return this.#accepted; }

  async setCurrent(epoch: number): Promise<void> {
    await this.#write(CURRENT, epoch);
    this.#current = epoch;
  }

  async setAccepted(epoch: number): Promise<void> {
    await this.#write(ACCEPTED, epoch);
    this.#accepted = epoch;
  }

  /**
   * What a member does before its first election (QuorumPeer.loadDataBase): a server that has never been in an ensemble begins
   * with the epoch of its data. COORD_EPOCH when one of the files is lost, or they are behind the data or each other.
   */
  async settle(lastZxid: number): Promise<void> {
    const dataEpoch = epochOf(Math.max(lastZxid, 0));
    const lost = (this.#current < 0) !== (this.#accepted < 0);
    if (lost && dataEpoch > 0) throw this.#wrong(`${this.#current < 0 ? CURRENT : ACCEPTED} is lost, and the data is of epoch ${dataEpoch}`);
    if (this.#current < 0) await this.setCurrent(dataEpoch);
    if (dataEpoch > this.#current) await this.#takeUnfinished(dataEpoch, lastZxid);
    if (this.#accepted < 0) await this.setAccepted(Math.max(dataEpoch, this.#current));
    if (this.#accepted < this.#current) throw this.#wrong(`the accepted epoch, ${this.#accepted}, is older than the current one, ${this.#current}`);
  }

  /**
   * A crash while a leader's history was taken over, which is logged before currentEpoch is written: in an epoch that was accepted the old
   * figure still holds. Or one between writing the temporary file and giving it its name: its figure was on the way.
   */
  async #takeUnfinished(dataEpoch: number, lastZxid: number): Promise<void> {
    const unfinished = await this.#read(CURRENT + TEMPORARY);
    if (unfinished === null && this.#accepted >= dataEpoch) return;
    if (unfinished === null || unfinished < dataEpoch) throw this.#wrong(`the current epoch, ${this.#current}, is older than the last txn, ${showZxid(lastZxid)}`);
    await this.setCurrent(unfinished);
  }

  #wrong(reason: string): SluiceError {
    return SluiceError.of('COORD_EPOCH', { dir: this.#dir, reason });
  }

  async #read(name: string): Promise<number | null> {
    const bytes = Buffer.alloc(MOST_TEXT);
    let length: number;
    try {
      const file = await this.#disk.open(join(this.#dir, name), 'read');
      try {
        length = await file.read(bytes, 0);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
    const text = (bytes.toString('latin1', 0, length).split('\n')[0] as string).trim();
    const epoch = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(epoch)) throw this.#wrong(`${name} holds no number`);
    return epoch;
  }

  async #write(name: string, epoch: number): Promise<void> {
    const path = join(this.#dir, name);
    const temporary = path + TEMPORARY;
    await this.#disk.remove(temporary);
    const file = await this.#disk.open(temporary, 'create');
    try {
      await file.write(Buffer.from(String(epoch)), 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.rename(temporary, path);
    await this.#disk.syncDir(this.#dir);
  }
}
