// Both languages. English is the source of truth; Chinese must have the same keys or the program does not compile.
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';
import type { Locale } from '../../preload/contract/locale.ts';

export type Messages = typeof en;
export const messages: Record<Locale, Messages> = { en, 'zh-CN': zhCN };
