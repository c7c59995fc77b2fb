/** `flowc/data`: all that generated data modules import. Every operation is total: what cannot be told is missing or false. */
export { arm, splitArm } from './arms.ts';
export { base, date, datetime, fromNow, instant, now, today } from './dates.ts';
export { integer, numeric } from './numbers.ts';
export { is, isOneOf, isSet, truth } from './operand.ts';
export { text } from './text.ts';
export type {
  AgentData,
  CampaignData,
  CancelData,
  ChannelData,
  CommunicationData,
  CommunicationView,
  Fact,
  FlowData,
  LimitData,
  PythonBaseData,
  PythonData,
  Reader,
  SessionView,
  SetData,
  SkipData,
  StretchData,
  TriggerData,
  VoiceData,
  WhatsappData,
} from './types.ts';
