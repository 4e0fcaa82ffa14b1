// The person's choices, kept in the store and passed on to the host where they concern it.
import type { Settings } from '../../preload/contract/domain.ts';
import { pickLocale, type Locale } from '../../preload/contract/locale.ts';
import type { Host } from '../app/host.ts';
import { ValueTopic } from '../lib/topic.ts';
import type { SettingsRows } from '../store/settings.ts';

export class SettingsService {
  private readonly rows: SettingsRows;
  private readonly host: Pick<Host, 'locale' | 'theme'>;
  private readonly systemLocale: string;
  private readonly topic: ValueTopic<Settings>;
  private readonly listeners: ((settings: Settings) => void)[] = [];
  private settings: Settings;

  /** `systemLocale` is BCP 47 or POSIX. Tells the host language and theme at once. */
  constructor(deps: { readonly rows: SettingsRows; readonly host: Pick<Host, 'locale' | 'theme'>; readonly systemLocale: string }) {
    this.rows = deps.rows;
    this.host = deps.host;
    this.systemLocale = deps.systemLocale;
    this.settings = this.rows.load();
    this.topic = new ValueTopic<Settings>(this.settings);
    this.host.locale(this.locale());
    this.host.theme(this.settings.theme);
  }

  get(): Settings {
    return this.settings;
  }

  locale(): Locale {
    return pickLocale(this.settings.language, this.systemLocale);
  }

  change(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    const defined = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Settings>;
    this.rows.save(defined);
    this.settings = { ...this.settings, ...defined };
    if (defined.language !== undefined) this.host.locale(this.locale());
    if (defined.theme !== undefined) this.host.theme(this.settings.theme);
    this.topic.set(this.settings);
    for (const listener of this.listeners) listener(this.settings);
    return this.settings;
  }

  watch(signal: AbortSignal): ReturnType<ValueTopic<Settings>['watch']> {
    return this.topic.watch(signal);
  }

  onChange(listener: (settings: Settings) => void): void {
    this.listeners.push(listener);
  }
}
