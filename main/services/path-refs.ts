// Handles for files and folders: the place and the bytes of the path, signed with a key that lives as long as this
// process. The user interface can pass them back and compare them, not make them.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PathRef, PathShown } from '../../preload/contract/domain.ts';
import { SluiceError } from '../../preload/contract/sluice-error.ts';
import { asBuffer, nameOf, showName } from '../lib/bytes.ts';
import type { Location } from '../store/syncs.ts';

const MAC_BYTES = 32;

/** Layout before base64url: length of the place (1 byte), place (UTF-8), path (bytes), HMAC-SHA256 of all before it (32). */
export class PathRefs {
  private readonly key: Buffer;

  constructor(key: Buffer = randomBytes(32)) {
    this.key = key;
  }

  issue(location: Location): PathRef {
    const place = Buffer.from(location.place, 'utf8');
    const payload = Buffer.concat([Buffer.of(place.length), place, location.path]);
    return Buffer.concat([payload, this.sign(payload)]).toString('base64url');
  }

  /** PATH_BAD_REF unless it was issued here. */
  open(ref: PathRef): Location {
    const bytes = Buffer.from(ref, 'base64url');
    if (bytes.length < MAC_BYTES + 2 || bytes.toString('base64url') !== ref) throw SluiceError.of('PATH_BAD_REF', {});
    const payload = bytes.subarray(0, -MAC_BYTES);
    if (!timingSafeEqual(bytes.subarray(-MAC_BYTES), this.sign(payload))) throw SluiceError.of('PATH_BAD_REF', {});
    const placeEnd = 1 + (payload[0] as number);
    return { place: payload.toString('utf8', 1, placeEnd), path: Buffer.from(payload.subarray(placeEnd)) };
  }

  shown(location: Location): PathShown {
    return { ref: this.issue(location), place: location.place, path: showName(location.path), name: shownName(location.path) };
  }

  private sign(payload: Buffer): Buffer {
    return createHmac('sha256', this.key).update(payload).digest();
  }
}

/** The last part of a path as shown; `/` for the root itself. */
export function shownName(path: Uint8Array): string {
  const name = nameOf(path);
  return name.length === 0 ? showName(path) : showName(name);
}

/** The path without slashes at its end; the root stays `/`. A copy. */
export function trimSlashes(path: Uint8Array): Buffer {
  let end = path.length;
  while (end > 1 && path[end - 1] === 0x2f) end--;
  return Buffer.from(asBuffer(path).subarray(0, end));
}
