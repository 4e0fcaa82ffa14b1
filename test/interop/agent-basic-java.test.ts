// Patterns, dates, character sets and the order of maps, beside Java itself.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { charsetOf, type Charset } from '../../main/engines/agent/text/charset.ts';
import { dateReader, JODA, SIMPLE } from '../../main/engines/agent/text/java-dates.ts';
import { javaMapEntries } from '../../main/engines/agent/text/java-map.ts';
import { BadPattern, JavaPattern } from '../../main/engines/agent/text/java-pattern.ts';
import { flumeJava } from '../peers/flume/jars.ts';
import { peerProblem } from '../peers/start-peer.ts';

const problem = peerProblem('flume');
type Question = readonly [kind: string, ...words: (string | Buffer)[]];

const PATTERNS = [
  'a', 'a.c', '(?s)a.c', '(?i)ABC', '(?i)straße', 'x(?i:B)c', 'a(?-i:b)', 'end$', '(?m)end$', '^two', '(?m)^two', '(?m)^', '(?m)$', '$', '\\z', '\\Z', '\\A', '(?d)^.*$', '(?dm)^.+$', '\\s+', '\\S+', '\\h+', '\\H+', '\\v', '\\R', '\\w+', '\\W+', '\\d+', '\\D+', '\\b\\w', '\\B.',
  '\\p{Punct}+', '\\p{Lu}', '\\pL+', '\\P{L}+', '\\p{IsLatin}+', '\\p{IsAlphabetic}+', '\\p{L}\\p{M}*', '\\p{javaUpperCase}', '\\p{Alnum}+', '\\p{Blank}', '\\p{Cntrl}', '\\p{XDigit}+', '\\p{Graph}+', '\\p{Sc}', '\\p{script=Han}+', '\\p{general_category=Nd}', '\\p{IsDigit}',
  '[a-z&&[^m-p]]+', '[a-z&&[def]]', '[^\\w\\s]', '[]a]+', '[a\\-z]+', '[+--]+', '[abc&&bcd]+', '[a-d[m-p]]+', '[^a[b]]', '[\\p{Alpha}&&[^a-c]]+', '[\\d.,]+', '[.*+?]', '[\\[\\]]', '[a-]+', '[-a]+', '[\\Qa-z\\E]+', '[^^]', '[&]', '[a&b]', '[$|()]',
  '\\Qa.b*\\E', '\\Qab\\E+', '\\x41', '\\u0042', '\\x{1F600}', '\\0101', '\\t', '\\e', '\\cA', '\\.', '\\-', '\\_', '\\/', '\\#', '\\<', 'a}', 'a]', '/', '-', '#',
  '(a)(b)?', '(a)|(b)', '(?<n>a)\\k<n>', '(a)\\1', '(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10', '(a)\\10', '(?:a|b)+', '(?=a)\\w+', '(?!a)\\w+', '(?<=a)b', '(?<!a)b', '(?>a+)b', '(?>a|ab)c', 'a++b', 'a*+a', 'a?+a', 'a{2}', 'a{2,}', 'a{1,2}?', 'a{2,3}+a', '(a+)+b', '((?>x+))(y*+)(z)\\1',
  'a|b|', '|a', '()', '(|a)b', '(?x) a \\ b # c', '(?x)[a b]+', '(?i:a)B', '(?is)A.B', '(?u)ä', '(?iu)Ä', 'é', '[é-ü]+', '.', '..', '(.)(.)', '\\p{L}{2,}', '\\d{4}-\\d\\d', '^(?:\\n)?(\\d\\d)', '(\\w+)=("[^"]*"|\\S+)',
  '(', ')', '*', '+a', 'a**', 'a{', 'a{x}', '[', '[a', '[z-a]', '\\', '\\y', '\\2(a)', '(?<a>x)(?<a>y)', '(?z)a', '(?<1>a)', '\\p{Nope}', '\\k<no>', 'a{2,1}', '\\Qabc',
];
const TEXTS = ['', 'a', 'abc', 'aabb', 'the end', 'the end\n', 'one\ntwo\r\nthree\r', 'a\u0085c', 'aXc\nA C', 'aaaa', 'xxyyzxx', 'ab ab', 'straSSE STRASSE straße', 'a.b* a-z_ []{}/#<>', 'Grüße, Ölig 漢字 ١٢ 𝒳😀!', '2024-02-29 12:34 k="v w" x=y', 'abcdefghijj a', 'A\t\u00a0B\u2003C\u001b\u0001$€', 'mnop def &^-+,$|()', 'ABC b B'];
const REPLACEMENTS: readonly Question[] = [
  ['replace', '(\\d+)-(?<b>\\d+)', '1-2 3-4', '${b}:$1'], ['replace', '(a)', 'aab', '$11'], ['replace', 'a', 'aa', '\\$x\\\\'], ['replace', '(x)?a', 'a', '[$1]'], ['replace', '', 'ab', '-'], ['replace', 'a*', 'baac', 'X'], ['replace', '^', 'x\ny', '> '], ['replace', '(?m)^', 'x\ny', '> '],
  ['replace', '\\s+$', 'x \n', ''], ['replace', 'a', 'a', '$1'], ['replace', 'a', 'a', '$'], ['replace', 'a', 'a', '\\'], ['replace', '(?i)password=\\S+', 'user=x Password=geheim rest', 'password=***'], ['replace', '(.)(.)', 'abcd', '$2$1'], ['replace', '😀', 'a😀b', ':)'],
];
const DATES: readonly Question[] = [
  ...['joda', 'simple'].flatMap((kind): Question[] => [
    [kind, 'yyyy-MM-dd HH:mm:ss', '2024-02-29 12:34:56'], [kind, 'yyyy-MM-dd HH:mm:ss,SSS', '2012-10-17 14:34:44,338'], [kind, 'dd/MMM/yyyy:HH:mm:ss Z', '07/Jun/2012:14:46:44 -0600'], [kind, 'EEE MMM dd HH:mm:ss yyyy', 'Wed Oct 17 14:34:44 2012'], [kind, "yyyy-MM-dd'T'HH:mm:ss", '2012-04-13T11:11:11'],
    [kind, 'yyyyMMddHHmmss', '20121017143444'], [kind, 'MMMM d yyyy hh:mm a', 'October 5 2012 02:03 PM'], [kind, 'hh:mm a', '12:05 AM'], [kind, 'yyyy-DDD', '2024-060'], [kind, "HH 'o''clock'", "15 o'clock"], [kind, 'MMM d HH:mm:ss', 'Oct 11 22:14:15'], [kind, 'yyyy', '1999'], [kind, 'kk:mm', '24:10'], [kind, 'd.M.yyyy', '1.2.2003'],
    [kind, 'yyyy-MM-dd', '2012-10-xx'], [kind, 'yyyy-MM-dd', 'no date'], [kind, 'qq', '1'],
  ]),
  ['joda', 'yyyy-MM-dd', '2012-13-01'], ['joda', 'yyyy-MM-dd', '2012-10-17 rest'], ['simple', 'yyyy-MM-dd', '2012-10-17 rest'], ['joda', 'yyyy-MM-dd HH:mm:ss.SSS', '2012-10-17 14:34:44.5'], ['joda', "yyyy-MM-dd'T'HH:mm:ssZ", '2012-04-13T11:11:11+02:00'], ['simple', "yyyy-MM-dd'T'HH:mm:ssX", '2012-04-13T11:11:11Z'],
];
const CHARSETS = ['UTF-8', 'ISO-8859-1', 'US-ASCII', 'UTF-16', 'UTF-16LE', 'UTF-16BE', 'UTF-32', 'UTF-32LE', 'GBK', 'GB18030', 'Shift_JIS', 'EUC-JP', 'EUC-KR', 'Big5', 'windows-1252', 'windows-1251', 'KOI8-R', 'ISO-8859-15', 'ISO-8859-2', 'latin1', 'Cp1252', 'utf8'];
const WORDS = ['plain ASCII 123', 'größe', 'Привет', '日本語', '中文', '한국', '€', '漢😀x', ''];
const MAPS = [['k', 'a', 'b'], ['timestamp', 'host', 'Severity', 'Facility', 'priority', 'version'], ['topic', 'partition', 'offset', 'key', 'timestamp', 'x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7', 'x8', 'x9'], ['flume.syslog.status', 'Severity', 'Facility'], Array.from({ length: 40 }, (_, i) => `header-${i}`), ['Aa', 'BB', 'AaAa', 'BBBB', 'AaBB'], ['ü', '漢', '']];

const word = (text: string | Buffer): string => Buffer.from(text as string).toString('base64');

async function askJava(questions: readonly Question[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = execFile('java', [...flumeJava(['-XX:TieredStopAtLevel=1']), join(import.meta.dirname, 'support/JavaJudge.java')], { timeout: 60_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}: ${stderr}`));
      else resolve(stdout.trimEnd().split('\n'));
    });
    child.stdin?.end(questions.map(([kind, ...words]) => [kind, ...words.map(word)].join(' ')).join('\n'));
  });
}

/** Ours, in the same form; 'error' for what is refused. */
function own([kind, ...words]: Question): string {
  const [first = '', second = '', third = ''] = words.map(String);
  try {
    switch (kind) {
      case 'find': return new JavaPattern(first).findGroups(second)?.map((group) => (group === undefined ? '-' : `=${word(group)}`)).join(',') ?? 'none';
      case 'matches': return String(new JavaPattern(first).matches(second));
      case 'replace': { const pattern = new JavaPattern(first); return word(pattern.replaceAll(second, pattern.replacement(third))); }
      case 'joda': case 'simple': return String(dateReader(first, kind === 'joda' ? JODA : SIMPLE)(second) ?? 'error');
      case 'encode': return (charsetOf(first) as Charset).encode(second).toString('base64');
      case 'map': return javaMapEntries(new Map(words.map((key) => [String(key), '']))).map(([key]) => `=${word(key)},`).join('');
      default: return 'unknown';
    }
  } catch {
    return 'error';
  }
}

describe.skipIf(problem)(`as Java does${problem ? ` (${problem})` : ''}`, () => {
  const finds = PATTERNS.flatMap((pattern): Question[] => TEXTS.flatMap((text): Question[] => [['find', pattern, text], ['matches', pattern, text]]));
  const encodings = CHARSETS.flatMap((charset): Question[] => WORDS.map((text) => ['encode', charset, text]));
  const maps = MAPS.map((keys): Question => ['map', ...keys]);
  const all = [...finds, ...REPLACEMENTS, ...DATES, ...encodings, ...maps];
  const answers = new Map<string, string>();
  const key = (question: Question): string => JSON.stringify(question.map(String));
  beforeAll(async () => {
    const given = await askJava(all);
    all.forEach((question, i) => { answers.set(key(question), given[i] ?? 'missing'); });
  });
  /** Questions that are answered otherwise than by Java. */
  const differing = (questions: readonly Question[]): string[] => questions.flatMap((question) => {
    const [java, mine] = [answers.get(key(question)), own(question)];
    return java === mine ? [] : [`${key(question)}: Java ${java}, ours ${mine}`];
  });

  test('I20 patterns find and match the same, with the same groups', () => {
    /** What is refused here with words, and Java knows. */
    const refused = (pattern: string): boolean => { try { new JavaPattern(pattern); return false; } catch (error) { return error instanceof BadPattern && /not known|no such|write \(\?|blocks/.test(error.message); } };
    expect(differing(finds.filter(([, pattern]) => !refused(String(pattern))))).toEqual([]);
    expect(PATTERNS.filter(refused)).toEqual(['(?z)a', '(?<1>a)', '\\p{Nope}']);
  });
  test('I22 replacements come out the same', () => { expect(differing(REPLACEMENTS)).toEqual([]); });
  test('I36 dates are read the same', () => { expect(differing(DATES)).toEqual([]); });
  test('I4 texts become the same bytes', () => {
    // the platform's tables of these two are others
    expect(differing(encodings.filter(([, charset, text]) => !(charset === 'EUC-KR' && text === '€') && !(charset === 'Big5' && /[€П]/.test(String(text)))))).toEqual([]);
  });
  test('N20 maps have the same order', () => { expect(differing(maps)).toEqual([]); });
});
