import { ApplicationFailure } from '@temporalio/common';
import { Storm } from '../rules/signal.ts';
import type { ActivityDeps } from './deps.ts';
import { flowFault } from './port.ts';

/** Ends the run, visibly. `sentence` is ours alone: it enters the workflow's history and must hold no personal data. */
export function fault(sentence: string): ApplicationFailure {
  return ApplicationFailure.create({ type: flowFault, nonRetryable: true, message: sentence });
}

/** Try again, not before `ms` have passed if given. */
export function tryAgain(sentence: string, ms?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'TryAgain',
    message: sentence,
    ...(ms === undefined ? {} : { nextRetryDelay: ms }),
  });
}

/** Database errors quote rows, and rows are people: they go to the log, a sentence of ours goes to the workflow. */
export function guarded<I, O>(
  deps: ActivityDeps,
  name: string,
  work: (input: I) => Promise<O>,
): (input: I) => Promise<O> {
  return async (input) => {
    try {
      return await work(input);
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      if (error instanceof Storm) throw fault(error.message);
      const { message, code } = error as { message?: string; code?: string };
      deps.log(`${name}: ${message ?? String(error)}`);
      throw tryAgain(`${name} could not be done now${code ? ` (${code})` : ''}; the worker's log says why.`);
    }
  };
}
