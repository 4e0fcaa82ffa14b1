// Which of our two languages serves a person whose system speaks `locale` (BCP 47 or POSIX).
export type Locale = 'en' | 'zh-CN';
export function pickLocale(setting: 'system' | Locale, locale: string): Locale {
  if (setting !== 'system') return setting;
  return locale.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
