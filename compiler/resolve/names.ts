/** Names in expressions: fields, members, results, communications. */
import type { ExprOf, Name } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { closest } from '../../runtime/model/closest.ts';
import { reservedFields } from '../catalogue.ts';
import type { Expression, FieldModel, Type } from '../model.ts';
import { fieldNames, findField, suggest, suggestWord } from './context.ts';
import { resolveProperty, resolveResult, resolveSession } from './conversations.ts';
import type { ExpressionScope } from './expressions.ts';
import { suggestMember } from './members.ts';

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
    const help = suggestWord(head!.text, heads);
    scope.report('FLOW202', head!.span, { message: 'name', kind: 'communication', name: head!.text, ...help });
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
      members: expected.members.join(' | '),
      field: `${field.owner}.${word.text}`,
    });
    return null;
  }
  if (field !== undefined) return fieldExpression(path, field);
  if (isMember) return { ...base, kind: 'member', type: expected, member: word.text };
  return unknownWord(scope, word, expected);
}

/** What is written before a dot, alone: why it is not a value, and what was meant. */
const bareHeads = {
  participant: { message: 'record', help: 'field', example: 'due_date' },
  profile: { message: 'record', help: 'field', example: 'name' },
  result: { message: 'results', help: 'result', result: 'result' },
  communication: { message: 'communication', help: 'properties of the communication' },
  session: { message: 'session', help: 'session properties' },
} as const;

function valueHasNoParts(scope: ExpressionScope, { names }: ExprOf<'path'>, length: number): null {
  const part = names[length]!;
  const value = names
    .slice(0, length)
    .map((name) => name.text)
    .join('.');
  scope.report('FLOW202', part.span, { message: 'part', value, name: part.text, help: 'whole value' });
  return null;
}

function unknownWord(scope: ExpressionScope, word: Name, expected: Type | null): null {
  const { text: name, span } = word;
  const isHead = Object.hasOwn(bareHeads, name);
  if (scope.communications.has(name)) {
    scope.report('FLOW229', span, { message: 'communication', name, help: 'properties of a communication' });
  } else if (isHead && expected?.kind !== 'enum') {
    scope.report('FLOW229', span, { name, ...bareHeads[name as keyof typeof bareHeads] });
  } else if (expected?.kind === 'enum') {
    const nearest = suggestMember(name, [...expected.members, ...fieldNames(scope)], { kind: 'path' });
    const help = nearest.help === 'did you mean' ? nearest : suggestMember(name, expected.members, { kind: 'path' });
    scope.report('FLOW207', span, { message: 'name', name, members: expected.members.join(' | '), ...help });
  } else {
    scope.report('FLOW201', span, { name, ...fieldHelp(scope, name) });
  }
  return null;
}

function fieldHelp(scope: ExpressionScope, name: string) {
  const declared = [...scope.participant.keys(), ...scope.workspace.profile.keys(), ...reservedFields, 'true', 'false'];
  return scope.folder === '' && closest(name, declared) === null
    ? ({ help: 'profile only' } as const)
    : suggestWord(name, declared);
}

function explicitField(
  scope: ExpressionScope,
  path: ExprOf<'path'>,
  fields: ReadonlyMap<string, FieldModel>,
  name: Name,
  owner: 'participant' | 'profile',
): Expression | null {
  const field = fields.get(name.text);
  if (field !== undefined) return fieldExpression(path, field);
  const help = suggest(name.text, [...fields.keys()], { help: 'declare', owner } as const);
  scope.report('FLOW201', name.span, { name: `${owner}.${name.text}`, ...help });
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
