// The shape of the error catalogue: for every code what happened (naming the object and the cause) and what to do.
import type { AGENT_ERRORS } from '../../preload/contract/agent/errors.ts';
import type { ErrorCode, ErrorParams } from '../../preload/contract/errors.ts';

export type ErrorTexts = { readonly [C in ErrorCode]: (params: ErrorParams<C>) => { readonly title: string; readonly body: string; readonly remedy: string } };

/** The agent's part of it, in a file of its own. */
export type AgentErrorTexts = Pick<ErrorTexts, keyof typeof AGENT_ERRORS>;
