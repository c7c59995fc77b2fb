import { instantOf } from '../people.ts';
import { before, type Verdict, wallText, wentOut } from './verdict.ts';

/** Who pays before the bound is thanked, all others get the final notice; the reminder reaches only who has not paid. */
export function judgeDunning(verdict: Verdict): void {
  const { life, said, runs, fields } = verdict.evidence;
  if (life.sleeps) {
    judgeSleeper(verdict);
    return;
  }
  const due = instantOf(String(life.fields.due), life.zone);
  const payment = said.find((one) => one.fields.paid === true);
  const inTime = payment ? before(payment, due) : 'no';
  // Who paid before the flow looked for the first time had paid when it looked.
  const unseen = inTime === 'no' && payment !== undefined && !payment.settled.collect;
  const stages = inTime === 'either' || unseen ? ['thanked', 'late'] : [inTime === 'yes' ? 'thanked' : 'late'];
  verdict.expect(
    stages.includes(String(fields.stage)),
    'wrong branch',
    () =>
      `due ${wallText(due)}Z, paid ${payment ? `${wallText(payment.began)}Z` : 'never'}: ${fields.stage} instead of ${stages.join(' or ')}`,
  );

  const [notice, other] = verdict.named('NOTICE_A').length > 0 ? ['NOTICE_A', 'NOTICE_B'] : ['NOTICE_B', 'NOTICE_A'];
  verdict.sentOnce(notice!);
  verdict.neverSent('wrong branch', `${notice} was`, other!);
  const [last, never] = fields.stage === 'thanked' ? ['THANKS', 'FINAL'] : ['FINAL', 'THANKS'];
  verdict.sentOnce(last!);
  verdict.neverSent('wrong branch', `the stage is ${fields.stage}`, never!);
  if (fields.stage === 'late') verdict.field('score', [7]);
  verdict.expect(runs.length === (fields.stage === 'late' ? 2 : 1), 'count', () => `${runs.length} runs`);
  judgeReminder(verdict, payment?.ended ?? null);
}

function judgeReminder(verdict: Verdict, paid: number | null): void {
  const { life } = verdict.evidence;
  const remind = instantOf(String(life.fields.remind), life.zone);
  const rows = verdict.named('REMINDER');
  verdict.expect(rows.length === 1, rows.length === 0 ? 'lost' : 'doubled', () => `${rows.length} times REMINDER`);
  for (const one of rows) {
    if (wentOut(one) && one.handedOff !== null) {
      verdict.expect(
        one.handedOff >= remind,
        'outside its window',
        () => `REMINDER left at ${wallText(one.handedOff!)}Z`,
      );
      verdict.expect(
        paid === null || one.handedOff <= paid,
        'too late',
        () => `REMINDER left at ${wallText(one.handedOff!)}Z, the payment was stored at ${wallText(paid!)}Z`,
      );
    } else {
      verdict.expect(one.reason === 'canceled', 'lost', () => `REMINDER is ${one.status} ${one.reason}`);
    }
  }
}

function judgeSleeper(verdict: Verdict): void {
  const { runs } = verdict.evidence;
  const parked = runs.length === 1 && runs[0]!.state === 'parked';
  verdict.expect(parked, 'stands still', () => `a sleeper has ${runs.map((run) => run.state).join(', ') || 'no run'}`);
  verdict.sentOnce('REMINDER');
}
