import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from './user-error.ts';

const environmentVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, like DATABASE_URL');

const allowedMemory = '512 MB or more, such as "1 GB"';
const leastMemoryMb = 512;
const usualMemory = '1 GB';

const python = z.strictObject({
  interpreter: z
    .string()
    .min(1)
    .optional()
    .describe('Command or path of the Python that runs scripts; a venv is fine. Default: python3.'),
  network: z
    .enum(['host', 'none'])
    .optional()
    .describe(
      'Whether scripts reach the network. Default: host in dev, none in every other environment. none needs bubblewrap: without it a worker of flows with scripts refuses to start.',
    ),
  env: z.array(environmentVariable).optional().describe('Environment variables that scripts may read.'),
});

const worker = z.strictObject({
  memory: z
    .string()
    .regex(/^\d+(\.\d+)? ?(MB|GB)$/, allowedMemory)
    .refine((text) => megabytes(text) >= leastMemoryMb, allowedMemory)
    .optional()
    .describe('How much memory a worker may take, about. Default: 1 GB.'),
});

const temporal = z.strictObject({
  address: z
    .string()
    .regex(/^[^\s/:]+:\d+$/, 'host:port')
    .optional()
    .describe('host:port of the Temporal server. Without it TEMPORAL_ADDRESS, then a local dev server.'),
  namespace: z.string().min(1).optional().describe('Temporal namespace. Default: default.'),
  tls: z.boolean().optional().describe('Connect with TLS. Certificates come from the TEMPORAL_TLS_* variables.'),
  api_key_env: environmentVariable.optional().describe('Variable that holds the API key.'),
});

const clock = z.strictObject({
  start: z.iso
    .datetime({ offset: true, error: 'an instant like 2026-03-09T07:55:00Z' })
    .describe('The instant participants live in when the database is first opened.'),
  scale: z.number().positive().max(100_000).optional().describe('How many seconds pass in one. Default: 1.'),
});

const environment = z.strictObject({
  clock: clock.optional().describe('A clock of its own, so that days pass in seconds. Needs "test": true.'),
  test: z.boolean().optional().describe('Allows what production must not: a scaled clock, throw-away data.'),
  temporal: temporal.optional(),
  database_env: environmentVariable
    .optional()
    .describe('Variable that holds the Postgres URL. Default: DATABASE_URL, then an embedded Postgres in .flowc.'),
  database_schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/, 'lowercase letters, digits and _')
    .optional()
    .describe('Schema of that database which belongs to this workspace. Default: public.'),
  channels: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .describe('How each channel of workspace.flow is reached here.'),
  python: python.optional(),
  worker: worker.optional(),
});

/** The whole of `flowc.json` (language.md §1). Unknown keys are refused: a misspelt setting must not be a silent default. */
const configSchema = z.strictObject({
  $schema: z.string().optional(),
  participant_ids: z
    .enum(['external_id', 'opaque'])
    .optional()
    .describe('What workflow ids show. Default: external_id.'),
  python: python.optional(),
  worker: worker.optional(),
  environments: z
    .record(z.string().regex(/^[a-z][a-z0-9_-]*$/, 'lowercase letters, digits, - and _'), environment)
    .optional(),
  checks: z
    .record(z.string().regex(/^FLOW\d{3}$/, 'a code like FLOW214'), z.enum(['off']))
    .optional()
    .describe('Warnings to turn off, by their code.'),
});

export type Config = z.infer<typeof configSchema>;

/** One environment with every default filled in. */
export interface Environment {
  readonly name: string;
  readonly test: boolean;
  /** Null: the real time, always so in production. */
  readonly clock: { readonly base: number; readonly scale: number } | null;
  readonly participantIds: 'external_id' | 'opaque';
  readonly temporal: {
    readonly address: string | null;
    readonly namespace: string;
    readonly tls: boolean | null;
    readonly apiKeyVariable: string | null;
  };
  /** Null: `DATABASE_URL` if set, else the embedded Postgres. */
  readonly databaseVariable: string | null;
  readonly databaseSchema: string;
  readonly channels: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly python: { readonly interpreter: string; readonly network: 'host' | 'none'; readonly env: readonly string[] };
  readonly worker: { readonly memoryMb: number };
}

/**
 * Reads `<workspace>/flowc.json`; a workspace without one has all defaults.
 * @throws UserError naming place, value and what is allowed, one line per mistake.
 */
export function readConfig(workspace: string): Config {
  const file = join(workspace, 'flowc.json');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return {};
  }
  return parseConfig(text);
}

/** Parses and validates the text of `flowc.json`. */
export function parseConfig(text: string): Config {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError('problem', `flowc.json is not valid JSON: ${(error as Error).message}.`);
  }
  const parsed = configSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UserError('problem', parsed.error.issues.flatMap((issue) => describeIssue(issue, json)).join('\n'));
}

/** The environment of that name, `dev` also when it is not declared. */
export function environmentOf(config: Config, name: string): Environment {
  const declared = config.environments ?? {};
  const found = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (!found && name !== 'dev') {
    const names = Object.keys(declared).join(', ') || 'dev';
    throw new UserError(
      'usage',
      `flowc.json declares no environment \`${name}\`. Declared: ${names}. Add "${name}" under "environments" or choose another with --env.`,
    );
  }
  if (found?.clock && !found.test) {
    throw new UserError(
      'usage',
      `flowc.json, environments.${name}.clock: a clock of its own is for tests. Add "test": true beside it, or remove it.`,
    );
  }
  const python = { ...config.python, ...found?.python };
  return {
    name,
    test: found?.test ?? false,
    clock: found?.clock ? { base: Date.parse(found.clock.start), scale: found.clock.scale ?? 1 } : null,
    participantIds: config.participant_ids ?? 'external_id',
    temporal: {
      address: found?.temporal?.address ?? null,
      namespace: found?.temporal?.namespace ?? 'default',
      tls: found?.temporal?.tls ?? null,
      apiKeyVariable: found?.temporal?.api_key_env ?? null,
    },
    databaseVariable: found?.database_env ?? null,
    databaseSchema: found?.database_schema ?? 'public',
    channels: found?.channels ?? {},
    python: {
      interpreter: python.interpreter ?? 'python3',
      network: found?.python?.network ?? config.python?.network ?? (name === 'dev' ? 'host' : 'none'),
      env: python.env ?? [],
    },
    worker: { memoryMb: megabytes(found?.worker?.memory ?? config.worker?.memory ?? usualMemory) },
  };
}

function megabytes(text: string): number {
  return Math.round(Number.parseFloat(text) * (text.endsWith('GB') ? 1024 : 1));
}

/** JSON Schema of `flowc.json`, as published in `docs/flowc.schema.json`. */
export function configJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(configSchema, { io: 'input' }), title: 'flowc.json' };
}

function describeIssue(issue: z.core.$ZodIssue, json: unknown): string[] {
  const place = placeOf(issue.path);
  const value = JSON.stringify(valueAt(json, issue.path));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const inside = placeOf([...issue.path, key]);
        return `flowc.json, ${inside}: unknown setting. Allowed in ${place || 'the file'}: ${allowedKeys(issue.path).join(', ')}. Remove or rename "${key}".`;
      });
    case 'invalid_value':
      return [
        `flowc.json, ${place}: ${value} is not allowed. Allowed: ${issue.values.map((v) => JSON.stringify(v)).join(', ')}.`,
      ];
    case 'invalid_type':
      return [`flowc.json, ${place || 'top level'}: ${value} is not allowed. Allowed: ${article(issue.expected)}.`];
    case 'invalid_key':
      return [
        `flowc.json, ${place}: the name is not allowed. Allowed: ${issue.issues.map((inner) => inner.message).join('; ')}.`,
      ];
    default:
      return [`flowc.json, ${place}: ${value} is not allowed. Allowed: ${issue.message}.`];
  }
}

function article(type: string): string {
  switch (type) {
    case 'object':
    case 'record':
      return 'an object { … }';
    case 'array':
      return 'a list [ … ]';
    case 'boolean':
      return 'true or false';
    case 'string':
      return 'text in quotes';
    default:
      return type;
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part], json);
}

/** Keys the published schema allows at a path, found by walking it. */
function allowedKeys(path: readonly PropertyKey[]): string[] {
  let schema = configJsonSchema();
  for (const part of path) {
    const properties = schema.properties as Record<string, Record<string, unknown>> | undefined;
    const next = properties?.[String(part)] ?? (schema.additionalProperties as Record<string, unknown> | undefined);
    if (!next || typeof next !== 'object') return [];
    schema = next;
  }
  return Object.keys((schema.properties as object | undefined) ?? {}).filter((key) => key !== '$schema');
}
