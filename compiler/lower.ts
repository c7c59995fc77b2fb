/** Model → IR. A flow is cut into segments at its long waits; code after a branch that waits is a segment of its own. */
import { dependsOnTheMoment, namesRead } from './expressions.ts';
import { ends } from './ir/walk.ts';
import type { CancelIr, FlowIr, Instruction, PythonIr, SegmentIr, SetIr } from './ir.ts';
import { factBook } from './lower/facts.ts';
import { oneLine, uniqueNames } from './lower/names.ts';
import { goesOn, isIdle, waits } from './lower/reach.ts';
import { assignStretches } from './lower/stretches.ts';
import { branchText, branchWords, waitWords } from './lower/words.ts';
import type { CampaignModel, Expression, FlowModel, Origin, Statement } from './model.ts';
import { type Branch, blocksOf, type Wait } from './statements.ts';

/** How code goes on after a block: with what stands after it, with the end of the flow, in a segment, or it never gets there. */
type Way =
  | { readonly kind: 'fall' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'segment'; readonly name: string }
  | { readonly kind: 'never' };

/** A segment to lower: its name is given out already. */
interface Draft {
  readonly name: string;
  readonly about: string;
  readonly statements: readonly Statement[];
  readonly way: Way;
  readonly origin: Origin;
}
/** Expects a model without errors; code that cannot be reached is left out. */
export function lowerFlow(campaign: CampaignModel, flow: FlowModel): FlowIr {
  const book = factBook();
  const segmentName = uniqueNames((name, n) => `${name}${n}`);
  const numbered = (name: string, n: number) => `${name} (${n})`;
  const stretchId = uniqueNames(numbered);
  const stepName = uniqueNames(numbered);
  const sets: SetIr[] = [];
  const pythons: PythonIr[] = [];
  const cancels: CancelIr[] = [];
  const communications = new Set<string>();

  const first = flow.triggers[0]?.origin ?? flow.origin;
  const about = flow.triggers.map((trigger) => trigger.text).join(' · ');
  const drafts: Draft[] = [
    { name: reserveSegment('start'), about, statements: flow.body, way: { kind: 'stop' }, origin: first },
  ];
  const segments: SegmentIr[] = [];
  const stretches: FlowIr['stretches'][number][] = [];
  for (let draft = drafts.pop(); draft; draft = drafts.pop()) {
    const found: Draft[] = [];
    const body = lowerBlock(draft.statements, draft.way, found);
    drafts.push(...found.toReversed());
    const assigned = assignStretches({ stretch: draft.name, body }, { facts: book.facts, stretchId });
    // A segment that begins with an effect needs no facts before it.
    const [own, ...others] = assigned.stretches;
    stretches.push(...(own && own.facts.length + own.plans.length > 0 ? [own] : []), ...others);
    segments.push({
      name: draft.name,
      about: draft.about,
      stretch: draft.name,
      body: assigned.body,
      origin: draft.origin,
    });
  }

  return {
    campaign: campaign.name,
    name: flow.name,
    again: flow.again,
    segments,
    stretches,
    sets,
    pythons,
    cancels,
    communications: [...communications],
    origin: flow.origin,
  };

  /** A segment begins with the stretch of its name. */
  function reserveSegment(words: string): string {
    const name = segmentName(words);
    stretchId(name);
    return name;
  }

  function lowerBlock(statements: readonly Statement[], way: Way, found: Draft[]): readonly Instruction[] {
    const out: Instruction[] = [];
    for (const [index, statement] of statements.entries()) {
      const { origin } = statement;
      switch (statement.kind) {
        case 'stop':
          return [...out, { kind: 'stop', origin }];
        case 'to':
          return [...out, { kind: 'to', flow: statement.flow, origin }];
        case 'plan':
          communications.add(statement.name);
          out.push(...pythonBase(statement.name, origin), { kind: 'plan', name: statement.name, origin });
          break;
        case 'set': {
          const step = stepName(statement.text.replace(/^set\s+/, ''));
          const stretch = stretchId(`after ${step}`);
          sets.push({ step, assignments: statement.assignments, then: stretch });
          out.push({ kind: 'set', step, stretch, origin });
          break;
        }
        case 'python': {
          const { action } = statement;
          const stretch = stretchId(`after python ${action.name}`);
          pythons.push({ name: action.name, action, then: stretch });
          out.push({ kind: 'python', name: action.name, stretch, origin });
          break;
        }
        case 'cancel': {
          const { names } = statement;
          const step = stepName(`cancel ${names.length > 0 ? names.join(', ') : 'communications'}`);
          const stretch = stretchId(`after ${step}`);
          cancels.push({ step, names, then: stretch });
          out.push({ kind: 'cancel', step, names, stretch, origin });
          break;
        }
        case 'if':
        case 'match':
        case 'split': {
          if (isIdle(statement)) break;
          const rest = statements.slice(index + 1);
          if (!blocksOf(statement).some((body) => body.some(waits) && goesOn(body))) {
            // Whoever waits in it does not come back here, so what follows stays in this segment.
            out.push(lowerBranch(statement, { kind: 'never' }, found));
            if (ends(out)) return out;
            break;
          }
          const afterwards: Draft[] = [];
          const wayOn = wayAfter(rest, way, `after${branchWords(statement)}`, branchText(statement), afterwards);
          out.push(lowerBranch(statement, wayOn, found));
          found.push(...afterwards);
          return ends(out) ? out : [...out, ...leave(wayOn)];
        }
        case 'wait':
        case 'wait until':
        case 'wait for communication':
        case 'wait for condition':
          return [...out, lowerWait(statement, statements.slice(index + 1), way, found)];
        default:
          return statement satisfies never;
      }
    }
    return ends(out) ? out : [...out, ...leave(way)];
  }

  /** Python takes its time, so it does not belong among the facts. */
  function pythonBase(name: string, origin: Origin): readonly Instruction[] {
    const at = campaign.communications.find((one) => one.name === name)?.at;
    if (at?.kind !== 'python') return [];
    const step = stepName(`at of ${name}`);
    const stretch = stretchId(`after ${step}`);
    pythons.push({ name: step, base: at.expression, communication: name, then: stretch });
    return [{ kind: 'python', name: step, stretch, origin }];
  }

  function leave(way: Way): readonly Instruction[] {
    switch (way.kind) {
      case 'fall':
        return [];
      case 'stop':
        return [{ kind: 'stop', origin: null }];
      case 'segment':
        return [{ kind: 'continue', segment: way.name, origin: null }];
      case 'never':
        throw new Error('code goes on where it cannot');
      default:
        return way satisfies never;
    }
  }

  /** Where to go on after a statement that waits: `rest` becomes a segment unless there is none. */
  function wayAfter(rest: readonly Statement[], way: Way, name: string, about: string, found: Draft[]): Way {
    const next = rest[0];
    if (!next) return way;
    const reserved = reserveSegment(name);
    found.push({ name: reserved, about: `after ${about}`, statements: rest, way, origin: next.origin });
    return { kind: 'segment', name: reserved };
  }

  function lowerBranch(statement: Branch, wayOn: Way, found: Draft[]): Instruction {
    const { origin } = statement;
    const arm = (body: readonly Statement[]) => lowerBlock(body, body.some(waits) ? wayOn : { kind: 'fall' }, found);
    switch (statement.kind) {
      case 'if': {
        const fact = book.condition(statement.condition);
        return { kind: 'if', fact, then: arm(statement.then), else: arm(statement.else), origin };
      }
      case 'match': {
        const hidden = statement.subject.private;
        const members = statement.arms.map((each) => each.members);
        const fact = hidden ? book.arm(statement.subject, members) : book.member(statement.subject);
        const arms = statement.arms.map((each, n) => ({ cases: hidden ? [n] : each.members, body: arm(each.body) }));
        return { kind: 'switch', fact, arms, else: statement.else && arm(statement.else), origin };
      }
      case 'split': {
        let border = 0;
        const borders = statement.arms.map((each) => {
          border += each.percent;
          return border;
        });
        const arms = statement.arms.map((each, n) => ({ cases: [n], body: arm(each.body) }));
        const fact = book.split(statement.name, borders);
        return { kind: 'switch', fact, arms, else: statement.else && arm(statement.else), origin };
      }
      default:
        return statement satisfies never;
    }
  }

  function lowerWait(statement: Wait, rest: readonly Statement[], way: Way, found: Draft[]): Instruction {
    const { origin, text } = statement;
    const words = `afterWait${waitWords(statement)}`;
    const otherwise = 'else' in statement ? statement.else : [];
    const afterwards: Draft[] = [];
    let next = wayAfter(rest, way, words, text, afterwards);
    if (next.kind !== 'segment') {
      // The kernel wakes a run in a segment, so even an empty rest is one.
      const name = reserveSegment(words);
      afterwards.push({ name, about: `after ${text}`, statements: [], way: next, origin });
      next = { kind: 'segment', name };
    }
    const then = next.name;
    let elseName: string | null = null;
    if (otherwise[0]) {
      elseName = reserveSegment(`otherwiseAfterWait${waitWords(statement)}`);
      const about = `${text}: it took too long`;
      found.push({ name: elseName, about, statements: otherwise, way: next, origin: otherwise[0].origin });
    }
    found.push(...afterwards);

    switch (statement.kind) {
      case 'wait':
        return { ...timed(book.fromNow(statement.duration), null), origin };
      case 'wait until': {
        // A date that is told from the moment would be another one when looked at again.
        const fixed = statement.until.kind === 'duration' || dependsOnTheMoment(statement.until);
        return { ...timed(book.instant(statement.until), fixed ? null : stretchId(text)), origin };
      }
      case 'wait for communication': {
        const upTo = bound(statement.upTo);
        return { kind: 'wait for communication', name: statement.name, upTo, then, else: elseName, origin };
      }
      case 'wait for condition': {
        const key = book.condition(statement.condition);
        const watches = watched(statement.condition);
        const upTo = bound(statement.upTo);
        return {
          kind: 'wait for condition',
          key,
          stretch: stretchId(text),
          watches,
          upTo,
          then,
          else: elseName,
          origin,
        };
      }
      default:
        return statement satisfies never;
    }

    function timed(until: string, follows: string | null) {
      return { kind: 'wait for time', until, label: oneLine(text).replace(/^wait\s+/, ''), then, follows } as const;
    }
  }

  function bound(upTo: Expression | null): string | null {
    return upTo && book.instant(upTo);
  }

  /** The run's own communication may be any of the campaign's. */
  function watched(condition: Expression): readonly string[] {
    const names = namesRead(condition);
    if (!names.includes('communication')) return names;
    const all = [...names.filter((name) => name !== 'communication'), ...campaign.communications.map((c) => c.name)];
    return [...new Set(all)].sort();
  }
}
