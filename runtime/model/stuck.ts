/**
 * Why a participant can be stuck, and what to do. `state`: why, as a predicate of "ada of welcome …". `todo`: a sentence of its own.
 * `heals`: `flowc repair` does something about it.
 */
export const stuckKinds = {
  'missing version': {
    state: 'waits for a version that no running worker has',
    todo: 'Start a worker whose build has it; the participant then continues by itself.',
    heals: false,
  },
  fails: {
    state: 'is stuck because its workflow fails',
    todo: 'It continues by itself once the cause is fixed. `flowc repair --terminate CAMPAIGN PARTICIPANT` ends it instead.',
    heals: false,
  },
  'no workflow': {
    state: 'has runs or communications but no workflow',
    todo: '`flowc repair` ends them as terminated.',
    heals: true,
  },
  'another workflow': {
    state: 'has runs or communications of a workflow that is gone; another one runs',
    todo: '`flowc repair` ends them as terminated.',
    heals: true,
  },
  'lost events': {
    state: 'has events that were signalled to a workflow that ended before it took them',
    todo: '`flowc repair` signals them again.',
    heals: true,
  },
  forgotten: {
    state: 'has runs or communications that are due but unknown to its workflow, as after a reset by hand',
    todo: '`flowc repair` ends them as terminated.',
    heals: true,
  },
  late: {
    state: 'is late, and its workflow is still working',
    todo: 'Look at its workflow in Temporal, and check that there are enough workers.',
    heals: false,
  },
} as const satisfies Record<string, { state: string; todo: string; heals: boolean }>;

export type StuckKind = keyof typeof stuckKinds;
