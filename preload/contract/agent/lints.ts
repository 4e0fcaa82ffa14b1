// What can be said of a configuration of the agent: stable code -> names of its parameters, and how bad it is. The texts stand in assets/locales.

/** error: something does not run as it is written. warning: it runs, and perhaps not as meant. hint: worth knowing. */
export type LintSeverity = 'error' | 'warning' | 'hint';

interface Kind {
  readonly params: readonly string[];
  readonly severity: LintSeverity;
  /** In strict mode, where it is not mended on the way. */
  readonly strict?: LintSeverity;
}

export const AGENT_LINTS = {
  // the text
  ESCAPE_BROKEN: { params: ['text'], severity: 'error' },
  BACKSLASH_LOST: { params: ['key', 'value'], severity: 'warning' },
  NOT_LATIN1: { params: ['key'], severity: 'warning' },
  BYTE_ORDER_MARK: { params: [], severity: 'warning', strict: 'error' },
  KEY_TWICE: { params: ['key', 'line', 'file'], severity: 'warning' },
  KEY_OVERRIDDEN: { params: ['key', 'line', 'file'], severity: 'hint' },
  VALUE_EMPTY: { params: ['key'], severity: 'warning' },
  AGENT_NAME_MISSING: { params: ['key'], severity: 'warning' },
  KEY_NAME_MISSING: { params: ['key'], severity: 'warning' },
  SECTION_UNKNOWN: { params: ['key', 'nearest'], severity: 'warning' },
  SECTION_MENDED: { params: ['key', 'section'], severity: 'warning' },
  PREFIX_MENDED: { params: ['key', 'whole'], severity: 'warning' },
  LIST_COMMAS: { params: ['key'], severity: 'warning', strict: 'error' },
  SETTINGS_OURS: { params: ['key'], severity: 'hint' },
  // references and filters
  REFERENCE_UNKNOWN: { params: ['reference', 'key'], severity: 'warning' },
  REFERENCE_ORDER: { params: ['reference', 'key'], severity: 'hint' },
  REFERENCE_REFUSED: { params: ['reference', 'key'], severity: 'warning', strict: 'error' },
  REFERENCE_CIRCLE: { params: ['reference', 'key'], severity: 'error' },
  FILTER_FAILED: { params: ['filter', 'name', 'key', 'reason'], severity: 'error' },
  FILTER_NOT_LISTED: { params: ['filter', 'key', 'nearest'], severity: 'warning' },
  // agents
  AGENTS_NONE: { params: [], severity: 'error' },
  AGENT_OTHER_NAME: { params: ['name', 'taken'], severity: 'warning' },
  AGENT_NOT_THERE: { params: ['name', 'defined'], severity: 'error' },
  CHANNELS_NONE: { params: ['agent'], severity: 'error' },
  SOURCES_NONE: { params: ['agent'], severity: 'hint' },
  SINKS_NONE: { params: ['agent'], severity: 'hint' },
  NOTHING_RUNS: { params: ['agent'], severity: 'error' },
  LOAD_FAILS: { params: ['agent', 'component', 'reason'], severity: 'error' },
  // components
  LISTED_EMPTY: { params: ['component', 'nearest'], severity: 'error' },
  NOT_LISTED: { params: ['component', 'list'], severity: 'warning' },
  TYPE_MISSING: { params: ['component'], severity: 'error' },
  TYPE_UNKNOWN: { params: ['component', 'type', 'nearest'], severity: 'error' },
  TYPE_LEFT_OUT: { params: ['component', 'type', 'instead', 'reason'], severity: 'error' },
  TYPE_OURS: { params: ['component', 'type'], severity: 'hint' },
  SOURCE_CHANNEL: { params: ['component', 'channel'], severity: 'warning', strict: 'error' },
  SINK_CHANNELS: { params: ['component', 'channel'], severity: 'warning', strict: 'error' },
  SINK_MANY_CHANNELS: { params: ['component', 'channels'], severity: 'error' },
  SOURCE_NO_CHANNEL: { params: ['component', 'only'], severity: 'error' },
  SINK_NO_CHANNEL: { params: ['component', 'only'], severity: 'error' },
  CHANNEL_UNKNOWN: { params: ['component', 'channel', 'nearest'], severity: 'error' },
  CHANNEL_REMOVED: { params: ['component', 'channel'], severity: 'error' },
  CHANNEL_UNUSED: { params: ['channel'], severity: 'warning' },
  CHANNEL_NO_SINK: { params: ['channel'], severity: 'warning' },
  CHANNEL_NO_SOURCE: { params: ['channel'], severity: 'hint' },
  BATCH_TOO_LARGE: { params: ['component', 'batch', 'channel', 'capacity'], severity: 'warning', strict: 'error' },
  INTERCEPTOR_REMOVES: { params: ['component', 'interceptor'], severity: 'error' },
  SELECTOR_BROKEN: { params: ['component', 'type'], severity: 'hint', strict: 'error' },
  MAPPING_UNKNOWN: { params: ['component', 'key', 'channel', 'nearest'], severity: 'error' },
  GROUP_NO_SINKS: { params: ['group'], severity: 'error' },
  GROUP_SINK_UNKNOWN: { params: ['group', 'sink', 'nearest'], severity: 'error' },
  GROUP_SINK_TAKEN: { params: ['group', 'sink', 'other'], severity: 'error' },
  GROUP_NO_TYPE: { params: ['group'], severity: 'warning', strict: 'error' },
  GROUP_DEFAULT_MANY: { params: ['group'], severity: 'error' },
  GROUP_ONE_SINK: { params: ['group'], severity: 'error' },
  PRIORITY_TWICE: { params: ['group', 'sink', 'other', 'priority'], severity: 'warning' },
  PRIORITY_STRANGER: { params: ['group', 'sink'], severity: 'warning' },
  // keys and values
  KEY_UNKNOWN: { params: ['component', 'key', 'nearest'], severity: 'warning' },
  KEY_SPELLING: { params: ['component', 'key', 'usual'], severity: 'hint' },
  KEY_MISSING: { params: ['component', 'key'], severity: 'error' },
  NUMBER_WRONG: { params: ['component', 'key', 'value'], severity: 'error' },
  NUMBER_RANGE: { params: ['component', 'key', 'value', 'min', 'max'], severity: 'error' },
  FLAG_WRONG: { params: ['component', 'key', 'value'], severity: 'warning' },
  PATTERN_WRONG: { params: ['component', 'key', 'value', 'reason'], severity: 'error' },
  PATTERN_SLOW: { params: ['component', 'key', 'value'], severity: 'hint' },
  CHARSET_WRONG: { params: ['component', 'key', 'value'], severity: 'error' },
  FILEGROUP_EMPTY: { params: ['component', 'group'], severity: 'error' },
  FILEGROUP_STRANGER: { params: ['component', 'group'], severity: 'warning' },
  CHOICE_WRONG: { params: ['component', 'key', 'value', 'values', 'nearest'], severity: 'error' },
  // what does not go together
  CAPACITY_SMALL: { params: ['channel', 'capacity', 'transactionCapacity'], severity: 'error' },
  FOLDER_SHARED: { params: ['channel', 'other', 'folder'], severity: 'error' },
  PORT_TWICE: { params: ['component', 'other', 'port'], severity: 'error' },
  CYCLE: { params: ['path'], severity: 'error' },
  TLS_NO_STORE: { params: ['component'], severity: 'error' },
  STORE_KIND: { params: ['component', 'key', 'type', 'file'], severity: 'warning' },
  STORE_JKS: { params: ['component', 'file'], severity: 'hint' },
  TRUST_ALL: { params: ['component', 'key'], severity: 'warning' },
  SECRET_PLAIN: { params: ['component', 'key'], severity: 'warning' },
  EXEC_LOSES: { params: ['component'], severity: 'hint' },
  HDFS_CODEC: { params: ['component', 'codec'], severity: 'warning', strict: 'error' },
  HDFS_SMALL_FILES: { params: ['component'], severity: 'hint' },
  HDFS_NO_TIME: { params: ['component', 'escape', 'source'], severity: 'warning' },
} as const satisfies Readonly<Record<string, Kind>>;

export type AgentLintCode = keyof typeof AGENT_LINTS;
export type AgentLintParams<C extends AgentLintCode> = { readonly [P in (typeof AGENT_LINTS)[C]['params'][number]]: string | number };

/** `count` lines from `line` (from 1) are replaced by `lines`; with `count` 0 these come before `line`. */
export interface TextEdit {
  readonly file: string;
  readonly line: number;
  readonly count: number;
  /** Without their ends, in the characters of the file. */
  readonly lines: readonly string[];
}

export interface AgentLint {
  readonly code: AgentLintCode;
  readonly severity: LintSeverity;
  /** '' and 0 where it is of no one place. */
  readonly file: string;
  readonly line: number;
  /** The agent that it is of, and "source r1" as on the graph; null where it is of none. */
  readonly agent: string | null;
  readonly node: string | null;
  readonly params: Readonly<Record<string, string | number>>;
  /** Mends it at one click; applied together, from the end of the file to its start. */
  readonly fix?: readonly TextEdit[];
}
