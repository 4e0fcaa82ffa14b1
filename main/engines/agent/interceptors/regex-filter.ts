// Lets events pass whose body has a match, or has none (RegexFilteringInterceptor).
import { REGEX_FILTER_INTERCEPTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { interceptor } from '../components/factory.ts';
import { inTurns } from './in-turns.ts';
import { patternOf, riskyNote } from './pattern.ts';

export const regexFilterInterceptor = interceptor(REGEX_FILTER_INTERCEPTOR, ({ regex, excludeEvents }, { name, say }) => {
  const pattern = patternOf(name, 'regex', regex);
  if (pattern.risky) say.note(riskyNote('regex', pattern));
  return { intercept: (events) => inTurns(events, (event) => (pattern.find(event.body.toString('utf8')) === excludeEvents ? null : event)) };
});
