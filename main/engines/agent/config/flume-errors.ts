// The list of errors that Flume itself keeps of a configuration (FlumeConfigurationError), for those who compare with it.

export type FlumeErrorType = 'AGENT_CONFIGURATION_INVALID' | 'PROPERTY_NAME_NULL' | 'PROPERTY_VALUE_NULL' | 'AGENT_NAME_MISSING' | 'INVALID_PROPERTY' | 'PROPERTY_PART_OF_ANOTHER_GROUP' | 'ATTRS_MISSING' | 'CONFIG_ERROR';

export interface FlumeError {
  /** The component, or the agent, or the key as a whole. */
  readonly component: string;
  readonly key: string;
  readonly type: FlumeErrorType;
  readonly level: 'ERROR' | 'WARNING';
}

export class FlumeErrors {
  readonly list: FlumeError[] = [];

  add(component: string, key: string, type: FlumeErrorType, level: FlumeError['level'] = 'ERROR'): void {
    this.list.push({ component, key, type, level });
  }
}
