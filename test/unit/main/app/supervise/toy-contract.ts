// What the toy engine of the supervisor's tests offers.
import { z } from 'zod';
import { call, stream } from '../../../../../preload/contract/define.ts';

export const toyContract = {
  ping: call({ input: z.object({}), output: z.object({ pid: z.number() }) }),
  drain: call({ input: z.object({}), output: z.object({}) }),
  forever: call({ input: z.object({}), output: z.object({}) }),
  ticks: stream({ input: z.object({}), item: z.number() }),
} as const;
