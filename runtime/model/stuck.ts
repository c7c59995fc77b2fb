/**
 * What can stand still, and what to do. `state`: why, as a predicate of "ada of welcome …". `todo`: a sentence of its own.
 * `heals`: `flowc repair` does something about it.
 */
export const stuckKinds = {
  'missing version': {
    state: 'waits for a version that no worker here holds',
    todo: 'Start a worker whose build holds it; it then goes on by itself.',
    heals: false,
  },
  fails: {
    state: 'stands still because its workflow fails',
    todo: 'It goes on by itself once the cause is fixed. `flowc repair --terminate CAMPAIGN PARTICIPANT` ends it instead.',
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
    state: 'has events that went to a workflow which ended before it took them',
    todo: '`flowc repair` signals them again.',
    heals: true,
  },
  forgotten: {
    state: 'has runs or communications that are due but unknown to its workflow, as after a reset by hand',
    todo: '`flowc repair` ends them as terminated.',
    heals: true,
  },
  late: {
    state: 'is late, and its workflow is still at work',
    todo: 'Look at what Temporal says of it, and whether there are enough workers.',
    heals: false,
  },
} as const satisfies Record<string, { state: string; todo: string; heals: boolean }>;

export type StuckKind = keyof typeof stuckKinds;
