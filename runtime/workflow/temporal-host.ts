import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import {
  ActivityCancellationType,
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
import type { KernelActivities, StartArgument } from '../activities/port.ts';
import type { ActivityInput, ActivityName, ActivityResult, Host, LocalActivityName, Outcome } from './host.ts';
import { versionsAttributeName } from './versions.ts';

const flowVersions = defineSearchAttributeKey(versionsAttributeName, SearchAttributeType.KEYWORD_LIST);

/**
 * Tried a few times within one workflow task, then the failure comes back and the kernel tries again: a retry by the SDK's own
 * timer (past `localRetryThreshold`) would happen outside of the kernel's one queue.
 */
const localOptions = {
  startToCloseTimeout: '30 seconds',
  localRetryThreshold: '1 minute',
  retry: {
    initialInterval: '200 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '2 seconds',
    maximumAttempts: 4,
  },
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
    local<N extends LocalActivityName>(
      name: N,
      input: ActivityInput<N>,
      summary: string,
      done: (outcome: Outcome<ActivityResult<N>>) => void,
    ) {
      tell(local[name].executeWithOptions({ ...localOptions, summary }, [input]) as Promise<ActivityResult<N>>, done);
    },
    activity<N extends ActivityName>(
      name: N,
      input: ActivityInput<N>,
      summary: string,
      done: (outcome: Outcome<ActivityResult<N>>) => void,
    ) {
      const proxy = proxyActivities<KernelActivities>(activityOptions[name]) as unknown as Record<ActivityName, Call>;
      const scope = new CancellationScope();
      const call = scope.run(() => proxy[name].executeWithOptions({ ...activityOptions[name], summary }, [input]));
      tell(call as Promise<ActivityResult<N>>, done);
      return () => scope.cancel();
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
    settled() {
      // Looked at once at once, and again only after everything the activation brought has run.
      let looks = 0;
      return condition(() => looks++ > 0);
    },
    history() {
      const { historyLength, continueAsNewSuggested } = workflowInfo();
      return { events: historyLength, full: continueAsNewSuggested };
    },
  };
}

function tell<T>(call: Promise<T>, done: (outcome: Outcome<T>) => void): void {
  call.then(
    (value) => done({ ok: true, value }),
    (error: unknown) => done({ ok: false, error }),
  );
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
