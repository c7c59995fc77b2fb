/** Names in expressions: fields, members, results, communications. */
import type { ExprOf, Name } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { closest } from '../../runtime/model/closest.ts';
import { reservedFields } from '../catalogue.ts';
import { listed } from '../listed.ts';
import type { Expression, FieldModel, Type } from '../model.ts';
import { fieldNames, findField, suggest } from './context.ts';
import { resolveProperty, resolveResult, resolveSession } from './conversations.ts';
import type { ExpressionScope } from './expressions.ts';

export function resolvePath(scope: ExpressionScope, path: ExprOf<'path'>, expected: Type | null): Expression | null {
  const length = lengthOfValue(scope, path);
  const value = resolveValue(scope, { ...path, names: path.names.slice(0, length) }, expected);
  return value && path.names.length > length ? valueHasNoParts(scope, path, length) : value;
}

/** How many of the names a value has: the rest would be parts of it. */
function lengthOfValue({ communications }: ExpressionScope, { names }: ExprOf<'path'>): number {
  const head = names[0]!.text;
  const isConversation = head === 'session' || communications.has(head);
  if (!isConversation && !Object.hasOwn(bareHeads, head)) return names.length;
  return isConversation && names[1]?.text === 'result' ? 3 : 2;
}

function resolveValue(scope: ExpressionScope, path: ExprOf<'path'>, expected: Type | null): Expression | null {
  const [head, second, third] = path.names;
  if (second === undefined) return resolveWord(scope, path, head!, expected);
  switch (head!.text) {
    case 'participant':
      return explicitField(scope, path, scope.participant, second, 'participant');
    case 'profile':
      return explicitField(scope, path, scope.workspace.profile, second, 'profile');
    case 'result':
      return resolveResult(scope, path, second, null, scope.resultAgents);
    case 'communication':
      return resolveProperty(scope, path, second, null);
    case 'session':
      return resolveSession(scope, path, path.names.slice(1));
    default:
  }
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
  if (second.text === 'result' && third !== undefined)
    return resolveResult(scope, path, third, sketch.name, sketch.agent === null ? [] : [sketch.agent]);
  return resolveProperty(scope, path, second, sketch.name);
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

/** What stands before a dot, alone. */
const bareHeads: Readonly<Record<string, { readonly what: string; readonly meant: string }>> = {
  participant: { what: 'the whole record', meant: 'one of its fields, such as `participant.due_date`' },
  profile: { what: 'the whole record', meant: 'one of its fields, such as `profile.name`' },
  result: { what: 'all that a conversation gave', meant: 'one result, such as `result.outcome`' },
  communication: { what: 'a communication', meant: '`communication.status`, `communication.reason` or `result.…`' },
  session: { what: 'a conversation', meant: '`session.channel` or `session.result.…`' },
};

function valueHasNoParts(scope: ExpressionScope, { names }: ExprOf<'path'>, length: number): null {
  const part = names[length]!;
  const words = names
    .slice(0, length)
    .map((name) => name.text)
    .join('.');
  scope.report('FLOW202', part.span, {
    kind: `part of \`${words}\` called`,
    name: part.text,
    help: `Values have no parts: write \`${words}\`.`,
  });
  return null;
}

function meantOfCommunication(name: string): string {
  return `\`${name}.status\`, \`${name}.reason\` or \`${name}.result.…\``;
}

function unknownWord(scope: ExpressionScope, word: Name, expected: Type | null): null {
  const head = Object.hasOwn(bareHeads, word.text) ? bareHeads[word.text]! : null;
  if (scope.communications.has(word.text)) {
    const meant = meantOfCommunication(word.text);
    scope.report('FLOW229', word.span, { name: word.text, what: 'a communication', meant });
  } else if (head !== null && expected?.kind !== 'enum') {
    scope.report('FLOW229', word.span, { name: word.text, ...head });
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
