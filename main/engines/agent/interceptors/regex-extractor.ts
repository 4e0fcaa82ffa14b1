// The groups of a match in the body become headers (RegexExtractorInterceptor).
import { REGEX_EXTRACTOR_INTERCEPTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { interceptor, type Context } from '../components/factory.ts';
import { BadDatePattern, dateReader, JODA, type ReadDate } from '../text/java-dates.ts';
import { inTurns } from './in-turns.ts';
import { patternOf, riskyNote } from './pattern.ts';

const PASS_THROUGH = ['DEFAULT', 'org.apache.flume.interceptor.RegexExtractorInterceptorPassThroughSerializer'];
const MILLIS = 'org.apache.flume.interceptor.RegexExtractorInterceptorMillisSerializer';

interface HeaderOf { readonly header: string; value(group: string): string }

export const regexExtractorInterceptor = interceptor(REGEX_EXTRACTOR_INTERCEPTOR, ({ regex, serializers }, context) => {
  const { name, say } = context;
  const bad = (key: string, value: string, reason: string): SluiceError => SluiceError.of('AGENT_KEY', { component: name, key, value, reason });
  if (regex === '') throw bad('regex', '', 'it may not be empty');
  if (serializers.length === 0) throw bad('serializers', '', 'at least one is wanted');
  const pattern = patternOf(name, 'regex', regex);
  if (pattern.risky) say.note(riskyNote('regex', pattern));
  const headers = serializers.map((serializer) => headerOf(serializer, context, bad));
  return {
    intercept: (events) => inTurns(events, (event) => {
      const groups = pattern.findGroups(event.body.toString('utf8'));
      if (!groups || groups.length === 1) return event;
      const changed = new Map(event.headers);
      headers.slice(0, groups.length - 1).forEach(({ header, value }, i) => {
        const group = groups[i + 1];
        if (group !== undefined) changed.set(header, value(group)); // Flume puts a null there, which no wire can carry
      });
      return event.withHeaders(changed);
    }),
  };
});

function headerOf(serializer: string, { properties, name: component }: Context, bad: (key: string, value: string, reason: string) => SluiceError): HeaderOf {
  const key = (rest: string): string => `serializers.${serializer}.${rest}`;
  const type = properties.get(key('type'))?.value ?? 'DEFAULT';
  const header = properties.get(key('name'))?.value ?? '';
  if (header === '') throw bad(key('name'), '', 'it is required');
  if (type.toUpperCase() === 'DEFAULT' || PASS_THROUGH.includes(type)) return { header, value: (group) => group };
  if (type !== MILLIS) throw SluiceError.of('AGENT_UNKNOWN_TYPE', { component, type, nearest: MILLIS });
  const pattern = properties.get(key('pattern'))?.value ?? '';
  if (pattern === '') throw bad(key('pattern'), '', 'it is required');
  const read = reader(pattern, (reason) => bad(key('pattern'), pattern, reason));
  return {
    header,
    value: (group) => {
      const ms = read(group);
      if (ms === null) throw SluiceError.of('AGENT_TRANSFORM', { component, reason: `“${group.slice(0, 100)}” is no date as ${pattern}` });
      return String(ms);
    },
  };
}

function reader(pattern: string, bad: (reason: string) => SluiceError): ReadDate {
  try {
    return dateReader(pattern, JODA);
  } catch (error) {
    if (error instanceof BadDatePattern) throw bad(error.message);
    throw error;
  }
}
