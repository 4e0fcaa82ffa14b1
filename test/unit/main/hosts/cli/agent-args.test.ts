import { expect, test } from 'vitest';
import { parseAgentWords } from '../../../../../main/hosts/cli/agent-args.ts';

const parse = (...words: string[]): ReturnType<typeof parseAgentWords> => parseAgentWords(words, 'usage');

test('G42 flume-ng\'s options, short and long, with their values behind = or as the next word', () => {
  expect(parse('--name', 'a1', '--conf', 'conf', '--conf-file', 'f1', '-f', 'f2', '-Dflume.monitoring.type=http', '-Dempty', '-Xmx512m', '--no-reload-conf')).toMatchObject({
    name: 'a1', conf: 'conf', files: ['f1', 'f2'], properties: { 'flume.monitoring.type': 'http', empty: '' }, reload: false, strict: false, words: [],
  });
  expect(parse('-n=a1', '-u', 'http://h/f', '--conf-user=u', '--conf-password', 'p', '-z', 'zk:2181', '-p', '/base', '-i', '5', '-b', 'backup', '-d')).toMatchObject({
    name: 'a1', uris: ['http://h/f'], user: 'u', password: 'p', zookeeper: 'zk:2181', basePath: '/base', pollSeconds: 5, backupDir: 'backup', dry: true, reload: true,
  });
  expect(parse('-C', 'a.jar', '--plugins-path', 'x', '--auth-provider', 'c', 'word', '--', '-n').words).toEqual(['word', '-n']);
});

test.each([[['--nonsense'], 'unknown'], [['-n'], 'missingValue'], [['--strict=1'], 'noValue'], [['-i', 'often'], 'badValue']] as const)('G42 what cannot be meant is named: %j', (words, kind) => {
  expect(() => parse(...words)).toThrow(expect.objectContaining({ problem: { kind, option: expect.stringContaining('-') as string } }) as Error);
});
