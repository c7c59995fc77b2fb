/** JSON Schema of the resolved model, made from the types of `compiler/model.ts` themselves. */
import { join } from 'node:path';
import { type Node, Project, type Type } from 'ts-morph';

type Schema = Readonly<Record<string, unknown>>;

interface Definitions {
  /** Where types are looked at; properties of an intersection have no place of their own. */
  readonly place: Node;
  readonly named: Map<string, Schema>;
}

export function modelSchema(): Schema {
  const root = join(import.meta.dirname, '../..');
  const project = new Project({ tsConfigFilePath: join(root, 'tsconfig.json'), skipAddingFilesFromTsConfig: true });
  const file = project.addSourceFileAtPath(join(root, 'compiler/model.ts'));
  const definitions: Definitions = { place: file, named: new Map() };
  const top = reference(file.getInterfaceOrThrow('WorkspaceModel').getType(), 'WorkspaceModel', definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The resolved model of a workspace',
    ...top,
    $defs: Object.fromEntries([...definitions.named].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A type with a name is written once and referred to: types may contain themselves. */
function reference(type: Type, name: string, definitions: Definitions): Schema {
  if (!definitions.named.has(name)) {
    definitions.named.set(name, {});
    definitions.named.set(name, inline(type, definitions));
  }
  return { $ref: `#/$defs/${name}` };
}

function schemaOf(type: Type, definitions: Definitions): Schema {
  const name = type.getAliasSymbol()?.getName() ?? (type.isInterface() ? type.getSymbol()?.getName() : undefined);
  return name && !type.isArray() && !type.isReadonlyArray() && !nameless.has(name)
    ? reference(type, name, definitions)
    : inline(type, definitions);
}

/** Aliases of the language's library, not of ours. */
const nameless = new Set(['Readonly', 'Record', 'Partial', 'Pick', 'Omit', 'ReadonlyArray']);

function inline(type: Type, definitions: Definitions): Schema {
  if (type.isNull()) return { type: 'null' };
  if (type.isLiteral() && !type.isBoolean()) return { const: literalOf(type) };
  if (type.isString()) return { type: 'string' };
  if (type.isNumber()) return { type: 'number' };
  if (type.isBoolean()) return { type: 'boolean' };
  if (type.isArray() || type.isReadonlyArray())
    return { type: 'array', items: schemaOf(type.getTypeArguments()[0]!, definitions) };
  if (type.isUnion()) return unionOf(type, definitions);
  if (type.isObject() || type.isIntersection()) return objectOf(type, definitions);
  return {};
}

function literalOf(type: Type): unknown {
  return type.isBooleanLiteral() ? type.getText() === 'true' : type.getLiteralValue();
}

function unionOf(type: Type, definitions: Definitions): Schema {
  const members = type.getUnionTypes().filter((member) => !member.isUndefined());
  if (members.every((member) => member.isLiteral())) return { enum: members.map(literalOf) };
  // TypeScript keeps `boolean` as two members.
  const others = members.filter((member) => !member.isBooleanLiteral());
  const schemas = others.map((member) => schemaOf(member, definitions));
  if (others.length < members.length) schemas.push({ type: 'boolean' });
  return schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
}

function objectOf(type: Type, definitions: Definitions): Schema {
  const values = type.getStringIndexType();
  if (values) return { type: 'object', additionalProperties: schemaOf(values, definitions) };
  const properties = type.getProperties();
  return {
    type: 'object',
    properties: Object.fromEntries(
      properties.map((one) => [one.getName(), schemaOf(one.getTypeAtLocation(definitions.place), definitions)]),
    ),
    required: properties.filter((one) => !one.isOptional()).map((one) => one.getName()),
    additionalProperties: false,
  };
}
