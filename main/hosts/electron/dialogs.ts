// The questions the host asks by itself: what closing means, and whether to quit while runs are going on.
import { dialog, type BrowserWindow } from 'electron';
import type { messages } from '../../../assets/locales/index.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';

type Messages = (typeof messages)['en'];

export async function askOnClose(window: BrowserWindow, words: Messages['host']): Promise<{ readonly choice: 'stay' | 'quit' | 'cancel'; readonly remember: boolean }> {
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question', title: 'Sluice', message: words.closeTitle, detail: words.closeBody,
    buttons: [words.closeStay, words.quit, words.cancel], defaultId: 0, cancelId: 2, checkboxLabel: words.closeRemember, checkboxChecked: true, noLink: true,
  });
  return { choice: (['stay', 'quit', 'cancel'] as const)[response] ?? 'cancel', remember: checkboxChecked };
}

export async function askOnQuit(runs: number, words: Messages['host']): Promise<boolean> {
  const { response } = await dialog.showMessageBox({
    type: 'question', title: 'Sluice', message: words.quitTitle(runs), detail: words.quitBody,
    buttons: [words.quit, words.cancel], defaultId: 0, cancelId: 1, noLink: true,
  });
  return response === 0;
}

/** Said when the app cannot start at all. */
export function sayFailure(error: unknown, words: Messages): void {
  const { code, params } = toErrorInfo(error);
  const { title, body, remedy } = words.errors[code](params as never);
  process.stderr.write(`sluice: ${title}. ${body} ${remedy}\n`);
  dialog.showErrorBox(title, `${body}\n\n${remedy}`);
}
