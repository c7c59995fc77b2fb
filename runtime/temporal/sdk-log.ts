import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';

let installed = false;

/**
 * The SDK's warnings and worse go to a file, one JSON object a line, never to the terminal. There is one such log per
 * process: it has to be named before the first connection, and later names are ignored.
 */
export function logSdkTo(file: string): void {
  if (installed) return;
  installed = true;
  mkdirSync(dirname(file), { recursive: true });
  const stream = createWriteStream(file, { flags: 'a' });
  const logger = new DefaultLogger('WARN', ({ level, timestampNanos, message, meta }) => {
    const at = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
    stream.write(`${JSON.stringify({ at, level, message, ...serialisable(meta) })}\n`);
  });
  Runtime.install({
    logger,
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) } },
    // The command ends worker, relay, database and server in its own order.
    shutdownSignals: [],
  });
}

function serialisable(meta: unknown): Record<string, unknown> {
  const entries = Object.entries((meta ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, value instanceof Error ? (value.stack ?? value.message) : value]),
  );
}
