/** What a worker takes before the first workflow: Node, the SDK, the bundle, connections. */
const ownMb = 420;
/** Of one participant who waits, in the sandbox, the SDK and its core together. */
const perWorkflowMb = 0.22;
/** Below as many as are at work at once, each wake-up would replay its history. */
const fewest = 400;

/** How many workflows are kept in memory between two wake-ups; the others replay their history when they are woken. */
export function cachedWorkflows(memoryMb: number): number {
  return Math.max(fewest, Math.floor((memoryMb - ownMb) / perWorkflowMb));
}
