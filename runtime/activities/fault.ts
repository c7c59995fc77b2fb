import { ApplicationFailure } from '@temporalio/common';
import { Storm } from '../rules/signal.ts';
import type { ActivityDeps } from './deps.ts';

/** Ends the run, visibly. `sentence` is ours alone: it enters the workflow's history and must hold no personal data. */
export class FlowFault extends Error {}

/** The sentence of what ends a run; null for every other error. */
export function sentenceOfFault(error: unknown): string | null {
  return error instanceof FlowFault || error instanceof Storm ? error.message : null;
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
      const { message, code } = error as { message?: string; code?: string };
      deps.log(`${name}: ${message ?? String(error)}`);
      throw tryAgain(`${name} could not be done now${code ? ` (${code})` : ''}; the worker's log says why.`);
    }
  };
}
