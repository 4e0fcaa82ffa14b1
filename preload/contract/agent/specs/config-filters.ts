// Types of the agent: config filters, which put secrets into values. Keys and defaults as Flume 1.11 has them in its code; the vault is ours.
import { component, text, type ComponentSpec } from '../keys.ts';

export const ENV_FILTER = component({ kind: 'configfilter', type: 'env', classes: ['org.apache.flume.configfilter.EnvironmentVariableConfigFilter'], keys: {} });

export const EXTERNAL_FILTER = component({
  kind: 'configfilter', type: 'external', classes: ['org.apache.flume.configfilter.ExternalProcessConfigFilter'],
  keys: { command: text({ required: true, hint: 'command' }), charset: text({ default: 'UTF-8', hint: 'charset' }) },
});

export const VAULT_FILTER = component({ kind: 'configfilter', type: 'vault', classes: [], ours: true, keys: {} });

export const CONFIG_FILTERS_SPECS: readonly ComponentSpec[] = [ENV_FILTER, EXTERNAL_FILTER, VAULT_FILTER];
