/** What a statement is called in pictures: its kind, its words, and the ways that lead on from inside it. */
import type { CampaignModel, CommunicationModel, PythonModel, Statement } from '../../model.ts';

export type StepKind = 'communication' | 'decision' | 'wait' | 'write' | 'python' | 'cancel' | 'stop' | 'jump';

export interface Step {
  readonly kind: StepKind;
  /** The first line is what it does; more lines say when and how. */
  readonly lines: readonly string[];
  /** Ways through blocks of its own; empty for a plain statement. */
  readonly ways: readonly Way[];
  /** Whether what follows is reached at all without one of the ways. */
  readonly passes: 'on' | 'after the ways' | 'never';
  readonly statement: Statement;
}

export interface Way {
  readonly label: string;
  readonly body: readonly Statement[];
}

export function stepOf(campaign: CampaignModel, statement: Statement): Step {
  const step = (kind: StepKind, lines: readonly string[], ways: readonly Way[], passes: Step['passes']): Step => ({
    kind,
    lines,
    ways,
    passes,
    statement,
  });
  switch (statement.kind) {
    case 'if': {
      const { condition, then, else: otherwise } = statement;
      return step('decision', [`if ${condition.text}`], [way('yes', then), way('no', otherwise)], 'after the ways');
    }
    case 'match': {
      const arms = statement.arms.map(({ members, body }) => way(members.join(', '), body));
      const rest = statement.else === null ? [] : [way('else', statement.else)];
      return step('decision', [`match ${statement.subject.text}`], [...arms, ...rest], 'after the ways');
    }
    case 'split': {
      const arms = statement.arms.map(({ percent, body }) => way(`${percent}%`, body));
      const rest = statement.else === null ? [] : [way('else', statement.else)];
      return step('decision', [`split ${statement.name}`], [...arms, ...rest], 'after the ways');
    }
    case 'set':
      return step('write', [statement.text], [], 'on');
    case 'stop':
      return step('stop', ['stop'], [], 'never');
    case 'plan': {
      const found = campaign.communications.find(({ name }) => name === statement.name);
      return step('communication', [statement.name, ...(found ? communicationLines(found) : [])], [], 'on');
    }
    case 'cancel':
      return step(
        'cancel',
        [`cancel ${statement.names.length > 0 ? statement.names.join(', ') : 'communications'}`],
        [],
        'on',
      );
    case 'to':
      return step('jump', [`to ${statement.flow}`], [], 'never');
    case 'python':
      return step('python', [`python ${statement.action.name}`, ...pythonLines(statement.action)], [], 'on');
    case 'wait':
    case 'wait until':
      return step('wait', [statement.text], [], 'on');
    case 'wait for communication':
    case 'wait for condition': {
      const late = statement.else.length > 0 ? [way('too late', statement.else)] : [];
      return step('wait', [statement.text], late, 'on');
    }
    default:
      return statement satisfies never;
  }
}

function way(label: string, body: readonly Statement[]): Way {
  return { label, body };
}

function communicationLines({ kind, channel, at, windowText, uncapped }: CommunicationModel): string[] {
  return [`${kind} on ${channel}`, `at ${at.text}`, windowText, ...(uncapped ? ['uncapped'] : [])];
}

function pythonLines({ script, writes }: PythonModel): string[] {
  const written = writes.map(({ name }) => name).join(', ');
  return [...(script ? [script] : []), ...(written ? [`writes ${written}`] : [])];
}
