/** What the language has, as tables: the resolver, the checks, completion, hover and the reference pages read them. */

import type { ChannelKind } from '../runtime/model/channel-kinds.ts';
import { unitMs } from '../runtime/model/duration.ts';

/** Profile fields that exist undeclared: the records at run time have the same. */
export { systemFields } from '../runtime/model/system-fields.ts';
/** What may stand after `on`. */
export { triggerRows } from '../runtime/model/triggers.ts';

export const communicationKinds = {
  email: { editor: 'Email Communication', channel: 'email', doc: 'an e-mail conversation' },
  telegram: { editor: 'Telegram Communication', channel: 'telegram', doc: 'a Telegram chat' },
  whatsapp: { editor: 'WhatsApp Communication', channel: 'whatsapp', doc: 'a WhatsApp chat' },
  voice: { editor: 'Voice Communication', channel: 'voice', doc: 'a phone call' },
} as const satisfies Readonly<Record<ChannelKind, object>>;
export type CommunicationKind = keyof typeof communicationKinds;

export function isCommunicationKind(word: string): word is CommunicationKind {
  return Object.hasOwn(communicationKinds, word);
}

/** How a value is written: its words in messages, and an example. */
export const valueForms = {
  'agent name': { expected: 'the name of an agent', example: 'concierge' },
  'channel name': { expected: 'the name of a channel', example: 'billing' },
  'channel names': { expected: 'channel names separated by commas', example: 'billing, main_bot' },
  instant: { expected: '`date` or `datetime`', example: 'due_date - 3 days' },
  window: { expected: 'a window', example: '09:00-18:00 on weekdays' },
  duration: { expected: 'a duration in whole units other than months', example: '24 hours' },
  'field names': { expected: 'field names separated by commas', example: 'name, due_date' },
  text: { expected: 'a string in double quotes', example: '"…"' },
  zone: { expected: 'a timezone in double quotes', example: '"Europe/Berlin"' },
  truth: { expected: '`true` or `false`', example: 'true' },
  'send or skip': { expected: '`send` or `skip`', example: 'skip' },
  'again choice': { expected: '`restart`, `ignore` or `parallel`', example: 'restart' },
  'on_edit choice': { expected: '`finish`, `follow` or `exit`', example: 'finish' },
  'whole number': { expected: 'a whole number', example: '3' },
  'text or field': { expected: 'a string or a field', example: 'phone' },
  object: { expected: 'names and values in braces', example: '{ threshold: 0.7, amount: amount }' },
  rate: { expected: 'a count per unit', example: '60 per minute' },
} as const;
export type ValueForm = keyof typeof valueForms;

/** Words a form allows, where it is a choice. */
export const choices = {
  'send or skip': ['send', 'skip'],
  'again choice': ['restart', 'ignore', 'parallel'],
  'on_edit choice': ['finish', 'follow', 'exit'],
} as const;

export interface SettingRow {
  readonly name: string;
  readonly takes: ValueForm;
  readonly required: boolean;
  /** One line, without full stop. */
  readonly doc: string;
  /** What campaign editors call it. */
  readonly editor?: string;
  /** Only communications of these kinds have it. */
  readonly kinds?: readonly CommunicationKind[];
}

/** Settings of communications, in the order in which they are printed. */
export const communicationSettings: readonly SettingRow[] = [
  { name: 'agent', takes: 'agent name', required: true, doc: 'who leads the conversation', editor: 'Agent' },
  {
    name: 'channel',
    takes: 'channel name',
    required: false,
    doc: 'which of the agent’s channels, if it has several of this kind',
    editor: 'Agent Channel',
  },
  {
    name: 'at',
    takes: 'instant',
    required: true,
    doc: 'the `date` or `datetime` from which the window is searched',
    editor: 'Communication Date and Time',
  },
  {
    name: 'window',
    takes: 'window',
    required: true,
    doc: 'the times of day and days on which it may start',
    editor: 'From / To',
  },
  {
    name: 'duration',
    takes: 'duration',
    required: true,
    doc: 'how long after its opening it may still start',
    editor: 'Communication Duration',
  },
  {
    name: 'phone',
    takes: 'text or field',
    required: true,
    doc: 'the number to call',
    editor: 'Phone',
    kinds: ['voice'],
  },
  {
    name: 'sip_server',
    takes: 'text',
    required: false,
    doc: 'the SIP server that calls',
    editor: 'SIP Server',
    kinds: ['voice'],
  },
  {
    name: 'sip_parameters',
    takes: 'text',
    required: false,
    doc: '`key=value` pairs separated by semicolons',
    editor: 'SIP Parameters',
    kinds: ['voice'],
  },
  {
    name: 'template',
    takes: 'text',
    required: false,
    doc: 'the name of a file in templates/',
    editor: 'Email Template',
    kinds: ['email'],
  },
  {
    name: 'template',
    takes: 'text',
    required: true,
    doc: 'the approved template',
    editor: 'Template',
    kinds: ['whatsapp'],
  },
  { name: 'language', takes: 'text', required: false, doc: 'the language of the template', kinds: ['whatsapp'] },
  {
    name: 'variables',
    takes: 'object',
    required: false,
    doc: 'values of the template’s variables',
    kinds: ['whatsapp'],
  },
  {
    name: 'start_phrase',
    takes: 'text',
    required: false,
    doc: 'the first message',
    editor: 'Start Phrase',
    kinds: ['telegram'],
  },
  {
    name: 'context',
    takes: 'field names',
    required: false,
    doc: 'fields handed to the agent',
    editor: 'Customer Context',
  },
  {
    name: 'if_past',
    takes: 'send or skip',
    required: false,
    doc: 'what happens when the date has passed: `send` (at once) or `skip`',
  },
  { name: 'spread', takes: 'duration', required: false, doc: 'starts are spread over this time' },
  { name: 'uncapped', takes: 'truth', required: false, doc: 'not counted and not held by `at most`' },
];

/** Settings a communication of the kind has, in their order. */
export function settingsOf(kind: CommunicationKind): readonly SettingRow[] {
  return communicationSettings.filter((row) => row.kinds === undefined || row.kinds.includes(kind));
}

export const workspaceSettings: readonly SettingRow[] = [
  { name: 'timezone', takes: 'zone', required: true, doc: 'the default timezone' },
  { name: 'locale', takes: 'text', required: false, doc: 'how dates and numbers are printed' },
  { name: 'contact_hours', takes: 'window', required: false, doc: 'nothing starts outside them' },
];
export const campaignSettings: readonly SettingRow[] = [
  {
    name: 'timezone',
    takes: 'zone',
    required: false,
    doc: 'the timezone of participants without one of their own',
  },
  { name: 'contact_hours', takes: 'window', required: false, doc: 'nothing starts outside them' },
  {
    name: 'on_edit',
    takes: 'on_edit choice',
    required: false,
    doc: 'what happens to people inside a flow when it changes',
  },
];
export const channelSettings: readonly SettingRow[] = [
  { name: 'contact_hours', takes: 'window', required: false, doc: 'nothing starts outside them' },
  { name: 'rate', takes: 'rate', required: false, doc: 'the most it sends per unit of time' },
];
export const agentSettings: readonly SettingRow[] = [
  { name: 'channels', takes: 'channel names', required: true, doc: 'the channels it speaks on' },
  { name: 'inbound', takes: 'channel names', required: false, doc: 'channels on which it answers new sessions' },
  { name: 'welcome_message', takes: 'text', required: false, doc: 'the default first message' },
  { name: 'task', takes: 'text', required: false, doc: 'its goal' },
  { name: 'instructions', takes: 'text', required: false, doc: 'how it behaves' },
  { name: 'silence', takes: 'duration', required: false, doc: 'a conversation ends after this long without a reply' },
  { name: 'advanced', takes: 'text', required: false, doc: 'a file with settings of the agent’s backend' },
];
export const pythonSettings: readonly SettingRow[] = [
  { name: 'script', takes: 'text', required: false, doc: 'the file with `run`', editor: 'Script' },
  { name: 'code', takes: 'text', required: false, doc: 'the code itself' },
  { name: 'params', takes: 'object', required: false, doc: 'what it is called with', editor: 'Params' },
  { name: 'writes', takes: 'field names', required: false, doc: 'fields it may change' },
  { name: 'reads', takes: 'field names', required: false, doc: 'private fields it may see' },
  { name: 'timeout', takes: 'duration', required: false, doc: 'how long it may take' },
  { name: 'retries', takes: 'whole number', required: false, doc: 'how often it is retried' },
];
export const flowSettings: readonly SettingRow[] = [
  { name: 'again', takes: 'again choice', required: false, doc: 'what happens when a new event meets a waiting run' },
];

export const defaultValues = {
  locale: 'en-GB',
  silenceMs: unitMs.day,
  pythonTimeoutMs: 10_000,
  pythonRetries: 3,
} as const;

/** Clauses (`exit when …`) and where each is allowed. */
export const clausePlaces = {
  'exit when': ['campaign'],
  'skip when': ['workspace', 'campaign', 'channel'],
  'success when': ['campaign'],
  'failure when': ['campaign'],
  'at most': ['workspace', 'campaign'],
  holdout: ['campaign'],
  defaults: ['campaign'],
  results: ['agent'],
} as const;
export type Clause = keyof typeof clausePlaces;

/** Periods of the person's calendar in which `at most` counts. */
export const limitUnits = ['day', 'week', 'month'] as const;
const { second, minute, hour, day } = unitMs;
/** What a `rate` counts in, milliseconds. */
export const rateUnits = { second, minute, hour, day } as const;

/** Actions other than communications: how they are written, and what campaign editors call them and their parts. */
export const actionRows = {
  set: {
    written: 'set field = value, other = value',
    editor: 'Update Field',
    parts: { field: 'Attribute', value: 'Value' },
    doc: 'writes fields: all right sides are read first, then there is one write and one event; `none` clears',
  },
  send: { written: 'send NAME', doc: 'plans a communication declared outside of a flow' },
  cancel: {
    written: 'cancel communications',
    editor: 'Cancel Communications',
    doc: 'planned and active communications of this participant in this campaign become Canceled; `cancel NAME, OTHER` only those',
  },
  to: {
    written: 'to flow',
    editor: 'To Another Flow',
    parts: { flow: 'Target flow' },
    doc: 'starts a sibling flow that has `on another flow`; ends this run',
  },
  python: {
    written: 'python NAME { … }',
    editor: 'Python Custom Action',
    doc: 'calls `run` of a script, which may write the fields named in `writes`',
  },
} as const satisfies Record<string, ActionRow>;

export interface ActionRow {
  readonly written: string;
  readonly editor?: string;
  /** A word of `written` → what editors call it. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly doc: string;
}

/** Field types, and which operators compare them. */
export const fieldTypes = {
  string: { family: 'text' },
  integer: { family: 'number' },
  numeric: { family: 'number' },
  boolean: { family: 'truth' },
  date: { family: 'time' },
  datetime: { family: 'time' },
  email: { family: 'text' },
  phone: { family: 'text' },
  timezone: { family: 'text' },
} as const;

export const fieldModifiers = ['required', 'private', 'not imported'] as const;
/** Words with a meaning of their own in expressions. */
export const reservedFields: readonly string[] = ['today', 'now', 'none'];

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const daySets = { weekdays: [1, 2, 3, 4, 5], weekend: [6, 7] } as const;

/** Filters a placeholder may use. */
export const liquidFilters: readonly string[] = (
  'abs append array_to_sentence_string at_least at_most base64_decode base64_encode capitalize ceil cgi_escape compact concat date ' +
  'date_to_long_string date_to_rfc822 date_to_string date_to_xmlschema default divided_by downcase escape escape_once find first floor ' +
  'group_by has inspect join json jsonify last lstrip map minus modulo newline_to_br normalize_whitespace number_of_words plus pop prepend push ' +
  'raw reject remove remove_first remove_last replace replace_first replace_last reverse round rstrip sample shift size slice slugify sort ' +
  'sort_natural split strip strip_html strip_newlines sum times to_integer truncate truncatewords uniq unshift upcase uri_escape url_decode ' +
  'url_encode where xml_escape find_exp find_index find_index_exp group_by_exp has_exp hmac_sha256 reject_exp sha256 squish where_exp'
).split(' ');
