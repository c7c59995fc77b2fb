/** Did the demo do what the windows say? Pure. */
import type { Mail, Situation } from './situation.ts';

/** A workflow of the campaign that is open, as the Temporal API shows it. */
export interface OpenWorkflow {
  readonly workflowId: string;
  /** Summaries of the timers that have not fired. */
  readonly timers: readonly string[];
}

export interface Verdict {
  readonly due: number;
  readonly delivered: number;
  readonly waiting: number;
  /** One sentence each; empty when all went as it must. */
  readonly problems: readonly string[];
}

/** Every due e-mail once, no other one, and an open workflow with a timer that says so for everybody who waits. */
export function verdictOf(
  situations: readonly Situation[],
  mails: readonly Mail[],
  workflows: readonly OpenWorkflow[],
): Verdict {
  const due = situations.filter(({ expectation }) => expectation.due);
  const waiting = situations.filter(({ expectation }) => !expectation.due);
  return {
    due: due.length,
    delivered: due.filter(({ mails: count }) => count > 0).length,
    waiting: waiting.length,
    problems: [
      ...due.flatMap(dueProblem),
      ...waiting.flatMap((one) => waitingProblem(one, workflows)),
      ...messageIdProblems(mails),
      ...strangerProblems(situations, mails),
    ],
  };
}

function dueProblem({ expectation, mails, text }: Situation): readonly string[] {
  const { person, reminder } = expectation;
  if (mails === 1) return [];
  if (mails > 1) return [`${person.external_id} got ${mails} e-mails instead of one.`];
  return [`${person.external_id} was due and got no e-mail: ${reminder} ${text}.`];
}

function waitingProblem({ expectation, mails }: Situation, workflows: readonly OpenWorkflow[]): readonly string[] {
  const { person, reminder } = expectation;
  if (mails > 0) return [`${person.external_id} got an e-mail outside the window ${expectation.window}.`];
  const open = workflows.find(({ workflowId }) => workflowId.endsWith(`/${person.external_id}`));
  if (!open) return [`${person.external_id} waits for ${reminder}, but no workflow of theirs is running.`];
  if (open.timers.some((summary) => summary.startsWith(`${reminder} opens `))) return [];
  const timers = open.timers.length > 0 ? open.timers.map((summary) => `"${summary}"`).join(', ') : 'none';
  return [`The workflow ${open.workflowId} has no timer that says when ${reminder} opens; its timers: ${timers}.`];
}

function messageIdProblems(mails: readonly Mail[]): readonly string[] {
  const groups = [...Map.groupBy(mails, ({ messageId }) => messageId)];
  return groups.flatMap(([id, same]) => (same.length > 1 ? [`The Message-ID ${id} came ${same.length} times.`] : []));
}

function strangerProblems(situations: readonly Situation[], mails: readonly Mail[]): readonly string[] {
  const known = new Set(situations.map(({ expectation }) => expectation.person.email));
  return mails.flatMap(({ to }) =>
    to.length === 1 && known.has(to[0]!) ? [] : [`An e-mail went to ${to.join(', ')}.`],
  );
}
