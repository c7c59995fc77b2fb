/** How code goes on after a block, and the segments that are still to be lowered. */
import type { Instruction } from '../ir.ts';
import type { Origin, Statement } from '../model.ts';
import type { Lowering } from './lowering.ts';

/** With what stands after it, with the end of the flow, in a segment, or it never gets there. */
export type Way =
  | { readonly kind: 'fall' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'segment'; readonly name: string }
  | { readonly kind: 'never' };

/** A segment to lower: its name is given out already. */
export interface PendingSegment {
  readonly name: string;
  readonly about: string;
  readonly statements: readonly Statement[];
  readonly way: Way;
  readonly origin: Origin;
}

/** The code at the end of a block. */
export function leave(way: Way): readonly Instruction[] {
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

/** What comes after a statement that waits, and what its segment would be called. */
export interface Rest {
  readonly statements: readonly Statement[];
  readonly way: Way;
  readonly name: string;
  readonly about: string;
}

/** Where to go on after a statement that waits: the rest becomes a segment unless there is none. */
export function wayAfter(lowering: Lowering, rest: Rest, found: PendingSegment[]): Way {
  const { statements, way, name, about } = rest;
  const next = statements[0];
  if (!next) return way;
  const reserved = lowering.segmentName(name);
  found.push({ name: reserved, about: `after ${about}`, statements, way, origin: next.origin });
  return { kind: 'segment', name: reserved };
}
