import { commit } from './commit.ts';
import type { ActivityDeps } from './deps.ts';
import { cancel, close } from './end.ts';
import { guarded } from './fault.ts';
import type { KernelActivities, StretchInput, StretchResult } from './port.ts';
import { python } from './python.ts';
import { beginRun, halted } from './record.ts';
import { replan } from './replan.ts';
import { send } from './send.ts';
import { evaluate } from './stretch.ts';
import { set } from './write.ts';

/**
 * What a worker registers. Each activity loads, asks `runtime/rules`, and saves in one transaction; each may be repeated. A
 * store out of reach or a missing version is retried; only a FlowFault ends a run.
 */
export function createActivities(deps: ActivityDeps): KernelActivities {
  return {
    facts: guarded(deps, 'facts', (input) => facts(deps, input)),
    set: guarded(deps, 'set', (input) => set(deps, input)),
    cancel: guarded(deps, 'cancel', (input) => cancel(deps, input)),
    commit: guarded(deps, 'commit', (input) => commit(deps, input)),
    replan: guarded(deps, 'replan', (input) => replan(deps, input)),
    close: guarded(deps, 'close', (input) => close(deps, input)),
    python: guarded(deps, 'python', (input) => python(deps, input)),
    send: guarded(deps, 'send', (input) => send(deps, input)),
  };
}

async function facts(deps: ActivityDeps, input: StretchInput): Promise<StretchResult> {
  const { who, run, stretch, now } = input;
  const record = await beginRun(deps.store.db, input);
  if (typeof record === 'string') return halted(record);
  return evaluate(deps, who, run, stretch, record, now);
}
