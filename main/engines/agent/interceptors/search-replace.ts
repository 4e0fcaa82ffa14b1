// Replaces in bodies (SearchAndReplaceInterceptor).
import { SEARCH_REPLACE_INTERCEPTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { interceptor } from '../components/factory.ts';
import { knownCharset } from '../deserializers/make-deserializer.ts';
import { inTurns } from './in-turns.ts';
import { patternly, patternOf, riskyNote } from './pattern.ts';

export const searchReplaceInterceptor = interceptor(SEARCH_REPLACE_INTERCEPTOR, ({ searchPattern, replaceString, charset: charsetName }, { name, say }) => {
  if (searchPattern === '') throw SluiceError.of('AGENT_KEY', { component: name, key: 'searchPattern', value: '', reason: 'it may not be empty' });
  const pattern = patternOf(name, 'searchPattern', searchPattern);
  const replacement = patternly(name, 'replaceString', replaceString, () => pattern.replacement(replaceString));
  const charset = knownCharset(name, 'charset', charsetName);
  if (pattern.risky) say.note(riskyNote('searchPattern', pattern));
  return {
    intercept: (events) => inTurns(events, (event) => {
      const before = charset.decode(event.body);
      const after = pattern.replaceAll(before, replacement);
      return after === before ? event : event.withBody(charset.encode(after));
    }),
  };
});
