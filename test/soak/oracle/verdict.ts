/**
 * The oracle says what a life must have come to, from what was said to the store, in the order of the store, and from instants
 * at which messages really left. It knows the campaigns as a reader of their text does; nothing of flowc's code is in it.
 */
import type { CommunicationEvidence, Evidence, Span } from '../evidence.ts';

export type Rule =
  | 'lost'
  | 'doubled'
  | 'wrong branch'
  | 'too late'
  | 'outside its window'
  | 'wrong zone'
  | 'stands still'
  | 'failed'
  | 'count';

export interface Violation {
  readonly rule: Rule;
  /** `<campaign>/<person>`, which is the workflow's id as well. */
  readonly who: string;
  readonly text: string;
}

/** Writes the violations of one life. */
export class Verdict {
  readonly found: Violation[] = [];
  readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    this.evidence = evidence;
  }

  expect(holds: boolean, rule: Rule, text: () => string): void {
    const { campaign, person } = this.evidence.life;
    if (!holds) this.found.push({ rule, who: `${campaign}/${person}`, text: text() });
  }

  /** Each of these was sent once. One whose answer was lost counts as well: it was handed over. */
  sentOnce(...names: readonly string[]): void {
    for (const name of names) {
      const n = this.handedOver(name);
      this.expect(n >= 1, 'lost', () => `${name} was never sent (${this.statuses(name)})`);
      this.expect(n <= 1, 'doubled', () => `${name} was sent ${n} times`);
    }
  }

  neverSent(rule: Rule, why: string, ...names: readonly string[]): void {
    for (const name of names) this.expect(this.handedOver(name) === 0, rule, () => `${name} was sent, although ${why}`);
  }

  handedOver(name: string): number {
    return this.named(name).filter(wentOut).length;
  }

  named(name: string): readonly CommunicationEvidence[] {
    return this.evidence.communications.filter((one) => one.name === name);
  }

  statuses(name: string): string {
    const all = this.named(name).map(({ status, reason, outbox }) =>
      `${status} ${reason ?? ''} ${outbox ?? ''}`.trim(),
    );
    return all.join(', ') || 'never planned';
  }

  field(name: string, allowed: readonly unknown[]): void {
    const value = this.evidence.fields[name] ?? null;
    this.expect(allowed.includes(value), 'wrong branch', () => `${name} is ${value}, allowed: ${allowed.join(', ')}`);
  }
}

/** Handed over, and nobody has heard whether it arrived. One that was canceled meanwhile keeps its state. */
export function isUncertain({ outbox }: CommunicationEvidence): boolean {
  return outbox === 'UNKNOWN' || outbox === 'HANDED_OFF';
}

export function wentOut(one: CommunicationEvidence): boolean {
  return one.outbox === 'SENT' || isUncertain(one);
}

/** Whether something was stored before an instant: yes, no, or within the time it took to store it. */
export function before(span: Span, instant: number): 'yes' | 'no' | 'either' {
  if (span.ended < instant) return 'yes';
  return span.began > instant ? 'no' : 'either';
}

export function wallText(at: number): string {
  return new Date(at).toISOString().slice(0, 16);
}
