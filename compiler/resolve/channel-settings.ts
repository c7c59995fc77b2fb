/** Settings that only one kind of communication has: the approved template of WhatsApp, the number and SIP server of a call. */
import type { CommunicationNode, SettingValue } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { readText } from '../../runtime/model/field-types.ts';
import { readSipParameters, type SipParameters } from '../../runtime/model/sip.ts';
import type { Expression, VoiceModel, WhatsappModel } from '../model.ts';
import { entriesOnce } from './entries.ts';
import { type ExpressionScope, resolveExpression } from './expressions.ts';
import type { Settings } from './settings.ts';

/** Null if something is wrong or missing (reported). */
export function whatsappOf(scope: ExpressionScope, settings: Settings): WhatsappModel | null {
  const template = settings.text('template');
  const language = settings.text('language');
  const variables = variablesOf(scope, settings);
  if (template !== null && !/^[a-z0-9_]{1,512}$/.test(template.value)) {
    scope.report('FLOW304', template.span, {
      name: 'template',
      expected: 'the name of an approved template: lowercase letters, digits and `_`',
      found: JSON.stringify(template.value),
      example: 'template: "order_due"',
    });
    return null;
  }
  if (language !== null && !/^[a-z]{2,3}(?:_[A-Z][A-Za-z]{1,3})?$/.test(language.value)) {
    scope.report('FLOW304', language.span, {
      name: 'language',
      expected: 'a language as WhatsApp names it',
      found: JSON.stringify(language.value),
      example: 'language: "en_GB"',
    });
    return null;
  }
  return template && { template: template.value, language: language?.value ?? null, variables };
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
    expected: 'a field, a text or a number',
    found: only === null ? '{ … }' : expressionWords(only),
    example: 'variables: { first: name }',
  });
  return null;
}

/** Null if something is wrong or missing (reported). */
export function voiceOf(scope: ExpressionScope, settings: Settings, node: CommunicationNode): VoiceModel | null {
  const phone = phoneOf(scope, settings);
  const sipServer = settings.text('sip_server');
  const sipParameters = sipParametersOf(scope, settings, node);
  if (sipServer !== null && !/^(?:sips?:)?[\w.-]+(?::\d{1,5})?$/.test(sipServer.value)) {
    scope.report('FLOW304', sipServer.span, {
      name: 'sip_server',
      expected: 'a host, with or without a port',
      found: JSON.stringify(sipServer.value),
      example: 'sip_server: "sip.acme.example:5060"',
    });
    return null;
  }
  return phone && sipParameters && { phone, sipServer: sipServer?.value ?? null, sipParameters };
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
      expected: 'a phone number with its country code',
      found: phone.text,
      example: 'phone: "+49 30 1234567"` or `phone: phone',
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
  scope.report('FLOW319', text.span, { name: node.name.text, what: read.what });
  return null;
}
