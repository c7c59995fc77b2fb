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
  const stretches = new Map<string, Need>();
  const { body, need } = fill(segment.body, nothing);
  stretches.set(segment.stretch, need);
  const inner = [...everyInstruction(body)].flatMap(stretchesOf);
  return { body, stretches: [segment.stretch, ...inner].map((id) => stretch(id, stretches.get(id)!)) };

  /** From the back, since a stretch holds what follows it. */
  function fill(
    list: readonly Instruction[],
    after: Need,
  ): { readonly body: readonly Instruction[]; readonly need: Need } {
    const result: Instruction[] = [];
    let need = after;
    const startAnew = (words: string) => {
      const id = context.stretchId(words);
      stretches.set(id, need);
      result.push({ kind: 'facts', stretch: id, origin: null });
      need = nothing;
    };
    for (const instruction of list.toReversed()) {
      switch (instruction.kind) {
        case 'set':
        case 'python':
        case 'cancel':
          stretches.set(instruction.stretch, need);
          need = nothing;
          result.push(instruction);
          break;
        case 'plan':
          // A plan changes what is known of its NAME: what follows must see it.
          if (reads(need, instruction.name)) startAnew(`after ${instruction.name} is planned`);
          need = { facts: [], plans: [instruction.name], then: [need] };
          result.push(instruction);
          break;
        case 'if': {
          if (joinsStretches(instruction) && size(need) > sharedLimit) startAnew(`after if ${instruction.fact}`);
          const then = fill(instruction.then, need);
          const otherwise = fill(instruction.else, need);
          need = { facts: [instruction.fact], plans: [], then: [then.need, otherwise.need] };
          result.push({ ...instruction, then: then.body, else: otherwise.body });
          break;
        }
        case 'switch': {
          if (joinsStretches(instruction) && size(need) > sharedLimit) startAnew(`after match ${instruction.fact}`);
          const rest = need;
          const arms = instruction.arms.map((arm) => ({ cases: arm.cases, ...fill(arm.body, rest) }));
          const otherwise = instruction.else && fill(instruction.else, rest);
          need = {
            facts: [instruction.fact],
            plans: [],
            then: [...arms.map((arm) => arm.need), otherwise ? otherwise.need : rest],
          };
          result.push({
            ...instruction,
            arms: arms.map(({ cases, body }) => ({ cases, body })),
            else: otherwise === null ? null : otherwise.body,
          });
          break;
        }
        case 'wait for time':
          need = factsAlone(instruction.until);
          if (instruction.follows !== null) stretches.set(instruction.follows, need);
          result.push(instruction);
          break;
        case 'wait for communication':
          need = instruction.upTo === null ? nothing : factsAlone(instruction.upTo);
          result.push(instruction);
          break;
        case 'wait for condition':
          stretches.set(instruction.stretch, factsAlone(instruction.key));
          need = factsAlone(instruction.key, ...(instruction.upTo === null ? [] : [instruction.upTo]));
          result.push(instruction);
          break;
        case 'stop':
        case 'to':
        case 'continue':
          need = nothing;
          result.push(instruction);
          break;
        case 'facts':
          throw new Error('only this pass adds `facts`');
        default:
          return instruction satisfies never;
      }
    }
    return { body: result.toReversed(), need };
  }

  function reads(need: Need, name: string): boolean {
    return collect(need).facts.some((key) => {
      const fact = context.facts.get(key)!;
      return 'expression' in fact && readsCommunication(fact.expression, name);
    });
  }

  function stretch(id: string, need: Need): StretchIr {
    const { facts, plans } = collect(need);
    return { id, facts: facts.map((key) => context.facts.get(key)!), plans };
  }
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
