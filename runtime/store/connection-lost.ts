/** SQLSTATE classes and codes of a server that ends, begins or has no room, and of a link that broke. */
const classes = ['08', '53', '57P'];
const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/** What pg says without a code. */
const words = /connection terminated|connection ended|timeout exceeded when trying to connect|not queryable/i;

/** Was the statement lost with its connection, so that the same one may do better later? */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionLost);
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string')
    return systemCodes.has(code) || (/^[0-9A-Z]{5}$/.test(code) && classes.some((start) => code.startsWith(start)));
  return words.test(error.message) || isConnectionLost(error.cause);
}
