/** `exit when`: looked at after every change of the record or a communication. */
import type { CampaignData } from '../data/types.ts';
import { ownedFields } from './fields.ts';
import { createReader, type ReaderInput } from './reader.ts';

type Exits = Pick<CampaignData, 'exitWhen' | 'exitReads' | 'participant' | 'profile' | 'timezone'>;

/** Does `exit when` hold? */
export function exitHolds(data: Exits, person: Omit<ReaderInput, 'timezone' | 'own'>): boolean {
  return data.exitWhen?.(createReader({ ...person, timezone: data.timezone, own: null })) ?? false;
}

/** Must the communications be known to answer? */
export function exitReadsCommunications({ exitWhen, exitReads, ...data }: Exits): boolean {
  return exitWhen !== undefined && (exitReads ?? []).some((name) => !ownedFields(data).has(name));
}
