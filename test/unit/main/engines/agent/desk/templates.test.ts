import { describe, expect, it } from 'vitest';
import { loadText } from '../../../../../../main/engines/agent/desk/running.ts';
import { TEMPLATES, templateText } from '../../../../../../renderer/features/pipelines/templates.ts';

describe('the templates', () => {
  it.each(TEMPLATES.filter((name) => name !== 'empty'))('%s runs as it is written, under the name that was chosen', async (name) => {
    const { agents, lints } = await loadText(templateText(name, 'edge'), { env: {}, vault: null });
    expect(lints.filter(({ severity }) => severity !== 'hint').map(({ code, node, params }) => [code, node, params])).toEqual([]);
    const agent = agents.get('edge');
    expect([agent?.sources.size, agent?.channels.size, agent?.sinks.size]).toEqual([1, 1, 1]);
  });
});
