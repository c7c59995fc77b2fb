import { instantOf } from '../people.ts';
import { before, type Verdict, wallText } from './verdict.ts';

/** An answer before the deadline is planned with or regretted; without one there is a nudge. Each end of ASK is noted once. */
export function judgeSurvey(verdict: Verdict): void {
  const { life, said, fields } = verdict.evidence;
  const deadline = instantOf(String(life.fields.deadline), life.zone);
  const asks = verdict.named('ASK');
  verdict.expect(asks.length === 1, asks.length === 0 ? 'lost' : 'doubled', () => `${asks.length} times ASK`);
  const ask = asks[0];
  if (!ask) return;
  const answer = said.find((one) => one.kind === 'answered' && one.counted);
  // When the end of one whose answer was lost was stored is not known exactly.
  const inTime = ask.reason === 'unknown' ? 'either' : answer ? before(answer, deadline) : 'no';
  const nudged = fields.nudged === true;
  const fits = inTime === 'either' || nudged === (inTime === 'no');
  verdict.expect(
    fits,
    'wrong branch',
    () =>
      `deadline ${wallText(deadline)}Z, answered ${answer ? `${wallText(answer.began)}Z` : 'never'}: nudged is ${nudged}`,
  );
  const outcome = answer && ask.status === 'Completed' ? String(answer.fields.outcome) : null;
  const expected = nudged ? 'NUDGE' : outcome === 'promised' ? 'PLAN' : 'SORRY';
  verdict.sentOnce(expected);
  const others = ['NUDGE', 'PLAN', 'SORRY'].filter((name) => name !== expected);
  verdict.neverSent('wrong branch', `${expected} is right`, ...others);
  if (!answer)
    verdict.expect(ask.status !== 'Completed', 'wrong branch', () => `ASK is ${ask.status} without an answer`);
  verdict.field('answer', [outcome ?? 'silent']);
  verdict.field('answers', [1]);
}
