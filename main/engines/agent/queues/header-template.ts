// A name with `%{header}` in it, as the path of the hdfs sink has them. Without any it costs nothing.
import type { Event } from '../event/event.ts';

const HEADER = /%\{([^}]*)\}/g;

/** A header that an event does not have stands for nothing. */
export function headerTemplate(template: string): (event: Event) => string {
  if (!template.includes('%{')) return () => template;
  return (event) => template.replace(HEADER, (_all, name: string) => event.headers.get(name) ?? '');
}
