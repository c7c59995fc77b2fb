/** Whose move it is: `problem` (the user's files or data, exit 1), `usage` (the command line, exit 2), `environment` (something outside is missing or unreachable, exit 3). */
export type UserErrorKind = 'problem' | 'usage' | 'environment';

/** An error whose message is written for the person at the terminal: whole sentences, printed without a stack trace. */
export class UserError extends Error {
  readonly kind: UserErrorKind;

  constructor(kind: UserErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UserError';
    this.kind = kind;
  }
}

/** The message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.trim() || 'unknown error';
}
