/** Settings by the catalogue's tables: which exist, which are missing, whether a value has the form it must have. */
import type { Item, Name, Setting, SettingValue, Span, TextLiteral, WindowPart } from '../../dsl/ast.ts';
import { expressionWords, windowWords } from '../../dsl/words.ts';
import { closest } from '../../runtime/model/closest.ts';
import { type Clause, choices, clausePlaces, type SettingRow, valueForms } from '../catalogue.ts';
import { label } from '../diagnostics/labels.ts';
import type { Owner } from '../diagnostics/slots.ts';
import { type Report, suggest } from './context.ts';
import { durationMs, durationOf } from './values.ts';

/** The settings of one pair of braces, readable by name. Readers report a value of the wrong form and give null. */
export interface Settings {
  has(name: string): boolean;
  get(name: string): Setting | null;
  text(name: string): TextLiteral | null;
  name(name: string): Name | null;
  names(name: string): readonly Name[];
  choice<K extends keyof typeof choices>(name: string, of: K): (typeof choices)[K][number] | null;
  truth(name: string): boolean | null;
  /** Elapsed milliseconds, more than none. */
  duration(name: string): number | null;
  wholeNumber(name: string): number | null;
  window(name: string): { readonly parts: readonly WindowPart[]; readonly span: Span } | null;
  wrong(name: string): void;
}

interface SettingsOwner {
  readonly is: Owner;
  readonly span: Span;
  readonly place: 'workspace' | 'campaign' | 'channel' | 'agent' | 'communication' | 'python' | 'flow' | 'defaults';
}

/** Checks names, repetitions and required settings. `defaults` fill what `items` leave out. */
export function readSettings(
  report: Report,
  owner: SettingsOwner,
  items: readonly (Item | Setting)[],
  rows: readonly SettingRow[],
  defaults: readonly Setting[] = [],
): Settings {
  const found = new Map<string, Setting>();
  const names = new Set(rows.map((row) => row.name));
  const misspelt = new Set<string | null>();
  for (const item of items) {
    if (item.kind === 'setting') {
      enter(report, owner, item, names, found);
      if (!names.has(item.key.text)) misspelt.add(closest(item.key.text, names));
    } else if (item.kind !== 'broken') checkPlace(report, owner, item.kind, item.span);
  }
  for (const setting of defaults) {
    if (!found.has(setting.key.text) && rows.some((row) => row.name === setting.key.text))
      found.set(setting.key.text, setting);
  }
  const broken = items.some((item) => item.kind === 'broken');
  for (const row of rows) {
    if (!row.required || found.has(row.name) || misspelt.has(row.name) || broken) continue;
    report('FLOW302', owner.span, {
      message: 'setting',
      owner: owner.is,
      name: row.name,
      purpose: row,
      example: `${row.name}: ${valueForms[row.takes].example}`,
    });
  }
  return readers(report, found, rows);
}

function enter(
  report: Report,
  owner: SettingsOwner,
  setting: Setting,
  names: ReadonlySet<string>,
  found: Map<string, Setting>,
): void {
  const name = setting.key.text;
  const before = found.get(name);
  if (!names.has(name)) {
    report('FLOW301', setting.key.span, {
      owner: owner.is,
      name,
      ...suggest(name, [...names], { help: 'none' } as const),
    });
  } else if (before !== undefined && !isMissing(before.value)) {
    const labels = [label(before.key.span, 'first')];
    report('FLOW303', setting.key.span, { name, line: before.span.line }, { labels });
  } else {
    found.set(name, setting);
  }
}

function checkPlace(report: Report, owner: SettingsOwner, clause: Clause, span: Span): void {
  const places: readonly string[] = clausePlaces[clause];
  if (places.includes(owner.place)) return;
  report('FLOW316', span, { clause, owner: owner.is, places });
}

function readers(report: Report, found: ReadonlyMap<string, Setting>, rows: readonly SettingRow[]): Settings {
  const wrong = (name: string): null => {
    const setting = found.get(name);
    const form = rows.find((row) => row.name === name)!.takes;
    if (setting && !isMissing(setting.value)) {
      report('FLOW304', setting.value.span, {
        name,
        form,
        found: settingWords(setting),
        help: 'example',
        example: `${name}: ${valueForms[form].example}`,
      });
    }
    return null;
  };
  const single = (name: string) => {
    const value = found.get(name)?.value;
    return value?.kind === 'list' && value.items.length === 1 ? value.items[0]! : null;
  };
  const names = (name: string): readonly Name[] => {
    const value = found.get(name)?.value;
    if (value === undefined) return [];
    const paths =
      value.kind === 'list'
        ? value.items.map((item) => (item.kind === 'path' && item.names.length === 1 ? item.names[0]! : null))
        : [null];
    if (paths.every((path) => path !== null)) return paths;
    wrong(name);
    return [];
  };
  const choice = <K extends keyof typeof choices>(name: string, of: K): (typeof choices)[K][number] | null => {
    if (!found.has(name)) return null;
    const word = single(name);
    const written = word?.kind === 'path' && word.names.length === 1 ? word.names[0]!.text : null;
    return (choices[of] as readonly string[]).includes(written ?? '')
      ? (written as (typeof choices)[K][number])
      : wrong(name);
  };
  return {
    has: (name) => found.has(name),
    get: (name) => found.get(name) ?? null,
    wrong,
    names,
    choice,
    text: (name) => {
      if (!found.has(name)) return null;
      const value = single(name);
      return value?.kind === 'text' ? value.text : wrong(name);
    },
    name: (name) => {
      const all = names(name);
      return all.length > 1 ? wrong(name) : (all[0] ?? null);
    },
    truth: (name) => {
      if (!found.has(name)) return null;
      const value = single(name);
      return value?.kind === 'boolean' ? value.value : wrong(name);
    },
    duration: (name) => {
      const setting = found.get(name);
      if (setting === undefined) return null;
      const value = single(name);
      const duration = value && durationOf(value);
      const ms = duration && durationMs(duration);
      if (ms === null) return wrong(name);
      if (ms > 0) return ms;
      report('FLOW315', setting.value.span, { name, text: settingWords(setting), example: `${name}: 24 hours` });
      return null;
    },
    wholeNumber: (name) => {
      if (!found.has(name)) return null;
      const value = single(name);
      return value?.kind === 'number' && /^\d{1,9}$/.test(value.text) ? Number(value.text) : wrong(name);
    },
    window: (name) => {
      const setting = found.get(name);
      return setting?.value.kind === 'window' ? { parts: setting.value.parts, span: setting.value.span } : null;
    },
  };
}

/** Nothing stands there; reported by the parser. */
export function isMissing(value: SettingValue): boolean {
  return value.kind === 'list' && value.items.some((item) => item.kind === 'missing');
}

function settingWords({ value }: Setting): string {
  switch (value.kind) {
    case 'list':
      return value.items.map(expressionWords).join(', ');
    case 'window':
      return windowWords(value.parts);
    case 'python':
      return 'python …';
    case 'rate':
      return `${expressionWords(value.amount)} per ${value.per.text}`;
    case 'object':
      return '{ … }';
    case 'array':
      return '[ … ]';
    default:
      return value satisfies never;
  }
}
