/** Settings that only one kind of communication has: the approved template of WhatsApp, the number and SIP server of a call. */
import type { CommunicationNode, SettingValue } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { readText } from '../../runtime/model/field-types.ts';
import { readSipParameters, type SipParameters, type SipProblem, sipParameterNames } from '../../runtime/model/sip.ts';
import type { Expression, VoiceModel, WhatsappModel } from '../model.ts';
import { suggestWord } from './context.ts';
import { entriesOnce } from './entries.ts';
import { type ExpressionScope, resolveExpression } from './expressions.ts';
import type { Settings } from './settings.ts';

/** How strings are written that mean something to a channel. */
const textForms = {
  template: {
    pattern: /^[a-z0-9_]{1,512}$/,
    form: 'approved template',
    example: 'order_due',
  },
  language: {
    pattern: /^[a-z]{2,3}(?:_[A-Z][A-Za-z]{1,3})?$/,
    form: 'WhatsApp language',
    example: 'en_GB',
  },
  sip_server: {
    pattern: /^(?:sips?:)?[\w.-]+(?::\d{1,5})?$/,
    form: 'SIP server',
    example: 'sip.acme.example:5060',
  },
} as const;

/** The text of the setting, null without one; undefined if it is written otherwise (reported). */
function formedText(
  scope: ExpressionScope,
  settings: Settings,
  name: keyof typeof textForms,
): string | null | undefined {
  const text = settings.text(name);
  const { pattern, form, example } = textForms[name];
  if (text === null || pattern.test(text.value)) return text?.value ?? null;
  const found = JSON.stringify(text.value);
  scope.report('FLOW304', text.span, { name, form, found, help: 'example', example: `${name}: "${example}"` });
  return undefined;
}

/** Null if something is wrong or missing (reported). */
export function whatsappOf(scope: ExpressionScope, settings: Settings): WhatsappModel | null {
  const template = formedText(scope, settings, 'template');
  const language = formedText(scope, settings, 'language');
  const variables = variablesOf(scope, settings);
  return template && language !== undefined ? { template, language, variables } : null;
}

function variablesOf(scope: ExpressionScope, settings: Settings): WhatsappModel['variables'] {
  const value = settings.get('variables')?.value;
  if (value === undefined) return [];
  if (value.kind !== 'object') {
    settings.wrong('variables');
    return [];
  }
  return entriesOnce(scope.report, value.entries).flatMap((entry) => {
    const resolved = variableOf(scope, entry.name.text, entry.value);
    return resolved === null ? [] : [{ name: entry.name.text, value: resolved }];
  });
}

function variableOf(scope: ExpressionScope, name: string, value: SettingValue): Expression | null {
  const only = value.kind === 'list' && value.items.length === 1 ? value.items[0]! : null;
  const resolved = only && resolveExpression(scope, only);
  if (only !== null && resolved?.type.kind !== 'duration') return resolved;
  scope.report('FLOW304', value.span, {
    name,
    form: 'template variable',
    found: only === null ? '{ … }' : expressionWords(only),
    help: 'example',
    example: 'variables: { first: name }',
  });
  return null;
}

/** Null if something is wrong or missing (reported). */
export function voiceOf(scope: ExpressionScope, settings: Settings, node: CommunicationNode): VoiceModel | null {
  const phone = phoneOf(scope, settings);
  const sipServer = formedText(scope, settings, 'sip_server');
  const sipParameters = sipParametersOf(scope, settings, node);
  return phone && sipParameters && sipServer !== undefined ? { phone, sipServer, sipParameters } : null;
}

/** A number in quotes, or a field that holds texts. */
function phoneOf(scope: ExpressionScope, settings: Settings): Expression | null {
  const value = settings.get('phone')?.value;
  if (value === undefined) return null;
  const only = value.kind === 'list' && value.items.length === 1 ? value.items[0]! : null;
  if (only?.kind !== 'text' && only?.kind !== 'path') {
    settings.wrong('phone');
    return null;
  }
  const phone = resolveExpression(scope, only);
  if (phone === null) return null;
  if (phone.kind === 'literal' && only.kind === 'text') {
    const read = readText({ kind: 'phone' }, only.text.value);
    if (read.ok && read.value !== null) return { ...phone, value: read.value };
    scope.report('FLOW304', only.span, {
      name: 'phone',
      form: 'phone number',
      found: phone.text,
      help: 'examples',
      example: 'phone: "+49 30 1234567"',
      other: 'phone: phone',
    });
    return null;
  }
  if (phone.type.kind === 'phone' || phone.type.kind === 'string') return phone;
  settings.wrong('phone');
  return null;
}

function sipParametersOf(scope: ExpressionScope, settings: Settings, node: CommunicationNode): SipParameters | null {
  const text = settings.text('sip_parameters');
  if (text === null) return settings.has('sip_parameters') ? null : {};
  const read = readSipParameters(text.value);
  if (read.ok) return read.parameters;
  scope.report('FLOW319', text.span, { name: node.name.text, ...sipText(read.problem) });
  return null;
}

function sipText(problem: SipProblem) {
  const { parameter } = problem;
  switch (problem.kind) {
    case 'unknown':
      return { message: problem.kind, parameter, ...suggestWord(parameter, sipParameterNames) };
    case 'repeated':
      return { message: problem.kind, parameter, help: 'remove one' } as const;
    case 'value':
      return {
        message: problem.kind,
        parameter,
        allowed: problem.parameter,
        value: problem.value,
        help: 'example',
      } as const;
    default:
      return problem satisfies never;
  }
}
