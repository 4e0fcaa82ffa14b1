// Filters and changes events by an expression, in JSONata or in CEL (ours). What fails on an event says so of that event alone; the others of its batch are tried again.
import { CEL_INTERCEPTOR, JSONATA_INTERCEPTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { SluiceError } from '../../../../preload/contract/sluice-error.ts';
import { interceptor, type Context } from '../components/factory.ts';
import type { Interceptor } from '../parts.ts';
import type { Language } from '../transforms/languages.ts';
import { BadExpression, TransformFailed, TransformThread } from '../transforms/thread.ts';
import { thinned } from './in-turns.ts';

interface Values { readonly expression: string; readonly timeLimit: number; readonly memoryLimit: number }

async function transform(language: Language, values: Values, { name }: Context): Promise<Interceptor> {
  const thread = new TransformThread({ language, ...values });
  try {
    await thread.open();
  } catch (error) {
    await thread.close();
    if (error instanceof BadExpression) throw SluiceError.of('AGENT_KEY', { component: name, key: 'expression', value: values.expression.slice(0, 200), reason: error.message });
    throw error;
  }
  let last: Promise<unknown> = Promise.resolve();
  return {
    intercept: (events) => {
      const next = last.then(() => thread.run(events)).then((made) => thinned(events, made)).catch((error: unknown) => {
        throw error instanceof TransformFailed ? SluiceError.of('AGENT_TRANSFORM', { component: name, reason: error.message }) : error;
      });
      last = next.catch(() => {});
      return next;
    },
    close: () => { void thread.close(); },
  };
}

export const jsonataInterceptor = interceptor(JSONATA_INTERCEPTOR, (values, context) => transform('jsonata', values, context));
export const celInterceptor = interceptor(CEL_INTERCEPTOR, (values, context) => transform('cel', values, context));
