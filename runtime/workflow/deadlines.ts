import type { KernelState } from './state.ts';

/** A virtual instant at which something is to be done, and its words for the timer. */
export interface Deadline {
  readonly at: number;
  readonly summary: string;
}

/**
 * All instants the state waits for. One timer serves them: the earliest is armed, the rest stand in the details.
 * `sending`: communications whose send is under way; the send itself keeps their time.
 */
export function deadlines(state: KernelState, sending: (id: string) => boolean): Deadline[] {
  const list: Deadline[] = [];
  for (const c of state.communications) {
    if (sending(c.id)) continue;
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
    const wait = run.wait;
    if (!wait) continue;
    const bound = wait.for === 'time' ? wait.until : wait.upTo;
    if (bound === null || bound === undefined) continue;
    list.push({
      at: bound,
      summary: `${run.ref.flow} ${wait.for === 'time' ? `waits ${wait.label}` : `waits for ${waitsFor(wait)} at most until then`} (${wait.line})`,
    });
  }
  return list;
}

function waitsFor(
  wait: { readonly for: 'communication'; readonly name: string } | { readonly for: 'condition'; readonly key: string },
): string {
  return wait.for === 'communication' ? wait.name : wait.key;
}

export function earliest(list: readonly Deadline[]): Deadline | null {
  return list.reduce<Deadline | null>((best, d) => (best === null || d.at < best.at ? d : best), null);
}
