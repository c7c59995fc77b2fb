/** Two ways to run one flow for one record without a server: the model read statement by statement, and the generated code. */
import { stripTypeScriptTypes } from 'node:module';
import { build } from '../../compiler/build.ts';
import type { CampaignModel, Expression, Statement } from '../../compiler/model.ts';
import * as operations from '../../runtime/data/index.ts';
import type { FlowData, Reader } from '../../runtime/data/types.ts';
import type { Value } from '../../runtime/model/values.ts';
import type { Facts, Flow, Next, Program } from '../../runtime/workflow/abi.ts';
import { workspace } from './models.ts';

export type Fields = Record<string, Value>;
/** What a run did, in words: both ways must tell the same story. */
export type Story = string[];

/** Whether each wait ends in time, in order; `true` when the list is used up. */
export type Fate = readonly boolean[];

export function readerOf(fields: Fields): Reader {
  const none = { name: null, status: null, reason: null, channel: null, result: () => null };
  return {
    now: Date.UTC(2026, 2, 7, 10),
    zone: 'Europe/Berlin',
    participant: fields,
    profile: {},
    communication: null,
    result: () => null,
    named: () => none,
  };
}

/** Reads the record at each test, as the language says. Knows booleans, integers, and waits for them. */
export function runModel(campaign: CampaignModel, flow: string, fields: Fields, fate: Fate): Story {
  const story: Story = [];
  const ends = [...fate];
  const body = campaign.flows.find((each) => each.name === flow)!.body;
  if (run(body) === 'on') story.push('stop');
  return story;

  function run(statements: readonly Statement[]): 'on' | 'over' {
    for (const statement of statements) if (step(statement) === 'over') return 'over';
    return 'on';
  }

  function step(statement: Statement): 'on' | 'over' {
    switch (statement.kind) {
      case 'if':
        return run(evaluate(statement.condition, fields) === true ? statement.then : statement.else);
      case 'match': {
        const subject = evaluate(statement.subject, fields);
        const arm = statement.arms.find(({ members }) => members.includes(String(subject)));
        return run(arm ? arm.body : (statement.else ?? []));
      }
      case 'set': {
        const { field, value } = statement.assignments[0]!;
        fields[field.name] = evaluate(value, fields);
        story.push(`${field.name} = ${fields[field.name]}`);
        return 'on';
      }
      case 'plan':
        story.push(`plan ${statement.name}`);
        return 'on';
      case 'cancel':
        story.push('cancel');
        return 'on';
      case 'stop':
        story.push('stop');
        return 'over';
      case 'to':
        story.push(`to ${statement.flow}`);
        return 'over';
      case 'wait':
        story.push('wait');
        return 'on';
      case 'wait for communication': {
        story.push(`wait for ${statement.name}`);
        return (ends.shift() ?? true) ? 'on' : run(statement.else);
      }
      default:
        throw new Error(`not told: ${statement.kind}`);
    }
  }
}

function evaluate(expression: Expression, fields: Fields): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'member':
      return expression.member;
    case 'field':
      return fields[expression.field.name] ?? null;
    case 'not':
      return evaluate(expression.operand, fields) !== true;
    case 'binary': {
      const left = evaluate(expression.left, fields);
      const right = evaluate(expression.right, fields);
      if (expression.operator === '+') return left === null || right === null ? null : Number(left) + Number(right);
      if (expression.operator === '>=') return left !== null && right !== null && left >= right;
      throw new Error(`not told: ${expression.operator}`);
    }
    default:
      throw new Error(`not told: ${expression.kind}`);
  }
}

/** Compiles, loads the generated text, and drives the program as the kernel does, against the same record. */
export async function runGenerated(campaign: CampaignModel, flow: string, fields: Fields, fate: Fate): Promise<Story> {
  const { files } = build({ model: workspace([campaign]), released: [] });
  const text = (kind: string) => files.find((file) => file.path.endsWith(`/${flow}.${kind}.ts`))!.text;
  const program = load<Program>(text('workflow'));
  return drive(program, load<FlowData>(text('data'), program), fields, fate);
}

export async function drive(program: Program, data: FlowData, fields: Fields, fate: Fate): Promise<Story> {
  const story: Story = [];
  const ends = [...fate];
  let plans: readonly string[] = [];
  const stretch = (id: string): Facts => {
    const found = data.stretches[id]!;
    plans = Object.keys(found.plans ?? {});
    return found.facts(readerOf(fields));
  };
  const flowApi: Flow = {
    facts: async (id) => stretch(id),
    async set(step) {
      const { values, then } = data.sets[step]!;
      for (const [name, value] of Object.entries(values(readerOf(fields)))) {
        fields[name] = value;
        story.push(`${name} = ${value}`);
      }
      return stretch(then);
    },
    python: () => Promise.reject(new Error('no scripts here')),
    async cancel(step) {
      story.push('cancel');
      return stretch(data.cancels[step]!.then);
    },
    plan(name) {
      if (!plans.includes(name)) throw new Error(`the stretch says nothing of ${name}`);
      story.push(`plan ${name}`);
    },
    stop: () => ({ kind: 'stop' }),
    to: (name) => ({ kind: 'to', flow: name }),
    waitUntil: (until, { label, then, line }) => {
      if (typeof until !== 'number') throw new Error(`no instant for ${label}`);
      return { kind: 'wait', wait: { for: 'time', until, label, then, line } };
    },
    waitForCommunication: (name, { then, else: otherwise, line }) => ({
      kind: 'wait',
      wait: { for: 'communication', name, then, line, ...(otherwise ? { else: otherwise } : {}) },
    }),
    waitFor: () => {
      throw new Error('no conditions here');
    },
  };
  for (let segment: string | null = 'start'; segment !== null; ) segment = after(await run(segment));
  return story;

  function run(name: string): Promise<Next> {
    return program.segments[name]!(flowApi);
  }

  function after(next: Next): string | null {
    if (next.kind !== 'wait') {
      story.push(next.kind === 'stop' ? 'stop' : `to ${next.flow}`);
      return null;
    }
    const { wait } = next;
    if (wait.for === 'time') story.push('wait');
    if (wait.for === 'communication') story.push(`wait for ${wait.name}`);
    const inTime = wait.for === 'time' || (ends.shift() ?? true);
    return inTime || !('else' in wait) || wait.else === undefined ? wait.then : wait.else;
  }
}

/** The one export of a generated module. `program`: what a data module imports of its flow's control flow. */
export function load<T>(text: string, program?: Program): T {
  const code = stripTypeScriptTypes(text.replace(/, type FlowData }/, ' }'))
    .replace(/^import \{(.*)\} from 'flowc\/data';$/m, 'const {$1} = operations;')
    .replace(/^import .*$/gm, '')
    .replace(/^export const \w+ =/m, 'return');
  const run = new Function('operations', 'program', code.replace(/^export const \w+\s*=/m, 'return'));
  return run(operations, program) as T;
}
