import type { KernelActivities, StartArgument } from '../activities/port.ts';

export type LocalActivityName = 'step' | 'end' | 'leave' | 'replan' | 'close';
export type ActivityName = 'python' | 'send';
export type ActivityInput<N extends keyof KernelActivities> = Parameters<KernelActivities[N]>[0];
export type ActivityResult<N extends keyof KernelActivities> = Awaited<ReturnType<KernelActivities[N]>>;

/** What became of an activity. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/** How much history the current execution has. */
export interface HistorySize {
  readonly events: number;
  /** The server asks for a fresh execution: start nothing new. */
  readonly full: boolean;
}

/**
 * Everything the kernel needs of the outside. `temporal-host.ts` answers with Temporal, `simulator/host.ts` with virtual
 * time. Neither the kernel nor a program can tell which. Callbacks only enqueue; the kernel's one loop does the rest.
 */
export interface Host {
  /**
   * Real epoch milliseconds, for the length of timers alone. Two runs of one history may read different values here, so
   * nothing else may depend on it.
   */
  now(): number;
  /** Calls back after real milliseconds; the returned function disarms it. */
  timer(ms: number, summary: string, fire: () => void): () => void;
  /** At most one at a time. It is tried a few times before it fails. */
  local<N extends LocalActivityName>(
    name: N,
    input: ActivityInput<N>,
    summary: string,
    done: (outcome: Outcome<ActivityResult<N>>) => void,
  ): void;
  /** The returned function asks for cancellation; `done` is told at once. */
  activity<N extends ActivityName>(
    name: N,
    input: ActivityInput<N>,
    summary: string,
    done: (outcome: Outcome<ActivityResult<N>>) => void,
  ): () => void;
  /** Never returns. */
  continueAsNew(argument: StartArgument, versions: readonly string[]): Promise<never>;
  /** The participant's whole situation, in words. */
  details(text: string): void;
  /** `flow@hash` of everything this execution has run, for safe removal of versions. */
  versions(): readonly string[];
  setVersions(versions: readonly string[]): void;
  /** Resolves as soon as the condition holds; it is looked at after everything that happens. */
  until(condition: () => boolean): Promise<void>;
  /** Resolves when everything that happened together has called back. */
  settled(): Promise<void>;
  /** Read only while no local activity is under way: two runs of one history may read different values otherwise. */
  history(): HistorySize;
  /** First execution id of this chain of executions. */
  readonly incarnation: string;
}
