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

const systemErrors: Readonly<Record<string, readonly [why: string, edit: string]>> = {
  EACCES: ['permission denied', 'Check its owner and permissions'],
  EPERM: ['the system does not permit it', 'Check its owner and permissions'],
  EROFS: ['the file system is read-only', 'Work on a copy elsewhere'],
  ENOSPC: ['the disk is full', 'Free some space'],
  EDQUOT: ['your disk quota is used up', 'Free some space'],
  EISDIR: ['it is a folder', 'Rename or remove it'],
  ENOTDIR: ['a part of its path is a file', 'Rename or remove that file'],
  EEXIST: ['a file of that name is in the way', 'Rename or remove it'],
};

const systemCalls: Readonly<Record<string, string>> = {
  open: 'opened',
  scandir: 'read',
  read: 'read',
  write: 'written',
  mkdir: 'made',
  unlink: 'removed',
  rm: 'removed',
  rmdir: 'removed',
  chown: 'given to the user of the database',
};

/** What the system refused, as a sentence for the person at the terminal; null for any other error. */
export function refusalOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return null;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  const row = systemErrors[code ?? ''];
  return row ? `${path} cannot be ${systemCalls[syscall ?? ''] ?? 'used'}: ${row[0]}. ${row[1]}.` : null;
}

/** The message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.trim() || 'unknown error';
}
