/** What a flow does, one function per statement. */
import type { MatchArm, SplitArm, StatementNode } from '../ast.ts';
import { communicationNode } from './communications.ts';
import { itemsOf } from './items.ts';
import { assignmentOf, conditionOf, described, durationOf, expressionOf, numberText } from './operand.ts';
import { callPlace, nameAt, type Path, type Place } from './place.ts';
import { type By, type CommunicationRef, type FlowRef, keyName, nameOf } from './references.ts';
import { expectTaken, isTaken, report, take } from './registry.ts';
import type { InstantLike, PythonSettings } from './settings.ts';
import type { Assignment, Condition, Duration, EnumValue, TimeValue } from './values.ts';

export interface Statement {
  readonly kind: 'statement';
}
/** A communication in the list is planned there. */
export type Statements = readonly (Statement | CommunicationRef)[];

const nodes = new WeakMap<object, StatementNode>();

function statement(place: Place, node: StatementNode): Statement {
  const made: Statement = { kind: 'statement' };
  nodes.set(made, node);
  expectTaken(place.owner, made, node.span);
  return made;
}

/** Syntax of a list of statements; a block must not be empty. */
export function bodyOf(statements: unknown, place: Place, path: Path, of: 'block' | 'flow'): readonly StatementNode[] {
  const list: readonly unknown[] = Array.isArray(statements) ? statements : [statements];
  if (list.length === 0 && of === 'block') {
    report(place.owner, { kind: 'empty block', of: 'block', span: place.value(...path) });
  }
  return list.flatMap((one, index) => statementNode(one, place, Array.isArray(statements) ? [...path, index] : path));
}

function statementNode(one: unknown, place: Place, path: Path): readonly StatementNode[] {
  if (typeof one === 'object' && one !== null) {
    const communication = communicationNode(one);
    const node = communication ?? nodes.get(one);
    if (communication !== undefined && isTaken(one)) {
      const name = communication.name.text;
      const misplaced = { why: 'communication twice', name } as const;
      report(place.owner, { kind: 'builder place', misplaced, span: place.value(...path) });
      return [];
    }
    if (node !== undefined) {
      take(one);
      return [node];
    }
  }
  report(place.owner, {
    kind: 'builder value',
    of: null,
    expected: 'statement',
    found: described(one),
    span: place.value(...path),
  });
  return [];
}

/** `if condition { … } else { … }` */
export function when(condition: Condition, then: Statements, otherwise?: Statements): Statement {
  const place = callPlace();
  return statement(place, {
    kind: 'if',
    condition: conditionOf(condition, place, [0]),
    then: bodyOf(then, place, [1], 'block'),
    else: otherwise === undefined ? [] : bodyOf(otherwise, place, [2], 'block'),
    span: place.span(),
  });
}

/** Several members may share an arm; `otherwise` takes those no other arm names. */
export type Arm<M extends string> =
  | { readonly is: M | readonly M[]; readonly do: Statements }
  | { readonly otherwise: Statements };
/** An arm for every member, or some and `else`. */
export type Arms<M extends string> =
  | { readonly [Member in M]: Statements }
  | ({ readonly [Member in M]?: Statements } & { readonly else: Statements });

/** The subject in the words of the language. Stands first: of the last one TypeScript tells what is wrong. */
export function match(subject: string, arms: Readonly<Record<string, Statements>> | readonly Arm<string>[]): Statement;
/** `match outcome { promised -> …  else -> … }` */
export function match<M extends string>(
  subject: EnumValue<M>,
  arms: Arms<NoInfer<M>> | readonly Arm<NoInfer<M>>[],
): Statement;
export function match(subject: unknown, arms: object): Statement {
  const place = callPlace();
  const written = Array.isArray(arms)
    ? arms.map((arm: Arm<string>, index) => listedArm(arm, place, [1, index]))
    : Object.entries(arms).map(([member, body]): MatchArm => {
        const at = [1, member];
        const otherwise = member === 'else';
        return {
          members: otherwise ? [] : [keyName(member, place, at)],
          otherwise,
          body: bodyOf(body, place, at, 'block'),
          span: place.span(...at),
        };
      });
  return statement(place, {
    kind: 'match',
    subject: expressionOf(subject, place, [0]),
    arms: written,
    span: place.span(),
  });
}

function listedArm(arm: Arm<string>, place: Place, path: Path): MatchArm {
  const span = place.span(...path);
  if ('otherwise' in arm)
    return { members: [], otherwise: true, body: bodyOf(arm.otherwise, place, [...path, 'otherwise'], 'block'), span };
  const members = (Array.isArray(arm.is) ? arm.is : [arm.is]).map((member: string) =>
    nameOf(member, 'member', place, [...path, 'is']),
  );
  return { members, otherwise: false, body: bodyOf(arm.do, place, [...path, 'do'], 'block'), span };
}

/** Arms take consecutive ranges of the participants, in this order. */
export type Share = { readonly percent: number; readonly do: Statements } | { readonly otherwise: Statements };

/** `split('GREETING', [{ percent: 50, do: […] }, { otherwise: […] }])` */
export function split(name: string, shares: readonly Share[]): Statement {
  const place = callPlace();
  const arms = shares.map((share, index): SplitArm => {
    const path = [1, index];
    const [percent, key, body] =
      'otherwise' in share
        ? [null, 'otherwise', share.otherwise]
        : [numberText(share.percent, 'percent', place, [...path, 'percent']), 'do', share.do];
    return { percent, body: bodyOf(body, place, [...path, key], 'block'), span: place.span(...path) };
  });
  return statement(place, { kind: 'split', name: nameOf(name, 'NAME', place, [0]), arms, span: place.span() });
}

/** `set(outcome.to('promised'), attempts.to(attempts.plus(1)))`: all right sides are read first, then one write. */
export function set(...assignments: readonly [Assignment, ...Assignment[]]): Statement {
  const place = callPlace();
  const written = assignments.flatMap((one, index) => {
    const node = assignmentOf(one);
    if (node !== undefined) return [node];
    const found = described(one);
    const span = place.value(index);
    report(place.owner, {
      kind: 'builder value',
      of: 'set',
      expected: 'assignment',
      found,
      span,
    });
    return [];
  });
  return statement(place, { kind: 'set', assignments: written, span: place.span() });
}

export function stop(): Statement {
  const place = callPlace();
  return statement(place, { kind: 'stop', span: place.span() });
}

/** Plans a communication declared outside of the flow. */
export function send(communication: By<CommunicationRef>): Statement {
  const place = callPlace();
  return statement(place, {
    kind: 'send',
    name: nameOf(communication, 'communication', place, [0]),
    span: place.span(),
  });
}

export function cancel(...communications: readonly [By<CommunicationRef>, ...By<CommunicationRef>[]]): Statement {
  const place = callPlace();
  const names = communications.map((one, index) => nameOf(one, 'communication', place, [index]));
  return statement(place, { kind: 'cancel', names, span: place.span() });
}

/** All of this participant in this campaign. */
export function cancelCommunications(): Statement {
  const place = callPlace();
  return statement(place, { kind: 'cancel', names: [], span: place.span() });
}

/** Ends this run and goes on in a sibling flow; a flow declared further down is given by name. */
export function to(flow: By<FlowRef>): Statement {
  const place = callPlace();
  return statement(place, { kind: 'to', flow: nameOf(flow, 'flow', place, [0]), span: place.span() });
}

export function python(name: string, settings: PythonSettings): Statement {
  const place = callPlace();
  return statement(place, {
    kind: 'python',
    name: nameOf(name, 'NAME', place, [0]),
    items: itemsOf(settings, place, [1]),
    span: place.span(),
  });
}

export function wait(duration: Duration): Statement {
  const place = callPlace();
  return statement(place, { kind: 'wait', duration: durationOf(duration, place, [0]), span: place.span() });
}

/** A date, an instant, or either in the words of the language. */
export function waitUntil(until: Exclude<InstantLike, { python: string }>): Statement {
  const place = callPlace();
  return statement(place, { kind: 'wait until', until: expressionOf(until, place, [0]), span: place.span() });
}

/** The bound is a duration or an instant, or either in the words of the language; `else` is what happens when it is hit. */
export interface Bound {
  readonly upTo?: Duration | TimeValue | string;
  readonly else?: Statements;
}

/** Until the communication has ended, or until the condition holds. */
export function waitFor(what: CommunicationRef | Condition, { upTo, else: otherwise }: Bound = {}): Statement {
  const place = callPlace();
  const isReference = typeof what === 'object' && 'kind' in what;
  const name = isReference ? nameOf(what, 'communication', place, [0]) : null;
  return statement(place, {
    kind: 'wait for',
    condition:
      name === null
        ? conditionOf(what, place, [0])
        : { kind: 'path', names: [nameAt(name.text, name.span)], span: name.span },
    upTo: upTo === undefined ? null : expressionOf(upTo, place, [1, 'upTo']),
    otherwise: otherwise === undefined ? null : bodyOf(otherwise, place, [1, 'else'], 'block'),
    span: place.span(),
  });
}
