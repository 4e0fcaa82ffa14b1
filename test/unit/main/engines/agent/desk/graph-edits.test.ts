import { describe, expect, it } from 'vitest';
import { changeText } from '../../../../../../main/engines/agent/config/edit.ts';
import { applyEdits } from '../../../../../../main/engines/agent/desk/graph-edits.ts';
import type { GraphEdit } from '../../../../../../preload/contract/pipelines.ts';
import { SluiceError } from '../../../../../../preload/contract/sluice-error.ts';

const TEXT = `# the front door
a1.sources = r1
a1.channels = c1
a1.sinks = k1 k2
a1.sinkgroups = g1

a1.sources.r1.type = netcat   
a1.sources.r1.channels = c1
a1.channels.c1.type = memory
! kept
a1.sinks.k1.type = logger
a1.sinks.k1.channel = c1
a1.sinks.k2.type = null
a1.sinks.k2.channel = c1
a1.sinkgroups.g1.sinks = k1 k2
`;
const edit = (text: string, ...edits: GraphEdit[]): string => applyEdits(text, 'a1', edits, changeText).text;
const refused = (...edits: GraphEdit[]): string => {
  try {
    edit(TEXT, ...edits);
    return 'no error';
  } catch (error) {
    return error instanceof SluiceError ? error.code : String(error);
  }
};

describe('edits of the graph', () => {
  it('a value that is set changes its line alone, and null takes it out', () => {
    expect(edit(TEXT, { do: 'set', kind: 'channel', name: 'c1', key: 'type', value: 'file' })).toBe(TEXT.replace('c1.type = memory', 'c1.type = file'));
    expect(edit(TEXT, { do: 'set', kind: 'sink', name: 'k1', key: 'channel', value: null })).toBe(TEXT.replace('a1.sinks.k1.channel = c1\n', ''));
  });

  it('a channel is added and connected in one go; comments and order stay', () => {
    const text = edit(TEXT, { do: 'add', kind: 'channel', name: 'c2', properties: [['type', 'memory']] }, { do: 'connect', kind: 'source', name: 'r1', channel: 'c2' }, { do: 'connect', kind: 'sink', name: 'k2', channel: 'c2' });
    expect(text).toContain('a1.channels = c1 c2\n');
    expect(text).toContain('a1.channels.c2.type = memory');
    expect(text).toContain('a1.sources.r1.channels = c1 c2\n');
    expect(text).toContain('a1.sinks.k2.channel = c2\n');
    expect(text.startsWith('# the front door\n')).toBe(true);
    expect(text).toContain('\n! kept\n');
  });

  it('what is removed leaves every list that named it', () => {
    const text = edit(TEXT, { do: 'remove', kind: 'sink', name: 'k2' });
    expect(text).not.toContain('k2');
    expect(text).toContain('a1.sinkgroups.g1.sinks = k1\n');
    const bare = edit(TEXT, { do: 'remove', kind: 'channel', name: 'c1' });
    expect(bare).not.toContain('c1');
    expect(bare).toContain('a1.sources.r1.type = netcat');
  });

  it('a new name goes into all that name it, where it stood', () => {
    expect(edit(TEXT, { do: 'rename', kind: 'channel', name: 'c1', to: 'buffer' })).toBe(TEXT.replaceAll(/\bc1\b/g, 'buffer'));
    expect(edit(TEXT, { do: 'rename', kind: 'sink', name: 'k1', to: 'log' })).toBe(TEXT.replaceAll(/\bk1\b/g, 'log'));
  });

  it('the other spelling of a source goes when it is connected', () => {
    const text = edit('a1.sources = r1\na1.channels = c1 c2\na1.channels.c1.type = memory\na1.channels.c2.type = memory\na1.sources.r1.channel = c1\n', { do: 'connect', kind: 'source', name: 'r1', channel: 'c2' });
    expect(text).toContain('a1.sources.r1.channels = c1 c2');
    expect(text).not.toContain('r1.channel =');
  });

  it('interceptors are added at the end and go with their keys', () => {
    const added = edit(TEXT, { do: 'addInterceptor', source: 'r1', name: 'i1', type: 'host' }, { do: 'set', kind: 'source', name: 'r1', key: 'interceptors.i1.useIP', value: 'false' }, { do: 'addInterceptor', source: 'r1', name: 'i2', type: 'timestamp' });
    expect(added).toContain('a1.sources.r1.interceptors = i1 i2');
    expect(edit(added, { do: 'removeInterceptor', source: 'r1', name: 'i1' })).not.toContain('i1');
    expect(edit(added, { do: 'removeInterceptor', source: 'r1', name: 'i1' }, { do: 'removeInterceptor', source: 'r1', name: 'i2' })).toBe(TEXT);
  });

  it('a first component makes the agent of an empty text', () => {
    const { text, agent } = applyEdits('', null, [{ do: 'add', kind: 'source', name: 'r1', properties: [['type', 'seq']] }], changeText);
    expect(agent).toBe('a1');
    expect(text).toBe('a1.sources = r1\na1.sources.r1.type = seq\n');
  });

  it('names that are taken or not there are refused, and nothing of the edits is done', () => {
    expect(refused({ do: 'add', kind: 'sink', name: 'k1', properties: [] })).toBe('PIPELINE_EDIT');
    expect(refused({ do: 'rename', kind: 'sink', name: 'k1', to: 'k2' })).toBe('PIPELINE_EDIT');
    expect(refused({ do: 'set', kind: 'sink', name: 'k1', key: 'x', value: '1' }, { do: 'remove', kind: 'sink', name: 'k9' })).toBe('PIPELINE_EDIT');
    expect(refused({ do: 'connect', kind: 'source', name: 'r1', channel: 'c9' })).toBe('PIPELINE_EDIT');
  });
});
