// The shape of the error catalogue: for every code what happened (naming the object and the cause) and what to do.
import type { ErrorCode, ErrorParams } from '../../preload/contract/errors.ts';

export type ErrorTexts = { readonly [C in ErrorCode]: (params: ErrorParams<C>) => { readonly title: string; readonly body: string; readonly remedy: string } };
