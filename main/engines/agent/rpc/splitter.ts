// What cuts the bytes of a connection into messages.

/** Told of one message; its bytes are never written again. False: no more until `resume`. */
export type OnFrame = (message: Buffer, serial: number) => boolean;

export interface Splitter {
  /** Throws BadEvent for bytes that can be no message. */
  push(chunk: Buffer): void;
  /** Goes on where `OnFrame` asked to wait. */
  resume(): void;
  /** Whether a message has begun and is not whole. */
  readonly midway: boolean;
  /** Bytes that are reserved for it then. */
  readonly kept: number;
}
