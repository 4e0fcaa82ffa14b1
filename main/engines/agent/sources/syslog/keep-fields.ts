// Which parts of a syslog message's head stay in the body: `keepFields`, and how they are put back (SyslogUtils.chooseFieldsToKeep, addFieldsToBody).

const FIELDS = ['priority', 'version', 'timestamp', 'hostname'] as const;
type Field = (typeof FIELDS)[number];

export type KeepFields = 'all' | ReadonlySet<Field>;

export function keepFieldsOf(text: string): KeepFields {
  const word = text.trim().toLowerCase();
  if (word === 'false' || word === 'none') return new Set();
  if (word === 'true' || word === 'all') return 'all';
  return new Set(FIELDS.filter((field) => word.includes(field)));
}

export interface Head {
  readonly priority: string;
  readonly version: string | null;
  readonly timestamp: string | null;
  readonly host: string | null;
}

/** What stands before the body. A part that the message does not have is told as "null", as in Flume. */
export function keptPrefix(keep: ReadonlySet<Field>, head: Head): string {
  let prefix = '';
  if (keep.has('priority')) prefix += `<${head.priority}>`;
  if (keep.has('version') && head.version !== null && head.version !== '') prefix += `${head.version} `;
  if (keep.has('timestamp')) prefix += `${head.timestamp ?? 'null'} `;
  if (keep.has('hostname')) prefix += `${head.host ?? 'null'} `;
  return prefix;
}
