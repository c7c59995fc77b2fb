/** Python actions. */
import type { Name, SettingValue, StatementOf } from '../../dsl/ast.ts';
import { defaultValues, pythonSettings } from '../catalogue.ts';
import { label } from '../diagnostics/labels.ts';
import type { FieldModel, JsonExpression, PythonModel } from '../model.ts';
import { fieldNames, findField, suggestWord } from './context.ts';
import { entriesOnce } from './entries.ts';
import { type ExpressionScope, resolveExpression } from './expressions.ts';
import { refusePrivate } from './privacy.ts';
import { readSettings } from './settings.ts';

export function resolvePython(scope: ExpressionScope, node: StatementOf<'python'>): PythonModel | null {
  const name = node.name.text;
  const settings = readSettings(
    scope.report,
    { is: { kind: 'Python action', name }, span: node.name.span, place: 'python' },
    node.items,
    pythonSettings,
  );
  const [script, code] = [settings.text('script'), settings.text('code')];
  const isBroken = node.items.some((item) => item.kind === 'broken');
  if (settings.has('script') === settings.has('code') && !isBroken) {
    const both = settings.has('script');
    if (both) scope.report('FLOW317', node.name.span, { message: 'both', name, help: 'both' });
    else
      scope.report('FLOW317', node.name.span, { message: 'neither', name, help: 'neither', meant: name.toLowerCase() });
    return null;
  }
  if (script && /^[/\\]|(?:^|\/)\.\.(?:\/|$)/.test(script.value)) {
    scope.report('FLOW407', script.span, {
      message: 'campaign',
      path: script.value,
      example: 'script: "scripts/score.py"',
    });
    return null;
  }
  if (script && !scope.exists(script.value))
    scope.report('FLOW402', script.span, { path: `${scope.folder}/${script.value}` });
  const params = settings.get('params')?.value;
  if (params && params.kind !== 'object') settings.wrong('params');
  const retries = settings.wholeNumber('retries');
  return {
    name,
    script: script?.value ?? null,
    code: code?.value ?? null,
    params: params?.kind === 'object' ? entriesOf(scope, params) : [],
    writes: fieldsOf(scope, settings.names('writes'), 'written'),
    reads: fieldsOf(scope, settings.names('reads'), 'read'),
    timeoutMs: settings.duration('timeout') ?? defaultValues.pythonTimeoutMs,
    retries: retries ?? defaultValues.pythonRetries,
  };
}

function entriesOf(
  scope: ExpressionScope,
  object: Extract<SettingValue, { kind: 'object' }>,
): { name: string; value: JsonExpression }[] {
  return entriesOnce(scope.report, object.entries).flatMap(({ name, value }) => {
    const resolved = jsonOf(scope, value);
    return resolved ? [{ name: name.text, value: resolved }] : [];
  });
}

function jsonOf(scope: ExpressionScope, value: SettingValue): JsonExpression | null {
  switch (value.kind) {
    case 'object':
      return { kind: 'object', entries: entriesOf(scope, value) };
    case 'array': {
      const items = value.items.map((item) => jsonOf(scope, item));
      return items.every((item) => item !== null) ? { kind: 'list', items } : null;
    }
    case 'list': {
      const expression = resolveExpression(scope, value.items[0]!);
      if (expression === null) return null;
      if (expression.type.kind === 'duration') {
        scope.report('FLOW304', value.span, {
          name: 'params',
          form: 'Python values',
          found: expression.text,
          help: 'example',
          example: 'params: { days: 3, until: due_date + 3 days }',
        });
        return null;
      }
      return refusePrivate(scope.report, expression, 'params', 'reads') ? { kind: 'expression', expression } : null;
    }
    default:
      scope.report('FLOW304', value.span, {
        name: 'params',
        form: 'Python parameters',
        found: '…',
        help: 'example',
        example: 'params: { threshold: 0.7 }',
      });
      return null;
  }
}

function fieldsOf(scope: ExpressionScope, names: readonly Name[], use: 'written' | 'read'): FieldModel[] {
  return names.flatMap((name, index) => {
    const field = findField(scope, name.text);
    const first = names.slice(0, index).find(({ text }) => text === name.text);
    if (first) {
      const labels = [label(first.span, 'first')];
      scope.report('FLOW303', name.span, { name: name.text, line: first.span.line }, { labels });
    } else if (field === undefined)
      scope.report('FLOW201', name.span, { name: name.text, ...suggestWord(name.text, fieldNames(scope)) });
    else if (use === 'written' && name.text === 'external_id') scope.report('FLOW218', name.span, { name: name.text });
    else return [field];
    return [];
  });
}
