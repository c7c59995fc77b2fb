/** Declared fields: `{ due_date: date({ required: true }), paid: boolean(false), outcome: oneOf(outcome) }`. */
import type { FieldNode, TextLiteral } from '../ast.ts';
import { described, type Family, literal, named, Operand, type Owner } from './operand.ts';
import { nameAt, type Path, type Place } from './place.ts';
import { type EnumRef, type Fields, keyName, nameOf } from './references.ts';
import { report } from './registry.ts';
import type { DateText, DatetimeText, EnumValue, NumberValue, TextValue, TimeValue, Truth, Value } from './values.ts';

interface FieldOptions<D> {
  /** An import or API creation without it is refused. */
  readonly required?: true;
  /** Never leaves the database but in what is sent. */
  readonly private?: true;
  readonly notImported?: true;
  readonly default?: D;
  readonly title?: string;
  readonly description?: string;
}

/** What a field is declared as. `value` exists for the type alone. */
export interface FieldSpec<V extends Value = Value> {
  readonly kind: 'field';
  readonly value: V;
}
export type FieldSpecs = Readonly<Record<string, FieldSpec>>;

/** The default, or everything else that is said of the field. */
type Given<D> = D | FieldOptions<D>;

export const string = (given?: Given<string>): FieldSpec<TextValue> => spec('string', 'text', given);
export const integer = (given?: Given<number>): FieldSpec<NumberValue> => spec('integer', 'number', given);
export const numeric = (given?: Given<number | bigint | NumberValue>): FieldSpec<NumberValue> =>
  spec('numeric', 'number', given);
export const boolean = (given?: Given<boolean>): FieldSpec<Truth> => spec('boolean', 'truth', given);
export const date = (given?: Given<DateText>): FieldSpec<TimeValue> => spec('date', 'time', given);
export const datetime = (given?: Given<DatetimeText>): FieldSpec<TimeValue> => spec('datetime', 'time', given);
export const emailAddress = (given?: Given<string>): FieldSpec<TextValue> => spec('email', 'text', given);
export const phoneNumber = (given?: Given<string>): FieldSpec<TextValue> => spec('phone', 'text', given);
export const timezone = (given?: Given<string>): FieldSpec<TextValue> => spec('timezone', 'text', given);

/** One of a declared enumeration, or of the members listed here (at least two). */
export function oneOf<const M extends string>(
  members: EnumRef<M> | readonly [M, M, ...M[]],
  given?: Given<NoInfer<M>>,
): FieldSpec<EnumValue<M>>;
/** One of an enumeration declared elsewhere, by name. */
export function oneOf(name: string, given?: Given<string>): FieldSpec<EnumValue>;
export function oneOf(members: unknown, given?: Given<string>): FieldSpec<EnumValue> {
  return spec(members, 'enum', given);
}

interface Written {
  /** A type's name, an enumeration or members. */
  readonly type: unknown;
  readonly family: Family;
  readonly given: unknown;
}
const specs = new WeakMap<FieldSpec, Written>();

function spec<V extends Value>(type: unknown, family: Family, given: unknown): FieldSpec<V> {
  const made = { kind: 'field' } as FieldSpec<V>;
  specs.set(made, { type, family, given });
  return made;
}

const modifiers: Readonly<Record<string, string>> = {
  required: 'required',
  private: 'private',
  notImported: 'not imported',
};

/** Syntax of the fields of an object literal. */
export function fieldNodes(fields: FieldSpecs, place: Place, path: Path): readonly FieldNode[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const written = specs.get(field);
    const at = [...path, name];
    const span = place.span(...at);
    if (written !== undefined) return [fieldNode(name, written, place, at)];
    report(place.owner, { kind: 'builder value', of: name, expected: 'field type', found: described(field), span });
    return [];
  });
}

function fieldNode(name: string, { type, family, given }: Written, place: Place, path: Path): FieldNode {
  const isOptions = typeof given === 'object' && given !== null && !(given instanceof Operand);
  const options: FieldOptions<unknown> = isOptions ? given : given === undefined ? {} : { default: given };
  const span = place.span(...path);
  const members = typeof type === 'object' && type !== null && 'name' in type ? type.name : type;
  const names = (Array.isArray(members) ? members : [members]).map((member) =>
    nameOf(member, 'enum or members', place, path),
  );
  return {
    name: keyName(name, place, path),
    title: titleNode(options.title, place, path),
    type: names,
    modifiers: Object.keys(options).flatMap((key) =>
      Object.hasOwn(modifiers, key) && options[key as 'required'] === true ? [nameAt(modifiers[key]!, span)] : [],
    ),
    default: options.default === undefined ? null : literal(options.default, family, place, path),
    description: options.description ?? null,
    span,
  };
}

export function titleNode(title: string | undefined, place: Place, path: Path): TextLiteral | null {
  return title === undefined ? null : { value: title.normalize('NFC'), raw: false, span: place.span(...path, 'title') };
}

/** References to declared fields of the participant or the profile, or to results. */
export function fieldRefs<F extends FieldSpecs>(fields: F, of: Owner | 'result'): Fields<F> {
  const refs: Record<string, Operand> = {};
  for (const [name, field] of Object.entries(fields)) {
    const { family, type } = specs.get(field) ?? { family: 'any', type: '' };
    const members = Array.isArray(type)
      ? type
      : typeof type === 'object' && type !== null && 'members' in type
        ? type.members
        : [];
    const [names, owner] = of === 'result' ? [['result', name], null] : [[name], of];
    refs[name] = named(family, names, owner, members as readonly string[]);
  }
  return refs as unknown as Fields<F>;
}
