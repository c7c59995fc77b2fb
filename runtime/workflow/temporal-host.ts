import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { flowFault, type KernelActivities, type StartArgument } from '../activities/port.ts';
import type { ActivityInput, ActivityName, ActivityResult, Cancelable, Host, LocalActivityName } from './host.ts';
import { versionsAttributeName } from './versions.ts';

const flowVersions = defineSearchAttributeKey(versionsAttributeName, SearchAttributeType.KEYWORD_LIST);

/** Reads and idempotent writes: retried without limit, a store out of reach is never a flow's failure. */
const localOptions = {
  startToCloseTimeout: '10 seconds',
  localRetryThreshold: '5 seconds',
  retry: { initialInterval: '200 milliseconds', backoffCoefficient: 2, maximumInterval: '20 seconds' },
} as const;

const activityOptions = {
  send: {
    // Longer than a channel can be told to wait for an answer; a dead worker is noticed by its heartbeat.
    startToCloseTimeout: '3 hours',
    heartbeatTimeout: '15 seconds',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  },
  python: {
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '30 seconds',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
  },
} as const;

type Call = { executeWithOptions(options: object, args: readonly unknown[]): Promise<unknown> };

/** The one place where the kernel meets Temporal. */
export function temporalHost(): Host {
  const local = proxyLocalActivities<KernelActivities>(localOptions) as unknown as Record<LocalActivityName, Call>;
  const info = workflowInfo();
  let versions: readonly string[] = info.typedSearchAttributes.get(flowVersions) ?? [];

  return {
    incarnation: info.firstExecutionRunId,
    now: () => Date.now(),
    timer(ms, summary, fire) {
      const scope = new CancellationScope();
      scope.run(() => sleep(ms, { summary })).then(fire, ignoreCancellation);
      return () => scope.cancel();
    },
    local: <N extends LocalActivityName>(name: N, input: ActivityInput<N>, summary: string) =>
      local[name].executeWithOptions({ ...localOptions, summary }, [input]) as Promise<ActivityResult<N>>,
    activity<N extends ActivityName>(name: N, input: ActivityInput<N>, summary: string): Cancelable<ActivityResult<N>> {
      const proxy = proxyActivities<KernelActivities>(activityOptions[name]) as unknown as Record<ActivityName, Call>;
      const scope = new CancellationScope();
      const result = scope.run(() =>
        proxy[name].executeWithOptions({ ...activityOptions[name], summary }, [input]),
      ) as Promise<ActivityResult<N>>;
      return { result, cancel: () => scope.cancel() };
    },
    continueAsNew(argument: StartArgument, next) {
      const fresh = makeContinueAsNewFunc({ typedSearchAttributes: [{ key: flowVersions, value: [...next] }] });
      return fresh(argument);
    },
    details: setCurrentDetails,
    versions: () => versions,
    setVersions(next) {
      versions = next;
      upsertSearchAttributes([{ key: flowVersions, value: [...next] }]);
    },
    until: (holds) => condition(holds),
    history() {
      const { historyLength, continueAsNewSuggested } = workflowInfo();
      return { events: historyLength, full: continueAsNewSuggested };
    },
    flowFault(error) {
      const cause = error instanceof ActivityFailure ? error.cause : null;
      return cause instanceof ApplicationFailure && cause.type === flowFault ? cause.message : null;
    },
  };
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
