// The operational error of the whole program, alike on both sides of a wire. Anything thrown that is not one is a bug.
import type { ErrorCode, ErrorInfo, ErrorParams } from './errors.ts';

export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;

  /** @param cause what lies beneath; its message becomes the `detail` line, so it must hold no secret. */
  private constructor(code: ErrorCode, params: Readonly<Record<string, string | number>>, cause?: unknown) {
    super(`${code} ${JSON.stringify(params)}`, cause === undefined ? undefined : { cause });
    this.name = 'SluiceError';
    this.code = code;
    this.params = params;
  }

  static of<C extends ErrorCode>(code: C, params: ErrorParams<C>, cause?: unknown): SluiceError {
    return new SluiceError(code, params, cause);
  }

  static from(info: ErrorInfo): SluiceError {
    return new SluiceError(info.code, info.params, info.detail === undefined ? undefined : new Error(info.detail));
  }

  toInfo(): ErrorInfo {
    const cause = this.cause instanceof Error ? this.cause.message : undefined;
    return { code: this.code, params: { ...this.params }, ...(cause === undefined ? {} : { detail: cause }) };
  }
}

/** Any thrown value as an ErrorInfo; what is not a SluiceError is named a bug. */
export function toErrorInfo(thrown: unknown): ErrorInfo {
  if (thrown instanceof SluiceError) return thrown.toInfo();
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { code: 'APP_BUG', params: { message: error.message }, ...(error.stack === undefined ? {} : { detail: error.stack }) };
}
