import { describe, expect, it } from 'vitest';
import type { Api } from '../../../../renderer/data/api.ts';
import { DraftModel } from '../../../../renderer/features/pipelines/draft-model.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';

/** An app in memory: an edit puts a line at the end. */
function make() {
  const app = { text: 'a1.sources = r1\n', rev: 0, saves: 0, elsewhere: false };
  const found = () => ({ id: 'p', text: app.text, agent: 'a1', deployed: null, deployedAgent: null, layout: {}, rev: app.rev });
  const api = {
    'pipelines.text': async () => found(),
    'pipelines.examine': async ({ text }: { text: string }) => ({ agents: /a1\./.test(text) ? [{ name: 'a1', sources: 1, channels: 0, sinks: 0, groups: 0, unknown: 0 }] : [{ name: 'b', sources: 1, channels: 0, sinks: 0, groups: 0, unknown: 0 }], graph: null, lints: [] }),
    'pipelines.edit': async ({ text, edits }: { text: string; edits: readonly { do: string; name?: string }[] }) => {
      if (edits[0]?.name === 'bad') throw SluiceError.of('PIPELINE_EDIT', { component: 'bad', reason: 'no' });
      return { text: `${text}${edits.map((edit) => `# ${edit.do}\n`).join('')}`, agent: 'a1' };
    },
    'pipelines.fix': async () => ({ text: 'fixed', agent: 'a1' }),
    'pipelines.save': async ({ text, rev }: { text: string; rev: number }) => {
      if (rev !== app.rev || app.elsewhere) throw SluiceError.of('PIPELINE_CHANGED', { pipeline: 'p' });
      app.saves += 1;
      app.rev += 1;
      app.text = text;
      return found();
    },
  } as unknown as Api;
  const draft = new DraftModel('p', async () => api);
  return { app, draft };
}

describe('the draft of a pipeline', () => {
  it('an edit becomes text, is undone and done again, and is saved', async () => {
    const { app, draft } = make();
    await draft.edit({ do: 'remove', kind: 'sink', name: 'k1' });
    expect(draft.text).toBe('a1.sources = r1\n# remove\n');
    draft.undo();
    expect([draft.text, draft.canUndo, draft.canRedo]).toEqual(['a1.sources = r1\n', false, true]);
    draft.redo();
    expect(await draft.flush()).toBe(true);
    expect([app.text, app.saves, draft.rev]).toEqual(['a1.sources = r1\n# remove\n', 1, 1]);
  });

  it('keys typed together are undone together; a new edit ends what could be done again', async () => {
    const { draft } = make();
    await draft.load();
    draft.type('a1.sources = r1\nx');
    draft.type('a1.sources = r1\nxy');
    draft.undo();
    expect(draft.text).toBe('a1.sources = r1\n');
    draft.redo();
    expect(draft.text).toBe('a1.sources = r1\nxy');
    draft.undo();
    await draft.edit({ do: 'remove', kind: 'sink', name: 'k1' });
    expect(draft.canRedo).toBe(false);
  });

  it('what is refused is shown and changes nothing', async () => {
    const { draft } = make();
    await draft.load();
    expect(await draft.edit({ do: 'remove', kind: 'sink', name: 'bad' })).toBe(false);
    expect([draft.error?.code, draft.text, draft.canUndo]).toEqual(['PIPELINE_EDIT', 'a1.sources = r1\n', false]);
    expect(await draft.edit({ do: 'remove', kind: 'sink', name: 'k1' })).toBe(true);
    expect(draft.error).toBeNull();
  });

  it('a save over what another window saved is not done: the text stays here until the newest is asked for', async () => {
    const { app, draft } = make();
    await draft.load();
    app.elsewhere = true;
    draft.type('mine a1.');
    expect(await draft.flush()).toBe(false);
    expect([draft.error?.code, draft.saving, draft.text]).toEqual(['PIPELINE_CHANGED', 'failed', 'mine a1.']);
    app.elsewhere = false;
    await draft.load();
    expect([draft.text, draft.saving, draft.canUndo]).toEqual(['a1.sources = r1\n', 'saved', false]);
  });

  it('what another window saved is taken over when nothing of one’s own is open; an app that was started anew counts from the beginning', async () => {
    const { app, draft } = make();
    await draft.load();
    app.text = 'theirs a1.';
    app.rev = 4;
    await draft.sync();
    expect([draft.text, draft.rev]).toEqual(['theirs a1.', 4]);
    draft.type('mine a1.');
    app.text = 'theirs again a1.';
    app.rev = 5;
    await draft.sync();
    expect(draft.text).toBe('mine a1.');
    app.text = 'mine a1.';
    app.rev = 0;
    await draft.sync();
    expect(await draft.flush()).toBe(true);
  });

  it('the agent follows the text when its own is gone; a renamed node keeps its place', async () => {
    const { draft } = make();
    await draft.load();
    draft.move({ 'sink k1': { x: 1, y: 2 } });
    await draft.edit({ do: 'rename', kind: 'sink', name: 'k1', to: 'log' });
    expect(draft.step?.layout).toEqual({ 'sink log': { x: 1, y: 2 } });
    draft.replaceText('b.sources = r1\n');
    await new Promise((done) => { setTimeout(done, 300); });
    await draft.flush();
    expect(draft.agent).toBe('b');
  });
});
