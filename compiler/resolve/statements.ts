/** Statements of flows. What is wrong is reported and left out; its neighbours are still looked at. */

import type { Expr, Name, Setting, Span, StatementNode, StatementOf } from '../../dsl/ast.ts';
import { assignmentWords, expressionWords } from '../../dsl/words.ts';
import { label } from '../diagnostics/labels.ts';
import type { Parameters } from '../diagnostics/table.ts';
import { everyPart } from '../expressions.ts';
import type { CommunicationModel, Expression, FieldModel, Statement } from '../model.ts';
import { assignable } from '../types.ts';
import { isInstant, resolveCommunication } from './communications.ts';
import { fieldNames, findField, lookUp, suggest } from './context.ts';
import { type ExpressionScope, resolveCondition, resolveExpression } from './expressions.ts';
import { suggestMember } from './members.ts';
import { privateField, refusePrivate } from './privacy.ts';
import { resolvePython } from './python.ts';
import { durationOf, storedConstant } from './values.ts';

export interface StatementScope extends ExpressionScope {
  readonly defaults: readonly Setting[];
  /** Receives the communications written inside the flow. */
  readonly planned: (communication: CommunicationModel) => void;
}

export function resolveStatements(scope: StatementScope, nodes: readonly StatementNode[]): Statement[] {
  nodes.forEach((node, index) => {
    const next = nodes[index + 1];
    const why = next ? endOf(node) : null;
    if (next && why !== null) scope.report('FLOW225', next.span, why);
  });
  return nodes.flatMap((node) => resolveStatement(scope, node) ?? []);
}

/** What ends the run in every case; null if the run may go on. */
function endOf(node: StatementNode): Parameters<'FLOW225'> | null {
  switch (node.kind) {
    case 'stop':
      return { message: 'stop' };
    case 'to':
      return { message: 'to', flow: node.flow.text };
    case 'if':
      return [node.then, node.else].every(endsRun) ? { message: 'branches' } : null;
    case 'match':
    case 'split':
      return node.arms.length > 0 &&
        node.arms.every(({ body }: { readonly body: readonly StatementNode[] }) => endsRun(body))
        ? { message: 'arms', statement: node.kind }
        : null;
    default:
      return null;
  }
}

function endsRun(nodes: readonly StatementNode[]): boolean {
  return nodes.some((node) => endOf(node) !== null);
}

/** Several: the blocks of a statement that is wrong itself, so that what they plan counts as planned. */
type Resolved = Statement | readonly Statement[] | null;

function resolveStatement(scope: StatementScope, node: StatementNode): Resolved {
  const origin = node.span;
  switch (node.kind) {
    case 'broken':
      return null;
    case 'stop':
      return { kind: 'stop', origin };
    case 'communication': {
      const communication = resolveCommunication(scope, node, 'in a flow', scope.defaults);
      if (communication !== null) scope.planned(communication);
      return { kind: 'plan', name: node.name.text, origin };
    }
    case 'send':
      return (
        lookUp(scope.report, scope.communications, node.name, 'communication') && {
          kind: 'plan',
          name: node.name.text,
          origin,
        }
      );
    case 'cancel': {
      const known = node.names.filter(
        (name) => lookUp(scope.report, scope.communications, name, 'communication') !== null,
      );
      return { kind: 'cancel', names: known.map((name) => name.text), origin };
    }
    case 'to':
      return resolveTo(scope, node);
    case 'python': {
      const action = resolvePython(scope, node);
      return action && { kind: 'python', action, origin };
    }
    case 'if': {
      const condition = resolveCondition(scope, node.condition, 'if');
      const [then, otherwise] = [resolveStatements(scope, node.then), resolveStatements(scope, node.else)];
      return condition ? { kind: 'if', condition, then, else: otherwise, origin } : [...then, ...otherwise];
    }
    case 'match':
      return resolveMatch(scope, node);
    case 'split':
      return resolveSplit(scope, node);
    case 'set':
      return resolveSet(scope, node);
    case 'wait': {
      const duration = durationOf(node.duration);
      const words = expressionWords(node.duration);
      if (duration !== null && duration.amount > 0) return { kind: 'wait', duration, text: `wait ${words}`, origin };
      if (duration !== null)
        scope.report('FLOW315', node.duration.span, { name: 'wait', text: words, example: 'wait 3 days' });
      else if (node.duration.kind !== 'missing')
        scope.report('FLOW304', node.duration.span, {
          name: 'wait',
          form: 'long duration',
          found: words,
          help: 'examples',
          example: 'wait 3 days',
          other: 'wait until due_date',
        });
      return null;
    }
    case 'wait until': {
      const until = resolveExpression(scope, node.until);
      if (until === null || !isInstant(scope, until, { message: 'syntax', syntax: 'wait until' })) return null;
      if (!refusePrivate(scope.report, until, 'wait until', 'other field')) return null;
      return { kind: 'wait until', until, text: `wait until ${until.text}`, origin };
    }
    case 'wait for':
      return resolveWaitFor(scope, node);
    default:
      return node satisfies never;
  }
}

function resolveTo(scope: StatementScope, node: StatementOf<'to'>): Statement | null {
  const flow = lookUp(scope.report, scope.flows, node.flow, 'flow');
  if (flow === null) return null;
  if (!flow.entered) {
    const labels = [label(flow.span, 'declared')];
    scope.report('FLOW220', node.flow.span, { name: node.flow.text }, { labels });
    return null;
  }
  return { kind: 'to', flow: node.flow.text, origin: node.span };
}

function resolveMatch(scope: StatementScope, node: StatementOf<'match'>): Resolved {
  const subject = resolveExpression(scope, node.subject);
  const bodies = node.arms.map((arm) => resolveStatements(scope, arm.body));
  if (subject === null || !refusePrivate(scope.report, subject, 'match', 'if')) return bodies.flat();
  if (subject.type.kind !== 'enum') {
    scope.report('FLOW204', subject.origin, {
      message: 'match',
      text: subject.text,
      actual: subject.type,
      help: 'if',
    });
    return bodies.flat();
  }
  const { members } = subject.type;
  const named = new Set<string>();
  for (const name of node.arms.flatMap((arm) => arm.members)) {
    if (!members.includes(name.text))
      scope.report('FLOW207', name.span, {
        message: 'member',
        name: name.text,
        members: members.join(' | '),
        ...suggestMember(name.text, members, { kind: 'path' }),
      });
    else if (named.has(name.text)) scope.report('FLOW231', name.span, { name: name.text });
    named.add(name.text);
  }
  const otherwise = node.arms.findIndex((arm) => arm.otherwise);
  refuseSecondElse(
    scope,
    node.arms.filter((arm) => arm.otherwise),
  );
  const left = members.filter((member) => !named.has(member));
  if (otherwise < 0 && left.length > 0) scope.report('FLOW219', subject.origin, { members: left });
  const arms = node.arms.flatMap((arm, index) =>
    arm.otherwise ? [] : [{ members: arm.members.map((name) => name.text), body: bodies[index]! }],
  );
  return { kind: 'match', subject, arms, else: otherwise < 0 ? null : bodies[otherwise]!, origin: node.span };
}

function resolveSplit(scope: StatementScope, node: StatementOf<'split'>): Statement {
  const arms = node.arms.flatMap((arm) =>
    arm.percent === null ? [] : [{ percent: Number(arm.percent), body: resolveStatements(scope, arm.body) }],
  );
  const otherwise = node.arms.find((arm) => arm.percent === null);
  const sum = Number(arms.reduce((total, arm) => total + arm.percent, 0).toFixed(6));
  refuseSecondElse(
    scope,
    node.arms.filter((arm) => arm.percent === null),
  );
  if (sum > 100 || (sum < 100 && otherwise === undefined))
    scope.report('FLOW230', node.name.span, { name: node.name.text, sum, help: sum > 100 ? 'more' : 'less' });
  return {
    kind: 'split',
    name: node.name.text,
    arms,
    else: otherwise ? resolveStatements(scope, otherwise.body) : null,
    origin: node.span,
  };
}

function refuseSecondElse(scope: StatementScope, arms: readonly { readonly span: Span }[]): void {
  for (const { span } of arms.slice(1))
    scope.report('FLOW231', { ...span, end: span.start + 'else'.length }, { name: 'else' });
}

// ── set ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function resolveSet(scope: StatementScope, node: StatementOf<'set'>): Statement | null {
  const written = new Set<FieldModel>();
  const assignments = node.assignments.flatMap(({ target, value }) => {
    const field = targetField(scope, target);
    if (field === null) return [];
    if (written.has(field)) scope.report('FLOW303', target[0]!.span, { name: field.name, line: node.span.line });
    const namesake = [...written].find(({ name, owner }) => name === field.name && owner !== field.owner);
    if (namesake)
      scope.report('FLOW239', target[0]!.span, {
        text: `${field.owner}.${field.name}`,
        other: `${namesake.owner}.${namesake.name}`,
      });
    written.add(field);
    const resolved = valueFor(scope, field, value);
    return resolved === null ? [] : [{ field, value: resolved }];
  });
  if (assignments.length < node.assignments.length) return null;
  return { kind: 'set', assignments, text: `set ${assignmentWords(node.assignments)}`, origin: node.span };
}

function targetField(scope: StatementScope, target: readonly Name[]): FieldModel | null {
  const [first, second] = target;
  const owner = second ? first!.text : null;
  const name = second ?? first!;
  const field =
    owner === 'participant'
      ? scope.participant.get(name.text)
      : owner === 'profile'
        ? scope.workspace.profile.get(name.text)
        : owner === null
          ? findField(scope, name.text)
          : undefined;
  if (field === undefined) {
    const help = suggest(name.text, fieldNames(scope), { help: 'declare', owner: 'participant' } as const);
    scope.report('FLOW201', name.span, { name: target.map((part) => part.text).join('.'), ...help });
    return null;
  }
  if (field.name !== 'external_id') return field;
  scope.report('FLOW218', name.span, { name: name.text });
  return null;
}

function valueFor(scope: StatementScope, field: FieldModel, value: Expr): Expression | null {
  const resolved = resolveExpression(scope, value, field.type);
  if (resolved === null) return null;
  if (!assignable(resolved.type, field.type)) {
    const help =
      resolved.type.kind === 'enum' && field.type.kind === 'enum'
        ? ({ help: 'only members', members: field.type.members } as const)
        : ({ help: 'write type' } as const);
    scope.report('FLOW204', resolved.origin, {
      message: 'field',
      field: field.name,
      expected: [field.type],
      text: resolved.text,
      actual: resolved.type,
      ...help,
    });
    return null;
  }
  if (resolved.kind === 'literal' && resolved.value !== null) {
    const stored = storedConstant(scope.report, { is: 'field', of: field.name }, value, field.type, resolved.value);
    if (stored === undefined) return null;
  }
  const leaked = field.private ? null : privateField(resolved);
  if (leaked === null) return resolved;
  scope.report('FLOW216', leaked.origin, {
    message: 'field',
    field: field.name,
    name: leaked.field.name,
    help: 'declare private',
  });
  return null;
}

// ── wait for ──────────────────────────────────────────────────────────────────────────────────────────────────────

function resolveWaitFor(scope: StatementScope, node: StatementOf<'wait for'>): Resolved {
  const { condition: waited } = node;
  const name = waited.kind === 'path' && waited.names.length === 1 ? waited.names[0]!.text : null;
  const otherwise = resolveStatements(scope, node.otherwise ?? []);
  if (node.otherwise !== null && node.upTo === null) scope.report('FLOW234', node.span, {});
  const upTo = node.upTo === null ? null : resolveBound(scope, node.upTo);
  const bound = node.upTo === null ? '' : ` up to ${expressionWords(node.upTo)}`;
  const rest = { upTo, else: otherwise, text: `wait for ${expressionWords(waited)}${bound}`, origin: node.span };
  if (name !== null && scope.communications.has(name) && findField(scope, name) === undefined)
    return { kind: 'wait for communication', name, ...rest };
  // Fields are lowercase: an unknown NAME is a communication that does not exist.
  if (name !== null && /^(?=.*[A-Z])[A-Z0-9_]+$/.test(name) && findField(scope, name) === undefined) {
    lookUp(scope.report, scope.communications, { text: name, span: waited.span }, 'communication');
    return otherwise;
  }
  const condition = resolveCondition(scope, waited, 'wait for');
  if (condition === null) return otherwise;
  const clock = timeIn(condition);
  if (clock !== null) scope.report('FLOW217', clock.origin, { name: clock.kind });
  return { kind: 'wait for condition', condition, ...rest };
}

/** A duration or an instant. */
function resolveBound(scope: StatementScope, node: Expr): Expression | null {
  const bound = resolveExpression(scope, node);
  if (bound === null) return null;
  if (bound.kind === 'duration' && bound.duration.amount === 0) {
    scope.report('FLOW315', node.span, { name: 'up to', text: bound.text, example: 'up to 3 days' });
    return null;
  }
  if (
    bound.type.kind !== 'duration' &&
    !isInstant(scope, bound, { message: 'syntax', syntax: 'up to' }, 'or a duration')
  )
    return null;
  return refusePrivate(scope.report, bound, 'up to', 'other field') ? bound : null;
}

function timeIn(expression: Expression): Extract<Expression, { kind: 'today' | 'now' }> | null {
  for (const part of everyPart(expression)) if (part.kind === 'today' || part.kind === 'now') return part;
  return null;
}
