import { isConnectionLost } from '../../runtime/store/connection-lost.ts';
import { refusalOf, UserError, type UserErrorKind } from '../../runtime/user-error.ts';

/** Documented in docs/cli.md. */
export const exitCodes = { ok: 0, problem: 1, usage: 2, environment: 3, interrupted: 130 } as const satisfies Record<
  UserErrorKind | 'ok' | 'interrupted',
  number
>;

/**
 * Prints what went wrong for the person at the terminal and gives the exit code. A stack trace appears only with
 * `FLOWC_DEBUG=1`; an error that is not written for people is our bug and says so.
 */
export function reportFailure(error: unknown): number {
  const debug = process.env.FLOWC_DEBUG === '1';
  if (error instanceof UserError) {
    process.stderr.write(`${error.message}\n`);
    if (debug && error.cause) console.error(error.cause);
    return exitCodes[error.kind];
  }
  if (debug) console.error(error);
  // The store's errors are sentences for people as well.
  if (error instanceof Error && error.name === 'StoreError') {
    process.stderr.write(`${error.message}\n`);
    return exitCodes.environment;
  }
  const refusal = refusalOf(error);
  if (refusal !== null) {
    process.stderr.write(`${refusal}\n`);
    return exitCodes.environment;
  }
  const text = error instanceof Error ? error.message.split('\n')[0] : String(error);
  if (isConnectionLost(error)) {
    process.stderr.write(`The connection to the database was lost (${text}). Run the command again when it answers.\n`);
    return exitCodes.environment;
  }
  process.stderr.write(`flowc failed in a way it should not: ${text}. Run it again with FLOWC_DEBUG=1 to see where.\n`);
  return exitCodes.environment;
}
