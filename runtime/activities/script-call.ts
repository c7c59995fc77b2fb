import type { CampaignData, PythonData, Reader } from '../data/types.ts';
import { matchKey } from '../model/system-fields.ts';
import { type Fields, type FieldType, fieldsFrom } from '../model/values.ts';
import type { PythonCall } from '../python/port.ts';
import { fieldsOf } from '../rules/fields.ts';
import type { CampaignFiles } from './deps.ts';
import type { LoadedRecord } from './record.ts';

interface Visible {
  readonly participant: Fields;
  readonly types: Readonly<Record<string, FieldType>>;
}

/** The record by bare names, the participant's before the profile's; private fields only if they are named in `reads`. */
export function visibleFields(data: CampaignData, record: LoadedRecord, reads: readonly string[] | 'all'): Visible {
  const participant = fieldsFrom();
  const types: Record<string, FieldType> = Object.create(null);
  for (const owner of ['profile', 'participant'] as const) {
    const values = fieldsFrom(record[owner]);
    for (const field of fieldsOf(data, owner)) {
      if (field.private && reads !== 'all' && !reads.includes(field.name) && !reads.includes(`${owner}.${field.name}`))
        continue;
      participant[field.name] = values[field.name] ?? null;
      types[field.name] = field.type;
    }
  }
  participant[matchKey] = record.externalId;
  types[matchKey] = { kind: 'string' };
  return { participant, types };
}

/** The call of a Python action's script for one run. */
export function scriptCall(
  data: CampaignData,
  files: CampaignFiles,
  name: string,
  action: PythonData,
  record: LoadedRecord,
  reader: Reader,
  own: string | undefined,
): PythonCall {
  const communication = record.communications.find((row) => row.id === own);
  return {
    script: action.script ? { file: files.script(data.name, action.script) } : { code: action.code ?? '', name },
    ...visibleFields(data, record, action.reads),
    communication: communication
      ? {
          name: communication.name,
          channel: communication.channel,
          status: communication.status,
          reason: communication.reason,
          started: isoOrNull(communication.started),
          ended: isoOrNull(communication.ended),
          results: communication.results,
          types: data.results,
        }
      : null,
    params: action.params(reader),
    zone: reader.zone,
    timeoutMs: action.timeoutMs,
  };
}

function isoOrNull(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}
