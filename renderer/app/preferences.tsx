// Language, theme and density as the person set them, and the formats that follow from the language.
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import type { Messages } from '../../assets/locales/index.ts';
import { shown } from '../../assets/locales/shown.ts';
import type { Settings } from '../../preload/contract/domain.ts';
import { pickLocale, type Locale } from '../../preload/contract/locale.ts';
import type { z } from 'zod';
import { useTopic } from '../data/hooks.ts';
import { formats, type Formats } from './formats.ts';

type SettingsValue = z.output<typeof Settings>;
export const DEFAULTS: SettingsValue = { language: 'system', theme: 'system', density: 'compact', onClose: 'ask', showHidden: false, coordination: null };

interface Preferences {
  readonly settings: SettingsValue;
  readonly locale: Locale;
  readonly dark: boolean;
  readonly texts: Messages['screens'];
  readonly errors: Messages['errors'];
  readonly format: Formats;
}

const PreferencesContext = createContext<Preferences | null>(null);
const darkQuery = '(prefers-color-scheme: dark)';

function subscribeDark(listener: () => void): () => void {
  const query = matchMedia(darkQuery);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

export function PreferencesProvider({ children }: { readonly children: ReactNode }) {
  const stored = useTopic('settings.watch', {}).value;
  const systemDark = useSyncExternalStore(subscribeDark, () => matchMedia(darkQuery).matches);
  const status = useTopic('app.status', {}).value;
  const settings = stored ?? DEFAULTS;
  // In a browser the person may sit at another machine than the app.
  const locale = pickLocale(settings.language, status?.host === 'electron' ? status.locale : navigator.language);
  const dark = settings.theme === 'dark' || (settings.theme === 'system' && systemDark);
  useEffect(() => {
    const html = document.documentElement;
    html.lang = locale;
    html.dataset['theme'] = dark ? 'dark' : 'light';
    html.dataset['density'] = settings.density;
  }, [locale, dark, settings.density]);
  const value = useMemo(() => ({ settings, locale, dark, texts: shown[locale].screens, errors: shown[locale].errors, format: formats(locale) }), [settings, locale, dark]);
  return (
    <PreferencesContext.Provider value={value}>
      <I18nProvider locale={locale}>{children}</I18nProvider>
    </PreferencesContext.Provider>
  );
}

export function usePreferences(): Preferences {
  const value = useContext(PreferencesContext);
  if (!value) throw new Error('no preferences above this component');
  return value;
}

export function useTexts(): Messages['screens'] {
  return usePreferences().texts;
}

export function useFormat(): Formats {
  return usePreferences().format;
}
