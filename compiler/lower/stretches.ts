import { readsCommunication } from '../expressions.ts';
import { children, ends, everyInstruction, stretchesOf, takesFacts } from '../ir/walk.ts';
import type { FactIr, Instruction, StretchIr } from '../ir.ts';

/** What may be tested or planned from a point on before the next effect: a graph, so that code after a branch is held once. */
interface Need {
  readonly facts: readonly string[];
  readonly plans: readonly string[];
  readonly then: readonly Need[];
}
const nothing: Need = { facts: [], plans: [], then: [] };

/**
 * Code after a branch with effects is reached with several stretches, each of which must hold its facts. Beyond this many
 * the code evaluates its own instead, so that output stays linear in the source.
 */
const sharedLimit = 8;

export interface StretchContext {
  readonly facts: ReadonlyMap<string, FactIr>;
  /** A stretch's id from its words. */
  readonly stretchId: (words: string) => string;
}

/** Fills the stretches of one segment; adds a `facts` instruction where the facts at hand would be too old or too many. */
export function assignStretches(
  segment: { readonly stretch: string; readonly body: readonly Instruction[] },
  context: StretchContext,
): { readonly body: readonly Instruction[]; readonly stretches: readonly StretchIr[] } {
  const filling: Filling = { ...context, needs: new Map() };
  const { body, need } = fill(filling, segment.body, nothing);
  filling.needs.set(segment.stretch, need);
  const ids = [segment.stretch, ...[...everyInstruction(body)].flatMap(stretchesOf)];
  return { body, stretches: ids.map((id) => stretchOf(filling, id)) };
}

interface Filling extends StretchContext {
  /** By the id of the stretch that holds it. */
  readonly needs: Map<string, Need>;
}

/** Code, and what must be known before it. */
interface Filled {
  readonly body: readonly Instruction[];
  readonly need: Need;
}

/** From the back, since a stretch holds what follows it. */
function fill(filling: Filling, list: readonly Instruction[], after: Need): Filled {
  const parts: (readonly Instruction[])[] = [];
  let need = after;
  for (const instruction of list.toReversed()) {
    const filled = fillOne(filling, instruction, need);
    parts.push(filled.body);
    need = filled.need;
  }
  return { body: parts.toReversed().flat(), need };
}

function fillOne(filling: Filling, instruction: Instruction, after: Need): Filled {
  const alone = (need: Need): Filled => ({ body: [instruction], need });
  switch (instruction.kind) {
    case 'set':
    case 'python':
    case 'cancel':
      filling.needs.set(instruction.stretch, after);
      return alone(nothing);
    case 'plan':
      return fillPlan(filling, instruction, after);
    case 'if':
      return fillIf(filling, instruction, after);
    case 'switch':
      return fillSwitch(filling, instruction, after);
    case 'wait for time': {
      const need = factsAlone(instruction.until);
      if (instruction.follows !== null) filling.needs.set(instruction.follows, need);
      return alone(need);
    }
    case 'wait for communication':
      return alone(instruction.upTo === null ? nothing : factsAlone(instruction.upTo));
    case 'wait for condition':
      filling.needs.set(instruction.stretch, factsAlone(instruction.key));
      return alone(factsAlone(instruction.key, ...(instruction.upTo === null ? [] : [instruction.upTo])));
    case 'stop':
    case 'to':
    case 'continue':
      return alone(nothing);
    case 'facts':
      throw new Error('only this pass adds `facts`');
    default:
      return instruction satisfies never;
  }
}

type InstructionOf<K extends Instruction['kind']> = Extract<Instruction, { kind: K }>;

/** A plan changes what is known of its NAME: what follows must see it. */
function fillPlan(filling: Filling, plan: InstructionOf<'plan'>, after: Need): Filled {
  const rest = reads(filling, after, plan.name)
    ? startAnew(filling, `after ${plan.name} is planned`, after)
    : unchanged(after);
  return { body: [plan, ...rest.body], need: { facts: [], plans: [plan.name], then: [rest.need] } };
}

function fillIf(filling: Filling, branch: InstructionOf<'if'>, after: Need): Filled {
  const rest = restOf(filling, branch, `after if ${branch.fact}`, after);
  const then = fill(filling, branch.then, rest.need);
  const otherwise = fill(filling, branch.else, rest.need);
  return {
    body: [{ ...branch, then: then.body, else: otherwise.body }, ...rest.body],
    need: { facts: [branch.fact], plans: [], then: [then.need, otherwise.need] },
  };
}

function fillSwitch(filling: Filling, branch: InstructionOf<'switch'>, after: Need): Filled {
  const rest = restOf(filling, branch, `after match ${branch.fact}`, after);
  const arms = branch.arms.map(({ cases, body }) => ({ cases, ...fill(filling, body, rest.need) }));
  const otherwise = branch.else && fill(filling, branch.else, rest.need);
  const filled = {
    ...branch,
    arms: arms.map(({ cases, body }) => ({ cases, body })),
    else: otherwise?.body ?? null,
  };
  const then = [...arms.map((arm) => arm.need), otherwise ? otherwise.need : rest.need];
  return { body: [filled, ...rest.body], need: { facts: [branch.fact], plans: [], then } };
}

/** What follows a branch: with the facts of each way that leads there, or with its own where these would be too many. */
function restOf(filling: Filling, branch: Instruction, words: string, after: Need): Filled {
  return joinsStretches(branch) && size(after) > sharedLimit ? startAnew(filling, words, after) : unchanged(after);
}

function startAnew({ stretchId, needs }: Filling, words: string, need: Need): Filled {
  const id = stretchId(words);
  needs.set(id, need);
  return { body: [{ kind: 'facts', stretch: id, origin: null }], need: nothing };
}

function unchanged(need: Need): Filled {
  return { body: [], need };
}

function reads({ facts }: Filling, need: Need, name: string): boolean {
  return collect(need).facts.some((key) => {
    const fact = facts.get(key)!;
    return 'expression' in fact && readsCommunication(fact.expression, name);
  });
}

function stretchOf({ facts, needs }: Filling, id: string): StretchIr {
  const collected = collect(needs.get(id)!);
  return { id, facts: collected.facts.map((key) => facts.get(key)!), plans: collected.plans };
}

function factsAlone(...facts: readonly string[]): Need {
  return { facts, plans: [], then: [] };
}

function size(need: Need): number {
  const { facts, plans } = collect(need);
  return facts.length + plans.length;
}

/** Keys in the order of the source, each once. */
function collect(need: Need): { readonly facts: readonly string[]; readonly plans: readonly string[] } {
  const facts = new Set<string>();
  const plans = new Set<string>();
  const seen = new Set<Need>();
  const open = [need];
  for (let next = open.pop(); next; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const key of next.facts) facts.add(key);
    for (const name of next.plans) plans.add(name);
    open.push(...next.then.toReversed());
  }
  return { facts: [...facts], plans: [...plans] };
}

/** Is the code after it reached with the facts of another stretch as well? */
function joinsStretches(instruction: Instruction): boolean {
  return children(instruction).some(goesOnAfterEffect);
}

function goesOnAfterEffect(list: readonly Instruction[]): boolean {
  return !ends(list) && list.some((instruction) => takesFacts(instruction) || joinsStretches(instruction));
}
