// The types of Thrift's two encodings, and what a message is.

/** As the binary protocol numbers them. */
export const T = { stop: 0, bool: 2, byte: 3, double: 4, i16: 6, i32: 8, i64: 10, string: 11, struct: 12, map: 13, set: 14, list: 15 } as const;

export const MESSAGE = { call: 1, reply: 2, exception: 3, oneway: 4 } as const;

export type Encoding = 'compact' | 'binary';

export interface MessageHead {
  readonly name: string;
  readonly kind: number;
  readonly serial: number;
}
