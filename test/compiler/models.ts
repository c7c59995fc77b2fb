/** Models written by hand: typed expressions with their words, statements with their lines. */
import type {
  CampaignModel,
  CommunicationModel,
  Expression,
  FieldModel,
  FlowModel,
  Origin,
  Statement,
  TriggerModel,
  Type,
  WorkspaceModel,
} from '../../compiler/model.ts';
import type { Duration } from '../../runtime/model/duration.ts';
import type { FieldType, Value } from '../../runtime/model/values.ts';
import type { Window } from '../../runtime/model/window.ts';

const weekdays: Window = [{ from: 540, to: 1080, days: [1, 2, 3, 4, 5], except: [] }];

export function origin(line: number, file = 'payment_reminder/flows.flow'): Origin {
  return { file, line, start: line * 100, end: line * 100 + 50 };
}

type Part<K extends Expression['kind']> = Extract<Expression, { kind: K }>;
const here = origin(1);
const boolean: Type = { kind: 'boolean' };

export function fieldModel(name: string, type: FieldType, more: Partial<FieldModel> = {}): FieldModel {
  return {
    name,
    type,
    required: false,
    private: false,
    imported: true,
    default: null,
    owner: 'participant',
    description: null,
    origin: null,
    ...more,
  };
}
export function field(model: FieldModel): Part<'field'> {
  return { kind: 'field', field: model, type: model.type, text: model.name, private: model.private, origin: here };
}
function literal(value: Value, type: Type, text = String(value)): Expression {
  return { kind: 'literal', value, type, text, private: false, origin: here };
}
export const integer = (value: number) => literal(value, { kind: 'integer' });
export const date = (value: string) => literal(value, { kind: 'date' });
export function result(name: string, type: FieldType, of: string | null = null): Expression {
  const text = of === null ? `result.${name}` : `${of}.result.${name}`;
  return { kind: 'result', name, of, type, text, private: false, origin: here };
}
const now: Expression = { kind: 'now', type: { kind: 'datetime' }, text: 'now', private: false, origin: here };
export function duration(amount: number, unit: Duration['unit']): Expression {
  const text = `${amount} ${unit}${amount === 1 ? '' : 's'}`;
  return {
    kind: 'duration',
    duration: { amount, unit },
    type: { kind: 'duration' },
    text,
    private: false,
    origin: here,
  };
}
export function binary(left: Expression, operator: Part<'binary'>['operator'], right: Expression): Expression {
  const arithmetic = ['+', '-', '*', '/'].includes(operator);
  const text = `${left.text} ${operator} ${right.text}`;
  const type = arithmetic ? left.type : boolean;
  return { kind: 'binary', operator, left, right, type, text, private: left.private || right.private, origin: here };
}
export function not(operand: Expression): Expression {
  return { kind: 'not', operand, type: boolean, text: `not ${operand.text}`, private: operand.private, origin: here };
}

type Body = readonly Statement[];
export const when = (line: number, condition: Expression, then: Body, otherwise: Body = []): Statement => ({
  kind: 'if',
  condition,
  then,
  else: otherwise,
  origin: origin(line),
});
export const match = (
  line: number,
  subject: Expression,
  arms: readonly (readonly [readonly string[], Body])[],
  otherwise: Body | null = null,
): Statement => ({
  kind: 'match',
  subject,
  arms: arms.map(([members, body]) => ({ members, body })),
  else: otherwise,
  origin: origin(line),
});
export const set = (line: number, model: FieldModel, value: Expression): Statement => ({
  kind: 'set',
  assignments: [{ field: model, value }],
  text: `set ${model.name} = ${value.text}`,
  origin: origin(line),
});
export const stop = (line: number): Statement => ({ kind: 'stop', origin: origin(line) });
export const plan = (line: number, name: string): Statement => ({ kind: 'plan', name, origin: origin(line) });
export const to = (line: number, flow: string): Statement => ({ kind: 'to', flow, origin: origin(line) });
export const cancel = (line: number, ...names: string[]): Statement => ({
  kind: 'cancel',
  names,
  origin: origin(line),
});
export const wait = (line: number, amount: number, unit: Duration['unit']): Statement => ({
  kind: 'wait',
  duration: { amount, unit },
  text: `wait ${amount} ${unit}${amount === 1 ? '' : 's'}`,
  origin: origin(line),
});
export const waitForCommunication = (
  line: number,
  name: string,
  upTo: Expression | null,
  otherwise: Body = [],
): Statement => ({
  kind: 'wait for communication',
  name,
  upTo,
  else: otherwise,
  text: `wait for ${name}${upTo ? ` up to ${upTo.text}` : ''}`,
  origin: origin(line),
});

export const created: TriggerModel = {
  on: 'participant created',
  text: 'on participant created',
  origin: origin(2),
};

export function flow(name: string, body: Body, more: Partial<FlowModel> = {}): FlowModel {
  return { name, title: null, triggers: [created], again: 'restart', body, origin: origin(1), ...more };
}

export function communication(name: string, more: Partial<CommunicationModel> = {}): CommunicationModel {
  return {
    name,
    kind: 'email',
    agent: 'collector',
    channel: 'billing',
    at: now,
    window: weekdays,
    windowText: '09:00-18:00 on weekdays',
    bestTime: false,
    durationMs: 172_800_000,
    ifPast: 'send',
    spreadMs: 0,
    uncapped: false,
    template: 'templates/reminder',
    startPhrase: null,
    startPhraseOrigin: null,
    whatsapp: null,
    voice: null,
    context: [],
    shared: true,
    origin: origin(20, 'payment_reminder/campaign.flow'),
    ...more,
  };
}

export function campaign(flows: readonly FlowModel[], more: Partial<CampaignModel> = {}): CampaignModel {
  return {
    name: 'payment_reminder',
    title: null,
    folder: 'payment_reminder',
    timezone: 'Europe/Berlin',
    contactHours: null,
    onEdit: 'finish',
    exitWhen: null,
    skipWhen: null,
    successWhen: null,
    failureWhen: null,
    limits: [],
    holdout: null,
    participant: [],
    communications: [communication('REMINDER')],
    flows,
    scenarios: [],
    origin: origin(1, 'payment_reminder/campaign.flow'),
    ...more,
  };
}

export function workspace(campaigns: readonly CampaignModel[], more: Partial<WorkspaceModel> = {}): WorkspaceModel {
  const file = 'workspace.flow';
  return {
    name: 'acme',
    timezone: 'Europe/Berlin',
    locale: 'en-GB',
    contactHours: [{ from: 480, to: 1260, days: [1, 2, 3, 4, 5, 6, 7], except: [] }],
    skipWhen: null,
    limits: [],
    profile: [
      fieldModel('external_id', { kind: 'string' }, { owner: 'profile', required: true }),
      fieldModel('email', { kind: 'email' }, { owner: 'profile', private: true }),
      fieldModel('timezone', { kind: 'timezone' }, { owner: 'profile' }),
    ],
    enums: [],
    channels: [
      { name: 'billing', kind: 'email', contactHours: null, skipWhen: null, rate: null, origin: origin(9, file) },
    ],
    agents: [
      {
        name: 'collector',
        channels: ['billing'],
        inbound: [],
        silenceMs: 86_400_000,
        welcomeMessage: null,
        task: null,
        instructions: null,
        textOrigins: {},
        advanced: null,
        results: [
          { name: 'outcome', type: { kind: 'enum', members: ['promised', 'refused'] } },
          { name: 'pay_by', type: { kind: 'date' } },
        ],
        origin: origin(12, file),
      },
    ],
    campaigns,
    ...more,
  };
}
