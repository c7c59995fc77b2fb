/** Settings as they stand in object literals, and how each becomes syntax. */
import type { ChannelKind } from '../../runtime/model/channel-kinds.ts';
import type { AgentRef, By, ByField, ChannelRef, WindowRef } from './references.ts';
import type { Duration, Field, TextValue, TimeValue, Value } from './values.ts';

/** A window in the language's words (`'09:00-18:00 on weekdays'`, `'any time'`, `'best time within office'`), or a declared one. */
export type WindowLike = WindowRef | string;
/** A date, an instant, the same in the language's words (`'due_date - 3 days'`), or one Python expression. */
export type InstantLike = TimeValue | string | { readonly python: string };
/** Plain values with fields among them. */
export type Json = string | number | boolean | Value | readonly Json[] | { readonly [name: string]: Json };

interface SharedSettings<K extends ChannelKind> {
  /** Its title in lists and reports. */
  readonly title?: string;
  readonly description?: string;
  /** Who leads the conversation. */
  readonly agent?: By<AgentRef>;
  /** Which of the agent's channels, if it has several of this kind. */
  readonly channel?: By<ChannelRef<K>>;
  /** The date or instant from which the window is looked for. */
  readonly at?: InstantLike;
  /** The times of day and days on which it may start. */
  readonly window?: WindowLike;
  /** How long after its opening it may still start. */
  readonly duration?: Duration;
  /** Fields handed to the agent. */
  readonly context?: readonly ByField[];
  /** What happens when the date has passed: `send` (at once) or `skip`. */
  readonly ifPast?: 'send' | 'skip';
  /** Starts are spread over this time. */
  readonly spread?: Duration;
  /** Not counted and not held by `at most`. */
  readonly uncapped?: boolean;
}
export interface EmailSettings extends SharedSettings<'email'> {
  /** The name of a file in templates/. */
  readonly template?: string;
}
export interface TelegramSettings extends SharedSettings<'telegram'> {
  /** The first message. */
  readonly startPhrase?: string;
}
export interface WhatsappSettings extends SharedSettings<'whatsapp'> {
  /** The approved template. */
  readonly template: string;
  readonly language?: string;
  /** Values of the template's variables. */
  readonly variables?: { readonly [name: string]: Json };
}
export interface VoiceSettings extends SharedSettings<'voice'> {
  /** The number to call. */
  readonly phone: string | TextValue | Field<TextValue>;
  readonly sipServer?: string;
  /** `key=value` pairs with semicolons between. */
  readonly sipParameters?: string;
}
/** Settings every communication of a campaign has unless it says otherwise. */
export type DefaultSettings = Omit<SharedSettings<ChannelKind>, 'title' | 'description'>;

export interface PythonSettings {
  /** The file with `run`. */
  readonly script?: string;
  readonly code?: string;
  /** What it is called with. */
  readonly params?: { readonly [name: string]: Json };
  /** Fields it may change. */
  readonly writes?: readonly ByField[];
  /** Private fields it may see. */
  readonly reads?: readonly ByField[];
  readonly timeout?: Duration;
  readonly retries?: number;
}

/** `at most 3 voice per 7 days`: `{ count: 3, of: 'voice', per: '7 days' }`. */
export interface Limit {
  readonly count: number;
  readonly of?: ChannelKind;
  /** Without it: for life. */
  readonly per?: 'day' | 'week' | 'month' | `${number} ${'minute' | 'hour' | 'day' | 'week'}${'' | 's'}`;
}

export type Form =
  /** One name, or several. */
  | 'name'
  | 'names'
  /** A date or an instant; a text is words of the language. */
  | 'instant'
  | 'window'
  | 'duration'
  /** A plain value. */
  | 'literal'
  | 'object'
  | 'rate';

/** Every setting by its name here; in the language its words have `_` between. */
export const settingForms = {
  agent: 'name',
  channel: 'name',
  at: 'instant',
  window: 'window',
  duration: 'duration',
  phone: 'literal',
  sipServer: 'literal',
  sipParameters: 'literal',
  template: 'literal',
  language: 'literal',
  variables: 'object',
  startPhrase: 'literal',
  context: 'names',
  ifPast: 'name',
  spread: 'duration',
  uncapped: 'literal',
  timezone: 'literal',
  locale: 'literal',
  contactHours: 'window',
  onEdit: 'name',
  rate: 'rate',
  channels: 'names',
  inbound: 'names',
  welcomeMessage: 'literal',
  task: 'literal',
  instructions: 'literal',
  silence: 'duration',
  advanced: 'literal',
  script: 'literal',
  code: 'literal',
  params: 'object',
  writes: 'names',
  reads: 'names',
  timeout: 'duration',
  retries: 'literal',
  again: 'name',
} as const satisfies Readonly<Record<string, Form>>;

/** `startPhrase` → `start_phrase` */
export function languageName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
