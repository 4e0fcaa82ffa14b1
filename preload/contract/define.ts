// The vocabulary of the contract: a procedure is a call (one answer), a stream (items until done)
// or a topic (a stream that opens with a snapshot and goes on with patches). Types and schemas only.
import { z } from 'zod';

export interface CallDef<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly kind: 'call';
  readonly input: I;
  readonly output: O;
}

export interface StreamDef<I extends z.ZodType = z.ZodType, T extends z.ZodType = z.ZodType> {
  readonly kind: 'stream';
  readonly input: I;
  readonly item: T;
}

export type ProcedureDef = CallDef | StreamDef;
export type Contract = Readonly<Record<string, ProcedureDef>>;

/** One question, one answer. */
export function call<I extends z.ZodType, O extends z.ZodType>(def: { input: I; output: O }): CallDef<I, O> {
  return { kind: 'call', ...def };
}

/** Items until the server is done or the client cancels; paced by credit. */
export function stream<I extends z.ZodType, T extends z.ZodType>(def: { input: I; item: T }): StreamDef<I, T> {
  return { kind: 'stream', ...def };
}

/**
 * A value kept in step: `snapshot` with revision r, then whole new `value`s with r+1, r+2, ...
 * A receiver that sees a gap in `rev` waits for the next snapshot; a producer that skipped sends one.
 */
export function valueTopic<I extends z.ZodType, V extends z.ZodType>(def: { input: I; value: V }) {
  return stream({
    input: def.input,
    item: z.discriminatedUnion('type', [
      z.object({ type: z.literal('snapshot'), rev: z.number().int().nonnegative(), value: def.value }),
      z.object({ type: z.literal('value'), rev: z.number().int().positive(), value: def.value }),
    ]),
  });
}

/** A collection kept in step by id: `snapshot`, then patches that insert or replace `upsert` and drop `remove`. */
export function collectionTopic<I extends z.ZodType, E extends z.ZodType>(def: { input: I; entity: E }) {
  return stream({
    input: def.input,
    item: z.discriminatedUnion('type', [
      z.object({ type: z.literal('snapshot'), rev: z.number().int().nonnegative(), items: z.array(def.entity) }),
      z.object({ type: z.literal('patch'), rev: z.number().int().positive(), upsert: z.array(def.entity), remove: z.array(z.string()) }),
    ]),
  });
}

export type Input<D extends ProcedureDef> = z.input<D['input']>;
export type ParsedInput<D extends ProcedureDef> = z.output<D['input']>;
export type Output<D> = D extends CallDef<z.ZodType, infer O> ? z.output<O> : never;
export type Item<D> = D extends StreamDef<z.ZodType, infer T> ? z.output<T> : never;

/** What a client of contract `C` offers: calls as promises, streams as async iterables; `signal` cancels either. */
export type Client<C extends Contract> = {
  readonly [K in keyof C]: C[K] extends CallDef
    ? (input: Input<C[K]>, signal?: AbortSignal) => Promise<Output<C[K]>>
    : (input: Input<C[K]>, signal?: AbortSignal) => AsyncIterable<Item<C[K]>>;
};

/** What a server of contract `C` must offer; a missing handler is a compile error. */
export type Handlers<C extends Contract> = {
  readonly [K in keyof C]: C[K] extends CallDef
    ? (input: ParsedInput<C[K]>, signal: AbortSignal) => Promise<Output<C[K]>> | Output<C[K]>
    : (input: ParsedInput<C[K]>, signal: AbortSignal) => AsyncIterable<Item<C[K]>>;
};
