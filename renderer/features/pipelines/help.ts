// What the help says of a type and of its keys, in the language of the window. Comes with the Pipelines screens, not with the first page.
import { basicHelp } from '../../../assets/locales/en/agent-help/basic.ts';
import { betweenHelp } from '../../../assets/locales/en/agent-help/between.ts';
import { channelsHelp } from '../../../assets/locales/en/agent-help/channels.ts';
import { configFiltersHelp } from '../../../assets/locales/en/agent-help/config-filters.ts';
import { filesHelp } from '../../../assets/locales/en/agent-help/files.ts';
import { queuesHelp } from '../../../assets/locales/en/agent-help/queues.ts';
import { rpcHelp } from '../../../assets/locales/en/agent-help/rpc.ts';
import { basicHelp as zhBasicHelp } from '../../../assets/locales/zh-CN/agent-help/basic.ts';
import { betweenHelp as zhBetweenHelp } from '../../../assets/locales/zh-CN/agent-help/between.ts';
import { channelsHelp as zhChannelsHelp } from '../../../assets/locales/zh-CN/agent-help/channels.ts';
import { configFiltersHelp as zhConfigFiltersHelp } from '../../../assets/locales/zh-CN/agent-help/config-filters.ts';
import { filesHelp as zhFilesHelp } from '../../../assets/locales/zh-CN/agent-help/files.ts';
import { queuesHelp as zhQueuesHelp } from '../../../assets/locales/zh-CN/agent-help/queues.ts';
import { rpcHelp as zhRpcHelp } from '../../../assets/locales/zh-CN/agent-help/rpc.ts';
import type { Locale } from '../../../preload/contract/locale.ts';

interface TypeHelp { readonly about: string; readonly keys: Readonly<Record<string, string>> }
type Help = Readonly<Record<string, TypeHelp>>;

const HELP: Record<Locale, readonly Help[]> = {
  en: [basicHelp, betweenHelp, channelsHelp, configFiltersHelp, filesHelp, queuesHelp, rpcHelp],
  'zh-CN': [zhBasicHelp, zhBetweenHelp, zhChannelsHelp, zhConfigFiltersHelp, zhFilesHelp, zhQueuesHelp, zhRpcHelp],
};

function helpOf(kind: string, type: string, locale: Locale): TypeHelp | null {
  const name = `${kind} ${type}`;
  for (const family of HELP[locale]) if (Object.hasOwn(family, name)) return family[name] ?? null;
  return null;
}

export function aboutOf(kind: string, type: string, locale: Locale): string {
  return helpOf(kind, type, locale)?.about ?? '';
}

/** '' where nothing is said of it. */
export function keyHelp(kind: string, type: string, key: string, locale: Locale): string {
  return helpOf(kind, type, locale)?.keys[key] ?? '';
}
