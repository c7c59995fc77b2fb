import { Context } from '@temporalio/activity';
import type { ActivityDeps, Attempt } from './deps.ts';

const heartbeatMs = 3000;

/** Does the work while the attempt beats, so that a dead worker is noticed; hands in the attempt's cancellation. */
export async function inAttempt<T>(
  deps: Pick<ActivityDeps, 'attempt'>,
  work: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const attempt = (deps.attempt ?? temporalAttempt)();
  attempt.heartbeat();
  const timer = setInterval(() => attempt.heartbeat(), heartbeatMs);
  try {
    return await work(attempt.signal);
  } finally {
    clearInterval(timer);
  }
}

function temporalAttempt(): Attempt {
  const context = Context.current();
  return { heartbeat: () => context.heartbeat(), signal: context.cancellationSignal };
}
