// The system's name of what went wrong in a call: ENOENT, EACCES, ...

/** EIO when the error has no name. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'EIO';
}
