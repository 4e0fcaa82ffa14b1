// What the window itself shows, in both languages: the screens and the errors, without the texts of the command line and the hosts.
import type { Locale } from '../../preload/contract/locale.ts';
import { errors } from './en/errors.ts';
import { screens } from './en/screens.ts';
import { errors as zhErrors } from './zh-CN/errors.ts';
import { screens as zhScreens } from './zh-CN/screens.ts';

export interface Shown { readonly screens: typeof screens; readonly errors: typeof errors }
export const shown: Record<Locale, Shown> = { en: { screens, errors }, 'zh-CN': { screens: zhScreens, errors: zhErrors } };
