import { type Context, Drop, filters, Liquid, LiquidError, type Template } from 'liquidjs';
import { Instant, knownLocale, LocalDate, printerFor, type Reading } from './printed-values.ts';
import { TemplateError } from './template-file.ts';

export type Escaping = 'html' | 'text';

/** Bounds of one template: characters, units of memory as liquidjs counts them, milliseconds. */
const parseLimit = 1_000_000;
const memoryLimit = 5_000_000;
/** Far above what any mail needs: a worker on a busy machine must not take a good template for an endless one. */
const renderLimit = 2_000;

const engines = new Map<string, Liquid>();
const enginesKept = 200;

/** Filters, escaping and printing depend on the person's locale and zone: one engine for each combination. */
export function engineFor(reading: Reading, escaping: Escaping): Liquid {
  const key = `${escaping} ${reading.locale} ${reading.zone}`;
  let engine = engines.get(key);
  if (!engine) {
    if (engines.size >= enginesKept) engines.clear();
    engine = makeEngine(reading, escaping);
    engines.set(key, engine);
  }
  return engine;
}

function makeEngine(reading: Reading, escaping: Escaping): Liquid {
  const print = printerFor(reading);
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit,
    memoryLimit,
    renderLimit,
    locale: knownLocale(reading.locale),
    timezoneOffset: reading.zone,
    // An empty set of partials: no template reads a file.
    templates: {},
    outputEscape: escaping === 'html' ? (value: unknown) => escapeHtml(print(value)) : print,
  });
  engine.registerFilter('raw', { raw: true, handler: print });
  engine.registerFilter('default', keepTyped);
  engine.registerFilter('date', function (this: FilterThis, value: unknown, format?: unknown, zone?: unknown) {
    if (value instanceof LocalDate) return builtIn('date', this, `${value.iso}T00:00:00Z`, format, 0);
    const virtual = value === 'now' || value === 'today' ? this.context.environments : null;
    const instant = virtual ? (virtual as { now?: unknown }).now : value;
    if (instant instanceof Instant) return builtIn('date', this, instant.at.toUTC().toISO(), format, zone);
    return builtIn('date', this, value, format, zone);
  });
  return engine;
}

/** Calls the library's own filter of that name. */
function builtIn(name: 'date' | 'default', self: FilterThis, ...values: unknown[]): unknown {
  const handler: unknown = filters[name];
  return typeof handler === 'function' ? Reflect.apply(handler, self, values) : values[0];
}

interface FilterThis {
  readonly context: Context;
}

/** The library's `default` gives back a bare value; ours keeps the type, so that a date still prints as one. */
function keepTyped(this: FilterThis, value: unknown, fallback: unknown, ...options: unknown[]): unknown {
  if (value instanceof Drop) return value;
  return builtIn('default', this, value, fallback, ...options);
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => htmlEscapes[character]!);
}

const parsed = new WeakMap<Liquid, Map<string, Template[]>>();
const templatesKept = 500;

/** Throws `TemplateError` for what Liquid cannot read, filters that do not exist included. */
function parseTemplate(engine: Liquid, source: string, path: string): Template[] {
  const kept = parsed.get(engine) ?? new Map<string, Template[]>();
  parsed.set(engine, kept);
  let templates = kept.get(source);
  if (!templates) {
    try {
      templates = engine.parse(source, path);
    } catch (error) {
      throw templateError(error, path, []);
    }
    if (kept.size >= templatesKept) kept.clear();
    kept.set(source, templates);
  }
  return templates;
}

/** Throws `TemplateError`, also when a limit is hit. */
export function renderSource(engine: Liquid, source: string, path: string, scope: object): string {
  const templates = parseTemplate(engine, source, path);
  try {
    return String(engine.renderSync(templates, scope));
  } catch (error) {
    throw templateError(error, path, Object.keys(scope));
  }
}

function templateError(error: unknown, path: string, known: readonly string[]): TemplateError {
  if (!LiquidError.is(error)) return new TemplateError(path, 1, 1, `cannot be rendered: ${String(error)}.`);
  // Not declared on the class, but on every instance.
  const token: unknown = 'token' in error ? error.token : undefined;
  const place = hasPosition(token) ? token.getPosition() : ([1, 1] as const);
  const words = error.message.replace(/, (file|line):.*$/s, '').replace(/\.$/, '');
  return new TemplateError(path, place[0], place[1], `${sentence(words, known)}.`);
}

function sentence(words: string, known: readonly string[]): string {
  const variable = /^undefined variable: (.*)$/.exec(words)?.[1];
  if (variable !== undefined) {
    const names = known.length === 0 ? '' : ` Known are ${known.slice(0, 30).join(', ')}`;
    return `"${variable}" is not a field of the participant or the profile.${names}`;
  }
  const filter = /^undefined filter: (.*)$/.exec(words)?.[1];
  if (filter !== undefined) return `unknown filter "${filter}"; see https://liquidjs.com/filters/overview.html`;
  if (/limit exceeded/.test(words)) return `the template does too much (${words}); remove loops over large ranges`;
  if (/ENOENT|Failed to lookup/.test(words)) return 'templates cannot include other files; put the text here';
  return words;
}

function hasPosition(token: unknown): token is { getPosition(): readonly [number, number] } {
  return typeof token === 'object' && token !== null && 'getPosition' in token;
}
