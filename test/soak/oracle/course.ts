import { type Verdict, wallText, wentOut } from './verdict.ts';

const lessons = ['LESSON_1', 'LESSON_2', 'LESSON_3'];

/** Three lessons, each once, unless the person leaves: then nothing more is sent. */
export function judgeCourse(verdict: Verdict): void {
  const { said, runs, exited } = verdict.evidence;
  const exit = said.find((one) => one.fields.opted_out === true);
  verdict.expect(exited === (exit !== undefined), 'wrong branch', () => `exited: ${exited}`);
  if (!exit) {
    verdict.sentOnce(...lessons);
    verdict.field('progress', [3]);
    verdict.expect(
      runs.length === 1 && runs[0]!.endedAs === 'stopped',
      'count',
      () => `${runs.map((run) => run.endedAs)}`,
    );
    return;
  }
  verdict.field('progress', [0, 1, 2, 3]);
  for (const name of lessons) {
    verdict.expect(
      verdict.handedOver(name) <= 1,
      'doubled',
      () => `${name} was sent ${verdict.handedOver(name)} times`,
    );
    for (const one of verdict.named(name)) {
      const late = wentOut(one) && one.handedOff !== null && one.handedOff > exit.ended;
      verdict.expect(
        !late,
        'too late',
        () => `${name} left at ${wallText(one.handedOff!)}Z, the exit was stored at ${wallText(exit.ended)}Z`,
      );
    }
  }
}
