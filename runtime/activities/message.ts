/** From a communication and its person to a message for the channel. */
import { render } from '../channels/email/render.ts';
import type { Outgoing } from '../channels/port.ts';
import type { CampaignData, CommunicationData } from '../data/types.ts';
import type { CommunicationRow } from '../store/communications.ts';
import type { ActivityDeps } from './deps.ts';
import type { LoadedRecord } from './record.ts';
import { visibleFields } from './script-call.ts';

/** Field that holds a person's address, by kind of communication. */
const addressFields: Readonly<Record<string, string>> = {
  email: 'email',
  telegram: 'telegram_id',
  whatsapp: 'whatsapp_id',
  voice: 'phone',
};

/** The person's address on the channel; null when there is none. */
export function addressOf(kind: string, record: LoadedRecord): string | null {
  const address = record.profile[addressFields[kind] ?? kind];
  return typeof address === 'string' && address !== '' ? address : null;
}

/** Renders with the values of this moment. Throws an Error whose words are for the store alone: they may quote values. */
export async function messageFor(
  deps: Pick<ActivityDeps, 'files'>,
  data: CampaignData,
  communication: CommunicationData,
  row: Pick<CommunicationRow, 'id' | 'zone'>,
  record: LoadedRecord,
  to: string,
  now: number,
): Promise<Outgoing> {
  if (communication.kind !== 'email') throw new Error(`${communication.kind} cannot be sent by this version of flowc.`);
  const { participant: fields, types } = visibleFields(data, record, 'all');
  const locale = typeof record.profile.locale === 'string' ? record.profile.locale : data.locale;
  const template = communication.template ? await deps.files.template(data.name, communication.template) : null;
  if (communication.template && !template) throw new Error(`The template ${communication.template} is missing.`);
  return { kind: 'email', id: row.id, to, ...render({ template, fields, types, locale, zone: row.zone, now }) };
}
