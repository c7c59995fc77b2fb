import type { ActivityDeps } from './deps.ts';
import { close, endRun, leave } from './end.ts';
import { guarded } from './fault.ts';
import type { KernelActivities } from './port.ts';
import { python } from './python.ts';
import { replan } from './replan.ts';
import { send } from './send.ts';
import { step } from './step.ts';

/**
 * What a worker registers. Each activity loads, asks `runtime/rules`, and saves in one transaction; each may be repeated. A
 * store out of reach or a missing version is retried; what ends a run is part of an answer.
 */
export function createActivities(deps: ActivityDeps): KernelActivities {
  return {
    step: guarded(deps, 'step', (input) => step(deps, input)),
    python: guarded(deps, 'python', (input) => python(deps, input)),
    end: guarded(deps, 'end', (input) => endRun(deps, input)),
    leave: guarded(deps, 'leave', (input) => leave(deps, input)),
    replan: guarded(deps, 'replan', (input) => replan(deps, input)),
    close: guarded(deps, 'close', (input) => close(deps, input)),
    send: guarded(deps, 'send', (input) => send(deps, input)),
  };
}
