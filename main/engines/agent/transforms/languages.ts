// The two languages of expressions. Both see `headers`, `text` (the body) and `body` (the body as JSON where it is JSON, else its text).
import { Environment } from '@marcbachmann/cel-js';
import jsonata from 'jsonata';
import type { Event } from '../event/event.ts';

export type Language = 'jsonata' | 'cel';
export type Evaluate = (event: Event) => unknown;

/** Throws an Error in words for an expression that cannot be read. */
export function compile(language: Language, expression: string): Evaluate {
  return language === 'jsonata' ? compileJsonata(expression) : compileCel(expression);
}

/** Values of an expression that repeats itself, and calls within calls, before it fails by itself. */
const JSONATA_LIMITS = { stack: 500, sequence: 1_000_000 };

function compileJsonata(expression: string): Evaluate {
  try {
    const compiled = jsonata(expression, JSONATA_LIMITS);
    return (event) => {
      const text = event.body.toString('utf8');
      return compiled.evaluate({ headers: Object.fromEntries(event.headers), text, body: jsonOr(text) });
    };
  } catch (error) {
    throw new Error(wordsOf(error));
  }
}

function compileCel(expression: string): Evaluate {
  const environment = new Environment({ homogeneousAggregateLiterals: false, enableOptionalTypes: true })
    .registerVariable('headers', 'map').registerVariable('text', 'string').registerVariable('body', 'dyn');
  const compiled = environment.parse(expression);
  return (event) => {
    const text = event.body.toString('utf8');
    return compiled({ headers: Object.fromEntries(event.headers), text, body: whole(jsonOr(text)) });
  };
}

function jsonOr(text: string): unknown {
  if (!/^\s*[[{"\d\-tfn]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Whole numbers as CEL's int. */
function whole(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(whole);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, whole(entry)]));
  return value;
}

/** JSONata's errors are objects with a message, a code and a position. */
export function wordsOf(error: unknown): string {
  const { message, position } = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as { message?: unknown; position?: unknown };
  const words = String(message ?? 'it failed').split('\n')[0] as string;
  return typeof position === 'number' ? `${words} (at character ${position})` : words;
}
