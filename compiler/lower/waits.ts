/** A wait parks the run and names the segments in which it goes on. */
import { dependsOnTheMoment, namesRead } from '../expressions.ts';
import type { Instruction } from '../ir.ts';
import type { CampaignModel, Expression, Statement } from '../model.ts';
import type { Wait } from '../statements.ts';
import type { Lowering } from './lowering.ts';
import { oneLine } from './names.ts';
import { type PendingSegment, type Way, wayAfter } from './way.ts';
import { waitWords } from './words.ts';

/** `rest` comes after it; segments it needs are added to `found` in the order of the source. */
export function lowerWait(
  lowering: Lowering,
  statement: Wait,
  rest: readonly Statement[],
  way: Way,
  found: PendingSegment[],
): Instruction {
  const afterwards: PendingSegment[] = [];
  const then = segmentAfter(lowering, statement, rest, way, afterwards);
  const otherwise = segmentOtherwise(lowering, statement, then, found);
  found.push(...afterwards);
  return waitInstruction(lowering, statement, then, otherwise);
}

/** The kernel wakes a run in a segment, so even an empty rest is one. */
function segmentAfter(
  lowering: Lowering,
  statement: Wait,
  statements: readonly Statement[],
  way: Way,
  found: PendingSegment[],
): string {
  const { origin, text } = statement;
  const words = `afterWait${waitWords(statement)}`;
  const next = wayAfter(lowering, { statements, way, name: words, about: text }, found);
  if (next.kind === 'segment') return next.name;
  const name = lowering.segmentName(words);
  found.push({ name, about: `after ${text}`, statements: [], way: next, origin });
  return name;
}

/** Where a wait that took too long goes on; null when that is where it goes on anyway. */
function segmentOtherwise(lowering: Lowering, statement: Wait, then: string, found: PendingSegment[]): string | null {
  const statements = 'else' in statement ? statement.else : [];
  if (!statements[0]) return null;
  const name = lowering.segmentName(`otherwiseAfterWait${waitWords(statement)}`);
  const about = `${statement.text}: it took too long`;
  found.push({ name, about, statements, way: { kind: 'segment', name: then }, origin: statements[0].origin });
  return name;
}

function waitInstruction(
  { book, campaign, stretchId }: Lowering,
  statement: Wait,
  then: string,
  otherwise: string | null,
): Instruction {
  const { origin, text } = statement;
  const label = oneLine(text).replace(/^wait\s+/, '');
  const bound = (upTo: Expression | null) => upTo && book.instant(upTo);
  switch (statement.kind) {
    case 'wait':
      return { kind: 'wait for time', until: book.fromNow(statement.duration), label, then, follows: null, origin };
    case 'wait until': {
      const until = book.instant(statement.until);
      // A date that is told from the moment would be another one when looked at again.
      const fixed = statement.until.kind === 'duration' || dependsOnTheMoment(statement.until);
      return { kind: 'wait for time', until, label, then, follows: fixed ? null : stretchId(text), origin };
    }
    case 'wait for communication': {
      const upTo = bound(statement.upTo);
      return { kind: 'wait for communication', name: statement.name, upTo, then, else: otherwise, origin };
    }
    case 'wait for condition': {
      const key = book.condition(statement.condition);
      const watches = watched(campaign, statement.condition);
      const upTo = bound(statement.upTo);
      const stretch = stretchId(text);
      return { kind: 'wait for condition', key, stretch, watches, upTo, then, else: otherwise, origin };
    }
    default:
      return statement satisfies never;
  }
}

/** The run's own communication may be any of the campaign's. */
function watched(campaign: CampaignModel, condition: Expression): readonly string[] {
  const names = namesRead(condition);
  if (!names.includes('communication')) return names;
  const all = [...names.filter((name) => name !== 'communication'), ...campaign.communications.map((c) => c.name)];
  return [...new Set(all)].sort();
}
