import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../../runtime/package-files.ts';

/** The keywords that docs/flowc.schema.json uses; it is made from the schema of runtime/config.ts. */
interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}
const understood = new Set([
  ...[
    'type',
    'properties',
    'required',
    'additionalProperties',
    'propertyNames',
    'items',
    'enum',
    'pattern',
    'minLength',
  ],
  ...['exclusiveMinimum', 'maximum', 'description', 'title', '$schema', 'format'],
]);

/**
 * What flowc.json holds, if the published schema leaves no doubt that it is right: zod, which takes as long to load as
 * the parser, is then not needed. `undefined`: read it with `readConfig`, which also knows what to say.
 */
export function quickConfig(workspace: string): unknown {
  let text: string;
  try {
    text = readFileSync(join(workspace, 'flowc.json'), 'utf8');
  } catch {
    return {};
  }
  try {
    const config: unknown = JSON.parse(text);
    const schema = JSON.parse(readFileSync(join(packageFolder, 'docs', 'flowc.schema.json'), 'utf8')) as Schema;
    return fits(config, schema) ? config : undefined;
  } catch {
    return undefined;
  }
}

/** False also when the schema says something this does not understand. */
export function fits(value: unknown, schema: Schema): boolean {
  if (!Object.keys(schema).every((keyword) => understood.has(keyword))) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  switch (schema.type) {
    case 'object':
      return isObject(value) && fitsObject(value, schema);
    case 'array':
      return Array.isArray(value) && value.every((item) => fits(item, schema.items ?? {}));
    case 'string':
      return typeof value === 'string' && fitsText(value, schema);
    case 'number':
      return typeof value === 'number' && fitsNumber(value, schema);
    case 'boolean':
      return typeof value === 'boolean';
    default:
      // `{}` takes anything; a schema with other keywords and no type is not one of ours.
      return Object.keys(schema).length === 0;
  }
}

function fitsObject(value: Readonly<Record<string, unknown>>, schema: Schema): boolean {
  const { properties = {}, required = [], additionalProperties = true, propertyNames } = schema;
  if (!required.every((key) => Object.hasOwn(value, key))) return false;
  return Object.entries(value).every(([key, inner]) => {
    if (propertyNames && !fits(key, propertyNames)) return false;
    const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (own) return fits(inner, own);
    return typeof additionalProperties === 'boolean' ? additionalProperties : fits(inner, additionalProperties);
  });
}

function fitsText(value: string, { pattern, minLength = 0 }: Schema): boolean {
  return value.length >= minLength && (pattern === undefined || new RegExp(pattern).test(value));
}

function fitsNumber(value: number, { exclusiveMinimum, maximum }: Schema): boolean {
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false;
  return maximum === undefined || value <= maximum;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
