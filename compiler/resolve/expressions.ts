/** Expressions: names resolved, types found, wrong ones reported once. `null` everywhere means: reported, look no further. */
import type { Expr, ExprOf, Name } from '../../dsl/ast.ts';
import { closest } from '../../dsl/closest.ts';
import { expressionWords } from '../../dsl/words.ts';
import { reservedFields } from '../catalogue.ts';
import type { Expression, FieldModel, Type } from '../model.ts';
import { listed } from '../syntax.ts';
import { comparable, describeType, truth } from '../types.ts';
import { type CampaignScope, fieldNames, findField, suggest } from './context.ts';
import { resolveProperty, resolveResult, resolveSession } from './conversations.ts';
import { durationHelp, resolveBinary } from './operators.ts';
import type { SessionOrigin } from './provenance.ts';
import { dateLiteral, durationOf, timeOfDay } from './values.ts';

/** Where an expression stands. */
export interface ExpressionScope extends CampaignScope {
  /** Agents whose results `result.x` may read. */
  readonly resultAgents: readonly string[];
  /** Null: no session can be known here. */
  readonly session: SessionOrigin | null;
  /** In messages: `flow \`follow_up\``. */
  readonly where: string;
}

/** `expected` says what a bare word may be a member of. */
export function resolveExpression(
  scope: ExpressionScope,
  expression: Expr,
  expected: Type | null = null,
): Expression | null {
  const origin = expression.span;
  const base = { origin, text: expressionWords(expression), private: false };
  switch (expression.kind) {
    case 'missing':
      return null;
    case 'path':
      return resolvePath(scope, expression, expected);
    case 'text':
      return textLiteral(scope, expression, expected);
    case 'number':
      return numberLiteral(scope, expression);
    case 'boolean':
      return { ...base, kind: 'literal', type: truth, value: expression.value };
    case 'date':
    case 'datetime': {
      const value = dateLiteral(scope.report, expression);
      return value === null ? null : { ...base, kind: 'literal', type: { kind: expression.kind }, value };
    }
    case 'time':
    case 'duration': {
      const duration = durationOf(expression);
      if (duration !== null) return { ...base, kind: 'duration', type: { kind: 'duration' }, duration };
      scope.report('FLOW304', origin, {
        name: 'a duration',
        expected: 'a whole number of a unit, or HH:MM',
        found: base.text,
        example: '90 minutes',
      });
      return null;
    }
    case 'unary':
      return resolveUnary(scope, expression);
    case 'binary':
      return resolveBinary(scope, expression);
    case 'in':
      return resolveIn(scope, expression);
    case 'is set': {
      const operand = resolveValue(scope, expression.operand, '`is set`');
      return (
        operand && {
          ...base,
          kind: 'is set',
          type: truth,
          negated: expression.negated,
          operand,
          private: operand.private,
        }
      );
    }
    case 'at':
      return resolveAt(scope, expression);
    default:
      return expression satisfies never;
  }
}

/** A condition: true or false. */
export function resolveCondition(scope: ExpressionScope, expression: Expr, what: string): Expression | null {
  const condition = resolveExpression(scope, expression, truth);
  if (condition === null || condition.type.kind === 'boolean') return condition;
  const help =
    condition.type.kind === 'enum'
      ? `Compare it: \`${condition.text} == ${condition.type.members[0]}\`.`
      : `Compare it, or write \`${condition.text} is set\`.`;
  scope.report('FLOW228', expression.span, { what, text: condition.text, actual: describeType(condition.type), help });
  return null;
}

/** What a field could hold: anything but a duration. */
export function resolveValue(scope: ExpressionScope, expression: Expr, what: string): Expression | null {
  const value = resolveExpression(scope, expression);
  if (value?.type.kind !== 'duration') return value;
  const parameters = {
    what,
    expected: 'a value',
    text: value.text,
    actual: describeType(value.type),
    help: durationHelp,
  };
  scope.report('FLOW204', expression.span, parameters);
  return null;
}

// ── Names ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function resolvePath(scope: ExpressionScope, path: ExprOf<'path'>, expected: Type | null): Expression | null {
  const [head, ...rest] = path.names;
  if (rest.length === 0) return resolveWord(scope, path, head!, expected);
  const [second, third] = rest;
  if (rest.length === 1 && head!.text === 'participant')
    return explicitField(scope, path, scope.participant, second!, 'participant');
  if (rest.length === 1 && head!.text === 'profile')
    return explicitField(scope, path, scope.workspace.profile, second!, 'profile');
  if (rest.length === 1 && head!.text === 'result')
    return resolveResult(scope, path, second!, null, scope.resultAgents);
  if (rest.length === 1 && head!.text === 'communication') return resolveProperty(scope, path, second!, null);
  if (head!.text === 'session') return resolveSession(scope, path, rest);
  const sketch = scope.communications.get(head!.text);
  if (sketch === undefined) {
    const heads = ['participant', 'profile', 'result', 'communication', ...scope.communications.keys()];
    scope.report('FLOW202', head!.span, {
      kind: 'communication',
      name: head!.text,
      help: suggest(head!.text, heads, ''),
    });
    return null;
  }
  if (rest.length === 2 && second!.text === 'result') {
    return resolveResult(scope, path, third!, sketch.name, sketch.agent === null ? [] : [sketch.agent]);
  }
  return resolveProperty(scope, path, second!, sketch.name);
}

/** A field if there is one, else a member of what is expected. */
function resolveWord(
  scope: ExpressionScope,
  path: ExprOf<'path'>,
  word: Name,
  expected: Type | null,
): Expression | null {
  const base = { origin: path.span, text: word.text, private: false };
  if (word.text === 'today') return { ...base, kind: 'today', type: { kind: 'date' } };
  if (word.text === 'now') return { ...base, kind: 'now', type: { kind: 'datetime' } };
  if (word.text === 'none') return { ...base, kind: 'literal', type: { kind: 'none' }, value: null };
  const field = findField(scope, word.text);
  const isMember = expected?.kind === 'enum' && expected.members.includes(word.text);
  if (field !== undefined && isMember && expected.kind === 'enum') {
    scope.report('FLOW206', word.span, {
      name: word.text,
      enumeration: expected.members.join(' | '),
      field: `${field.owner}.${word.text}`,
    });
    return null;
  }
  if (field !== undefined) return fieldExpression(path, field);
  if (isMember) return { ...base, kind: 'member', type: expected, member: word.text };
  return unknownWord(scope, word, expected);
}

function unknownWord(scope: ExpressionScope, word: Name, expected: Type | null): null {
  if (scope.communications.has(word.text)) {
    scope.report('FLOW229', word.span, { name: word.text });
  } else if (expected?.kind === 'enum') {
    const help = suggest(word.text, [...expected.members, ...fieldNames(scope)], '');
    const members = help.startsWith('Did') ? help : `Members are ${listed(expected.members)}.`;
    scope.report('FLOW207', word.span, { name: word.text, enumeration: expected.members.join(' | '), help: members });
  } else {
    const declared = [
      ...scope.participant.keys(),
      ...scope.workspace.profile.keys(),
      ...reservedFields,
      'true',
      'false',
    ];
    scope.report('FLOW201', word.span, {
      name: word.text,
      help:
        scope.folder === '' && closest(word.text, declared) === null
          ? 'Outside of campaigns only the profile is known: declare it in `profile { … }`, or move the condition into a campaign.'
          : suggest(word.text, declared, 'Declare it in `participant { … }`.'),
    });
  }
  return null;
}

function explicitField(
  scope: ExpressionScope,
  path: ExprOf<'path'>,
  fields: ReadonlyMap<string, FieldModel>,
  name: Name,
  owner: string,
): Expression | null {
  const field = fields.get(name.text);
  if (field !== undefined) return fieldExpression(path, field);
  scope.report('FLOW201', name.span, {
    name: `${owner}.${name.text}`,
    help: suggest(name.text, [...fields.keys()], `Declare it in \`${owner} { … }\`.`),
  });
  return null;
}

function fieldExpression(path: ExprOf<'path'>, field: FieldModel): Expression {
  return {
    kind: 'field',
    type: field.type,
    text: expressionWords(path),
    private: field.private,
    origin: path.span,
    field,
  };
}

// ── Literals and operators ────────────────────────────────────────────────────────────────────────────────────────

function textLiteral(scope: ExpressionScope, { text, span }: ExprOf<'text'>, expected: Type | null): Expression | null {
  const { value } = text;
  if (expected?.kind !== 'enum') {
    return {
      kind: 'literal',
      type: { kind: 'string' },
      text: JSON.stringify(value),
      private: false,
      origin: span,
      value,
    };
  }
  if (expected.members.includes(value))
    return { kind: 'member', type: expected, text: JSON.stringify(value), private: false, origin: span, member: value };
  scope.report('FLOW207', span, {
    name: value,
    enumeration: expected.members.join(' | '),
    help: suggest(value, expected.members, ''),
  });
  return null;
}

function numberLiteral(scope: ExpressionScope, { text, span }: ExprOf<'number'>): Expression | null {
  const whole = !text.includes('.');
  const digits = text.replace('.', '').replace(/^0+/, '').length;
  if (whole ? !Number.isSafeInteger(Number(text)) : digits > 34) {
    const help = whole ? 'Integers reach to 9007199254740991.' : 'Numbers have at most 34 digits.';
    scope.report('FLOW233', span, { text, type: whole ? 'an integer' : 'a number', help });
    return null;
  }
  const base = { text, private: false, origin: span, kind: 'literal' } as const;
  return whole
    ? { ...base, type: { kind: 'integer' }, value: Number(text) }
    : { ...base, type: { kind: 'numeric' }, value: text };
}

function resolveUnary(scope: ExpressionScope, expression: ExprOf<'unary'>): Expression | null {
  const base = { text: expressionWords(expression), origin: expression.span };
  if (expression.operator === 'not') {
    const operand = resolveCondition(scope, expression.operand, '`not`');
    return operand && { ...base, kind: 'not', type: truth, operand, private: operand.private };
  }
  const operand = resolveExpression(scope, expression.operand);
  if (operand === null) return null;
  if (operand.type.kind === 'integer' || operand.type.kind === 'numeric')
    return { ...base, kind: 'negate', type: operand.type, operand, private: operand.private };
  scope.report('FLOW204', expression.span, {
    what: '`-`',
    expected: 'a number',
    text: operand.text,
    actual: describeType(operand.type),
    help: 'Remove the `-`.',
  });
  return null;
}

function resolveIn(scope: ExpressionScope, expression: ExprOf<'in'>): Expression | null {
  const operand = resolveValue(scope, expression.operand, '`in`');
  if (operand === null) return null;
  const list = expression.list.map((item) => resolveExpression(scope, item, operand.type));
  for (const item of list) {
    if (item === null || comparable(operand.type, item.type)) continue;
    scope.report('FLOW205', item.origin, {
      operator: 'in',
      left: operand.text,
      leftType: describeType(operand.type),
      right: item.text,
      rightType: describeType(item.type),
      help: `Write ${describeType(operand.type)}, or remove it.`,
    });
    return null;
  }
  if (list.some((item) => item === null)) return null;
  const items = list.filter((item) => item !== null);
  const isPrivate = operand.private || items.some((item) => item.private);
  return {
    kind: 'in',
    type: truth,
    text: expressionWords(expression),
    origin: expression.span,
    private: isPrivate,
    negated: expression.negated,
    operand,
    list: items,
  };
}

function resolveAt(scope: ExpressionScope, expression: ExprOf<'at'>): Expression | null {
  const date = resolveExpression(scope, expression.date);
  const minutes = timeOfDay(scope.report, expression.time, expression.span, 'start');
  if (date === null || minutes === null) return null;
  if (date.type.kind === 'date') {
    return {
      kind: 'at',
      type: { kind: 'datetime' },
      text: expressionWords(expression),
      private: date.private,
      origin: expression.span,
      date,
      minutes,
    };
  }
  const help =
    date.type.kind === 'datetime'
      ? `It has a time already: write \`${date.text}\` alone.`
      : 'Write a date before `at`.';
  scope.report('FLOW204', expression.date.span, {
    what: '`at`',
    expected: 'a date',
    text: date.text,
    actual: describeType(date.type),
    help,
  });
  return null;
}
