/** Declared fields → field models: types, modifiers, defaults. */
import type { Expr, ExprOf, FieldNode, Name } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { matchKey, systemFields } from '../../runtime/model/system-fields.ts';
import { type FieldType, type FieldTypeName, fieldTypeNames, type Value } from '../../runtime/model/values.ts';
import { fieldModifiers, reservedFields } from '../catalogue.ts';
import type { FieldModel } from '../model.ts';
import { assignable } from '../types.ts';
import { type DeclaredNames, declare, type Report, suggestWord } from './context.ts';
import { suggestMember } from './members.ts';
import { dateLiteral, refuseNumber, storedConstant } from './values.ts';

type Enums = ReadonlyMap<string, readonly string[]>;

/** Undeclared fields of every profile. */
export function systemFieldModels(): FieldModel[] {
  return systemFields.map(({ name, type, private: isPrivate, doc }) => ({
    name,
    type: { kind: type },
    required: name === matchKey,
    private: isPrivate,
    imported: true,
    default: null,
    owner: 'profile',
    description: doc,
    origin: null,
  }));
}

export function resolveFields(
  report: Report,
  enums: Enums,
  owner: FieldModel['owner'],
  nodes: readonly FieldNode[],
  into: Map<string, FieldModel>,
): void {
  const declared: DeclaredNames = new Map(
    [...into].flatMap(([name, { origin }]) => (origin ? [[name, { kind: 'field', span: origin }] as const] : [])),
  );
  for (const node of nodes) {
    const { text } = node.name;
    if (reservedFields.includes(text)) refuseReserved(report, node.name, 'field');
    else if (owner === 'profile' && systemFields.some((field) => field.name === text))
      report('FLOW213', node.name.span, { name: text });
    else {
      if (owner === 'participant') warnOfHiding(report, node.name);
      const field = resolveField(report, enums, owner, node);
      if (field !== null) declare(report, into, node.name, 'field', field, declared);
    }
  }
}

function warnOfHiding(report: Report, { text, span }: Name): void {
  const hidden = systemFields.find(({ name }) => name === text);
  if (hidden && 'decides' in hidden) report('FLOW238', span, { name: text, hidden });
}

function resolveField(report: Report, enums: Enums, owner: FieldModel['owner'], node: FieldNode): FieldModel | null {
  const modifiers = node.modifiers.map((modifier) => modifier.text);
  for (const modifier of node.modifiers) {
    if ((fieldModifiers as readonly string[]).includes(modifier.text)) continue;
    report('FLOW211', modifier.span, {
      message: 'field',
      name: modifier.text,
      ...suggestWord(modifier.text, fieldModifiers),
    });
  }
  const type = resolveType(report, enums, node);
  if (type === null) return null;
  return {
    name: node.name.text,
    type,
    required: modifiers.includes('required'),
    private: modifiers.includes('private'),
    imported: !modifiers.includes('not imported'),
    default:
      node.default === null ? null : constantOf(report, { is: 'default', of: node.name.text }, node.default, type),
    owner,
    description: node.description,
    origin: node.name.span,
  };
}

/** What other languages call our types. */
const typesElsewhere: Readonly<Record<string, FieldTypeName>> = {
  int: 'integer',
  long: 'integer',
  number: 'numeric',
  decimal: 'numeric',
  float: 'numeric',
  double: 'numeric',
  text: 'string',
  str: 'string',
  varchar: 'string',
  bool: 'boolean',
  time: 'datetime',
  timestamp: 'datetime',
  tel: 'phone',
  tz: 'timezone',
  zone: 'timezone',
};

/** A field type, a declared enum, or members. */
export function resolveType(report: Report, enums: Enums, { name, type: names }: FieldNode): FieldType | null {
  const [first, ...more] = names;
  if (first === undefined) return null;
  if (more.length > 0) return { kind: 'enum', members: membersOf(report, names) };
  if ((fieldTypeNames as readonly string[]).includes(first.text)) return { kind: first.text as FieldTypeName };
  const members = enums.get(first.text);
  if (members !== undefined) return { kind: 'enum', members };
  const elsewhere = typesElsewhere[first.text.toLowerCase()];
  const help = elsewhere
    ? ({ help: 'write', meant: elsewhere } as const)
    : suggestWord(first.text, [...fieldTypeNames, ...enums.keys()]);
  report('FLOW210', first.span, { field: name.text, name: first.text, ...help });
  return null;
}

/** Members of an enumeration, each once. */
export function membersOf(report: Report, names: readonly Name[]): readonly string[] {
  const declared: DeclaredNames = new Map();
  const members = new Map<string, string>();
  for (const name of names) {
    if (reservedFields.includes(name.text)) refuseReserved(report, name, 'member');
    declare(report, members, name, 'member', name.text, declared);
  }
  return [...members.keys()];
}

export function refuseReserved(report: Report, { text, span }: Name, kind: 'field' | 'member' | 'enum'): void {
  report('FLOW208', span, { message: kind, name: text, help: 'value' });
}

/** What a constant is for: in messages, and for what it is the value of. */
export interface Constant {
  readonly is: 'default' | 'value';
  readonly of: string;
}

/** The value of a default or of what a scenario gives; null (missing) if it is wrong (reported). */
export function constantOf(report: Report, what: Constant, expression: Expr, type: FieldType): Value {
  const constant = literal(report, expression, type);
  if (constant === 'reported') return null;
  if (constant === null) {
    report('FLOW212', expression.span, { message: what.is, field: what.of, text: expressionWords(expression) });
    return null;
  }
  if (assignable(constant.type, type)) return storedConstant(report, what, expression, type, constant.value) ?? null;
  report('FLOW204', expression.span, {
    message: what.is,
    field: what.of,
    expected: [type],
    text: expressionWords(expression),
    actual: constant.type,
    help: 'write type',
  });
  return null;
}

type Literal = { readonly value: Value; readonly type: FieldType };

function literal(report: Report, expression: Expr, type: FieldType): Literal | null | 'reported' {
  switch (expression.kind) {
    case 'missing':
      return 'reported';
    case 'boolean':
      return { value: expression.value, type: { kind: 'boolean' } };
    case 'text':
      if (type.kind !== 'enum') return { value: expression.text.value, type: { kind: 'string' } };
      return member(report, expression.text.value, expression, type.members);
    case 'number':
      return numberOf(report, expression, type);
    case 'unary': {
      const inner = expression.operator === '-' ? literal(report, expression.operand, type) : null;
      if (inner === null || inner === 'reported') return inner;
      if (inner.type.kind !== 'integer' && inner.type.kind !== 'numeric') return null;
      return { ...inner, value: typeof inner.value === 'number' ? -inner.value : negated(String(inner.value)) };
    }
    case 'date':
    case 'datetime': {
      const value = dateLiteral(report, expression);
      return value === null ? 'reported' : { value, type: { kind: expression.kind } };
    }
    case 'path': {
      const [word, ...more] = expression.names;
      if (more.length > 0 || type.kind !== 'enum') return null;
      return member(report, word!.text, expression, type.members);
    }
    default:
      return null;
  }
}

function negated(digits: string): string {
  return digits.startsWith('-') ? digits.slice(1) : `-${digits}`;
}

function numberOf(report: Report, { text, span }: ExprOf<'number'>, type: FieldType): Literal | 'reported' {
  const whole = !text.includes('.');
  if (refuseNumber(report, text, span, whole && type.kind !== 'numeric' ? 'integer' : 'numeric')) return 'reported';
  if (whole && type.kind !== 'numeric') return { value: Number(text), type: { kind: 'integer' } };
  return { value: text, type: { kind: whole ? 'integer' : 'numeric' } };
}

function member(report: Report, word: string, expression: Expr, members: readonly string[]): Literal | 'reported' {
  if (members.includes(word)) return { value: word, type: { kind: 'enum', members: [word] } };
  report('FLOW207', expression.span, {
    message: 'member',
    name: word,
    members: members.join(' | '),
    ...suggestMember(word, members, expression),
  });
  return 'reported';
}
