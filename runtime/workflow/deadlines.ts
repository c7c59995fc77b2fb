import type { CommunicationState, KernelState, RunState } from './state.ts';
import type { Task } from './tasks.ts';

/** A virtual instant at which something is to be done, and its words for the timer. */
export interface Deadline {
  readonly at: number;
  readonly summary: string;
}

/**
 * All instants the state waits for. One timer serves them: the earliest is armed, the rest stand in the details.
 * `busy`: communications that are being sent or ended; the answer of that says when they are due next.
 */
export function deadlines(state: KernelState, busy: (id: string) => boolean): Deadline[] {
  const list: Deadline[] = [];
  for (const c of state.communications) {
    if (busy(c.id)) continue;
    switch (c.phase) {
      case 'planned':
        list.push({ at: c.opening.opens, summary: `${c.name} opens ${c.opening.label}` });
        break;
      case 'held':
        list.push({ at: c.opening.closes, summary: `${c.name} closes (held: ${c.cause})` });
        break;
      case 'started':
        if (c.silenceAt !== undefined) list.push({ at: c.silenceAt, summary: `${c.name} ends if nobody answers` });
        break;
      default:
        c.phase satisfies never;
    }
  }
  for (const run of state.runs) {
    const at = boundOf(run);
    if (at === null || !run.wait) continue;
    const { wait } = run;
    const what = wait.for === 'time' ? `waits ${wait.label}` : `waits for ${waitsFor(wait)} at most until then`;
    list.push({ at, summary: `${run.ref.flow} ${what} (${wait.line})` });
  }
  return list;
}

function waitsFor(
  wait: { readonly for: 'communication'; readonly name: string } | { readonly for: 'condition'; readonly key: string },
): string {
  return wait.for === 'communication' ? wait.name : wait.key;
}

/** The instant at which the parked run goes on whatever happens; null: none, or the campaign is stopped. */
export function boundOf({ wait, held }: RunState): number | null {
  if (!wait || held) return null;
  return (wait.for === 'time' ? wait.until : wait.upTo) ?? null;
}

export function earliest<T extends { readonly at: number }>(list: readonly T[]): T | null {
  return list.reduce<T | null>((best, d) => (best === null || d.at < best.at ? d : best), null);
}

/** Something whose time has come. */
export type Due =
  | { readonly at: number; readonly close: CommunicationState; readonly because: 'closes' | 'silence' }
  | { readonly at: number; readonly task: Task };

/** Ends of communications, before runs of the same instant; their openings are not among them. */
export function endings(state: KernelState, busy: (id: string) => boolean): Due[] {
  return state.communications.flatMap((c): Due[] => {
    if (busy(c.id)) return [];
    if (c.phase !== 'started') return [{ at: c.opening.closes, close: c, because: 'closes' }];
    return c.silenceAt === undefined ? [] : [{ at: c.silenceAt, close: c, because: 'silence' }];
  });
}

/** Runs that go on at an instant, oldest first. */
export function wakes(state: KernelState): Due[] {
  return state.runs.flatMap((run): Due[] => {
    const due = boundOf(run);
    const { wait } = run;
    if (due === null || !wait) return [];
    const segment = wait.for === 'time' ? wait.then : (wait.else ?? wait.then);
    return [{ at: due, task: { kind: 'segment', run, segment, due } }];
  });
}
