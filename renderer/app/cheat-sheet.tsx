// `?`: every key there is.
import { Dialog } from '../ui/dialog.tsx';
import { Button } from '../ui/kit.tsx';
import { useTexts } from './preferences.tsx';
import { keyLabel } from './shortcuts.ts';
import css from './shell.module.css';

export function CheatSheet({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const t = texts.keys;
  const groups: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    [t.anywhere, [[t.palette, keyLabel('mod+k')], [t.rail, `${keyLabel('mod+1')} … 7`], [t.newSync, keyLabel('mod+shift+n')], [t.history, `${keyLabel('alt+arrowleft')} ${keyLabel('alt+arrowright')}`], [t.filter, '/'], [t.pause, keyLabel('mod+.')], [t.escape, 'Esc'], [t.help, '?']]],
    [t.trees, [[t.move, '↑ ↓ Home End'], [t.expand, '→ ←'], [t.type, 'a … z'], [t.syncTo, keyLabel('mod+shift+s')], [t.menu, 'Shift+F10'], [t.rescan, 'F5']]],
    [t.plan, [[t.next, 'J K'], [t.cycle, 'Space'], [t.skip, 'X'], [t.reverse, 'R'], [t.reset, 'Shift+R'], [t.menu, 'Enter'], [t.preview, keyLabel('mod+p')], [t.run, keyLabel('mod+enter')]]],
    [texts.pipelines.keys.title, [[texts.pipelines.keys.add, 'A /'], [texts.pipelines.keys.connect, 'C'], [texts.pipelines.keys.move, '← → ↑ ↓'], [texts.pipelines.keys.inspect, 'Enter I'], [texts.pipelines.keys.remove, 'Delete'], [texts.pipelines.keys.tap, 'T'], [texts.pipelines.keys.undo, 'Z Shift+Z'], [texts.pipelines.keys.deploy, keyLabel('mod+enter')]]],
    [t.znodes, [[t.expandZnode, '→ ←'], [t.filter, '/'], [t.createZnode, 'Insert'], [t.deleteZnode, 'Delete'], [t.saveZnode, keyLabel('mod+s')], [t.menu, 'Shift+F10'], [t.rescan, 'F5']]],
  ];
  return (
    <Dialog title={t.title} onClose={onClose} wide actions={<Button autoFocus onPress={onClose}>{texts.common.close}</Button>}>
      <div className={css['keys']}>
        {groups.map(([title, keys]) => <section key={title}><h3>{title}</h3><dl>{keys.map(([what, key]) => <div key={what} style={{ display: 'contents' }}><dt>{what}</dt><dd><kbd>{key}</kbd></dd></div>)}</dl></section>)}
      </div>
    </Dialog>
  );
}
