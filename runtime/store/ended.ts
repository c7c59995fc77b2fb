/** Ends that come from outside: agents, webhooks, people. */
import type { CampaignData } from '../data/types.ts';
import { readJson } from '../model/field-types.ts';
import type { FinalStatus, Reason } from '../model/statuses.ts';
import { type Fields, fieldsFrom } from '../model/values.ts';
import { moveCommunication } from './communications.ts';
import type { Store } from './database.ts';
import { StoreError } from './database.ts';
import { cancelingSend } from './outbox.ts';

export interface Ended {
  /** Outbox key of the communication. */
  readonly id: string;
  readonly status: FinalStatus;
  readonly reason: Reason;
  /** By name, as the agent reported them; checked against the declared types. */
  readonly results?: Readonly<Record<string, unknown>>;
  /** Virtual epoch milliseconds. */
  readonly at: number;
}

/**
 * Writes the end of a communication and its event in one transaction; the relay tells the workflow. False when it had ended
 * before. Throws StoreError when there is no such communication or a result is not of its type.
 */
export async function endCommunication(store: Store, ended: Ended, data: CampaignData): Promise<boolean> {
  const results = checkResults(data, ended.results ?? {});
  return store.db.transaction().execute(async (tx) => {
    const step = { ...ended, results, cause: { kind: 'agent' as const } };
    // Nothing may leave for a communication that is over.
    const outcome = await moveCommunication(tx, step, data, cancelingSend(ended.id));
    if (!outcome) throw new StoreError(`${data.name} has no communication "${ended.id}".`);
    return outcome.moved;
  });
}

function checkResults(data: CampaignData, given: Readonly<Record<string, unknown>>): Fields {
  const results = fieldsFrom();
  for (const [name, value] of Object.entries(given)) {
    const type = Object.hasOwn(data.results, name) ? data.results[name] : undefined;
    if (!type) throw new StoreError(`No agent of ${data.name} has a result "${name}". Known: ${list(data)}.`);
    const checked = readJson(type, value);
    if (!checked.ok)
      throw new StoreError(`The result ${name} cannot be ${JSON.stringify(value)}: expected ${checked.allowed}.`);
    results[name] = checked.value;
  }
  return results;
}

function list(data: CampaignData): string {
  return Object.keys(data.results).join(', ') || 'none';
}
