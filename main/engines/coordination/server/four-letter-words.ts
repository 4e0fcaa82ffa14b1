// What the client port needs to know of the four-letter words: admin/ answers them.

export interface FourLetterWords {
  /** The word that the first four bytes of a connection stand for; null when they are a length. */
  wordOf(head: number): string | null;
  /** Bytes to be read after the word before it is answered. */
  argumentBytes(word: string): number;
  /** The answer in pieces; the connection is closed behind it. */
  answer(word: string, argument: Buffer): AsyncIterable<string>;
}

/** For a node without an administration: every connection begins with a length. */
export const NO_WORDS: FourLetterWords = {
  wordOf: () => null,
  argumentBytes: () => 0,
  async *answer() { /* never asked */ },
};
