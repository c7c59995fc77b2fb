import type { KernelActivities, StartArgument } from '../activities/port.ts';

export type LocalActivityName = 'facts' | 'set' | 'cancel' | 'commit' | 'replan' | 'close';
export type ActivityName = 'python' | 'send';
export type ActivityInput<N extends keyof KernelActivities> = Parameters<KernelActivities[N]>[0];
export type ActivityResult<N extends keyof KernelActivities> = Awaited<ReturnType<KernelActivities[N]>>;

export interface Cancelable<T> {
  readonly result: Promise<T>;
  /** Asks for cancellation; the result settles at once. */
  cancel(): void;
}

/** How much history the current execution has. */
export interface HistorySize {
  readonly events: number;
  /** The server asks for a fresh execution: start nothing new. */
  readonly full: boolean;
}

/**
 * Everything the kernel needs of the outside. `temporal-host.ts` answers with Temporal, `simulator/host.ts` with virtual
 * time. Neither the kernel nor a program can tell which.
 */
export interface Host {
  /** Real epoch milliseconds, the same at every replay. */
  now(): number;
  /** Calls back after real milliseconds; the returned function disarms it. */
  timer(ms: number, summary: string, fire: () => void): () => void;
  local<N extends LocalActivityName>(name: N, input: ActivityInput<N>, summary: string): Promise<ActivityResult<N>>;
  activity<N extends ActivityName>(name: N, input: ActivityInput<N>, summary: string): Cancelable<ActivityResult<N>>;
  /** Never returns. */
  continueAsNew(argument: StartArgument, versions: readonly string[]): Promise<never>;
  /** The participant's whole situation, in words. */
  details(text: string): void;
  /** `flow@hash` of everything this execution has run, for safe removal of versions. */
  versions(): readonly string[];
  setVersions(versions: readonly string[]): void;
  /** Resolves as soon as the condition holds; it is looked at after everything that happens. */
  until(condition: () => boolean): Promise<void>;
  history(): HistorySize;
  /** First execution id of this chain of executions. */
  readonly incarnation: string;
  /** The sentence of the failure if it ends a run ({@link flowFault}); `null` for every other error. */
  flowFault(error: unknown): string | null;
}
