// The known word that was probably meant.
import { expect, test } from 'vitest';
import { nearest } from '../../../../main/lib/nearest.ts';

test('a slip of the hand is seen: a letter missing, too much, another, two changed; not another word', () => {
  const known = ['memory', 'file', 'batchSize', 'channels'];
  expect(['memry', 'memmory', 'memery', 'memroy', 'MEMORY', 'batchSzie', 'chanels', 'fiel', 'fle'].map((word) => nearest(word, known))).toEqual(['memory', 'memory', 'memory', 'memory', 'memory', 'batchSize', 'channels', 'file', 'file']);
  expect(['kafka', 'x', '', 'memo'].map((word) => nearest(word, known))).toEqual([null, null, null, null]);
});
