/** Object literals → the lines in the braces of declarations. */
import type { Entry, Item, Name, Setting, SettingValue } from '../ast.ts';
import { type FieldSpecs, fieldNodes } from './fields.ts';
import { readFragment } from './fragments.ts';
import { conditionOf, durationOf, expressionOf, literal, numberText, Operand, wrongValue } from './operand.ts';
import { nameAt, type Path, type Place } from './place.ts';
import { keyName, nameOf } from './references.ts';
import { type Form, type Limit, languageName, settingForms } from './settings.ts';

const conditions: Readonly<Record<string, 'exit when' | 'skip when' | 'success when' | 'failure when'>> = {
  exitWhen: 'exit when',
  skipWhen: 'skip when',
  successWhen: 'success when',
  failureWhen: 'failure when',
};
/** Said of the declaration itself, not lines in its braces. */
const apart = new Set(['title', 'description', 'participant', 'role', 'on', 'do']);

/** The lines of one literal, in its order. `read` gives conditions that are functions of the fields their argument. */
export function itemsOf(given: object, place: Place, path: Path, fields: object = {}): readonly Item[] {
  return Object.entries(given).flatMap(([key, value]): readonly Item[] => {
    if (apart.has(key) || value === undefined) return [];
    const at = [...path, key];
    const span = place.span(...at);
    const clause = conditions[key];
    if (clause !== undefined) {
      const condition: unknown = typeof value === 'function' ? value(fields) : value;
      return [{ kind: clause, condition: conditionOf(condition, place, at), span }];
    }
    switch (key) {
      case 'atMost':
        if (!Array.isArray(value)) return [limitItem(value as Limit, place, at)];
        return value.map((limit, index) => limitItem(limit, place, [...at, index]));
      case 'holdout':
        return [{ kind: 'holdout', percent: numberText(value, 'holdout', place, at), span }];
      case 'defaults':
        return [{ kind: 'defaults', items: itemsOf(value, place, at, fields), span }];
      case 'results':
        return [{ kind: 'results', fields: fieldNodes(value as FieldSpecs, place, at), span }];
      default:
        return [settingOf(key, value, place, at)];
    }
  });
}

export function settingOf(key: string, value: unknown, place: Place, path: Path): Setting {
  const form: Form = Object.hasOwn(settingForms, key) ? settingForms[key as keyof typeof settingForms] : 'literal';
  const written = keyName(languageName(key), place, path);
  return {
    kind: 'setting',
    key: written,
    value: settingValue(form, key, value, place, path),
    span: place.span(...path),
  };
}

function settingValue(form: Form, key: string, value: unknown, place: Place, path: Path): SettingValue {
  const span = place.value(...path);
  const one = (expression: ReturnType<typeof literal>): SettingValue => ({ kind: 'list', items: [expression], span });
  switch (form) {
    case 'name':
      return one(pathOf(nameOf(value, 'name', place, path)));
    case 'names': {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      const items = list.map((item, index) =>
        pathOf(nameOf(item, 'name', place, Array.isArray(value) ? [...path, index] : path)),
      );
      return { kind: 'list', items, span };
    }
    case 'instant': {
      const python = typeof value === 'object' && value !== null && 'python' in value ? value.python : null;
      if (typeof python !== 'string') return one(expressionOf(value, place, path));
      return { kind: 'python', code: { value: python, raw: python.includes('\n'), span }, span };
    }
    case 'window':
      return { kind: 'window', parts: windowParts(value, place, path), span };
    case 'duration':
      if (typeof value === 'string') return one(durationOf(value, place, path));
      return one(wrongValue(place, path, key, 'duration', value));
    case 'object':
      return objectValue(value, place, path);
    case 'rate':
      if (typeof value === 'string') return readFragment('value', value, place, path) ?? one({ kind: 'missing', span });
      return one(wrongValue(place, path, key, 'rate', value));
    case 'literal':
      return one(literal(value, 'text', place, path));
    default:
      return form satisfies never;
  }
}

function pathOf(name: Name): ReturnType<typeof literal> {
  return { kind: 'path', names: [name], span: name.span };
}

/** A declared window, or a window in words. */
export function windowParts(
  value: unknown,
  place: Place,
  path: Path,
): Extract<SettingValue, { kind: 'window' }>['parts'] {
  if (typeof value === 'string') return readFragment('window', value, place, path) ?? [];
  const name = nameOf(value, 'window', place, path);
  return [{ kind: 'named', name, span: name.span }];
}

function objectValue(value: unknown, place: Place, path: Path): SettingValue {
  const span = place.value(...path);
  if (Array.isArray(value)) {
    return { kind: 'array', items: value.map((item, index) => objectValue(item, place, [...path, index])), span };
  }
  if (typeof value === 'object' && value !== null && !(value instanceof Operand)) {
    const entries = Object.entries(value).map(([name, inner]): Entry => {
      const at = [...path, name];
      return { name: keyName(name, place, at), value: objectValue(inner, place, at) };
    });
    return { kind: 'object', entries, span };
  }
  return { kind: 'list', items: [literal(value, 'text', place, path)], span };
}

function limitItem(limit: Limit, place: Place, path: Path): Item {
  const span = place.span(...path);
  if (typeof limit !== 'object' || limit === null) {
    wrongValue(place, path, 'atMost', 'limit', limit);
    return { kind: 'broken', span };
  }
  const { count, of, per } = limit;
  return {
    kind: 'at most',
    count: numberText(count, 'atMost', place, [...path, 'count']),
    of: of === undefined ? null : nameAt(of, place.value(...path, 'of')),
    per: per === undefined ? null : nameAt(per, place.value(...path, 'per')),
    span,
  };
}
