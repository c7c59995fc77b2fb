/** The typed builder: the language as TypeScript values (docs/builder.md). Files ending in `.flow.ts` import it as `flowc`. */
export { communicationOfRun as communication, email, session, telegram, voice, whatsapp } from './communications.ts';
export { and, expr, none, not, now, or, today } from './conditions.ts';
export { agent, calendar, campaign, channel, enumeration, profile, system, window, workspace } from './declarations.ts';
export { declared } from './declared.ts';
export {
  boolean,
  date,
  datetime,
  emailAddress,
  type FieldSpec,
  type FieldSpecs,
  integer,
  numeric,
  oneOf,
  phoneNumber,
  string,
  timezone,
} from './fields.ts';
export { type Becomes, becomes, type FlowSettings, flow, on, type Trigger } from './flow.ts';
export type {
  AgentRef,
  CalendarRef,
  CampaignRef,
  ChannelRef,
  CommunicationRef,
  EnumRef,
  FlowRef,
  ProfileRef,
  WindowRef,
} from './references.ts';
export { scenario } from './scenario.ts';
export {
  cancel,
  cancelCommunications,
  match,
  python,
  type Share,
  type Statement,
  type Statements,
  send,
  set,
  split,
  stop,
  to,
  wait,
  waitFor,
  waitUntil,
  when,
} from './statements.ts';
export type {
  Condition,
  Duration,
  EnumValue,
  Field,
  NumberValue,
  TextValue,
  TimeValue,
  Truth,
  Value,
} from './values.ts';
