/** Keeps what the watch found, takes back what is no longer so, and gives the lines that say it. */
import { stuckKinds } from '../model/stuck.ts';
import { hasTakenAll, type Situation } from '../rules/stuck.ts';
import type { Db } from '../store/database.ts';
import { countAsTaken } from '../store/overdue.ts';
import { clearStuck, noteStuck } from '../store/stuck.ts';
import type { Examined } from './examine.ts';

/** Keeps the findings; a line for each that is new. */
export async function noteFindings(db: Db, all: readonly Examined[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { situation, finding } of all) {
    if (!finding || !(await noteStuck(db, situation.participantId, finding))) continue;
    const { state, todo } = stuckKinds[finding.kind];
    lines.push(`stuck: ${nameOf(situation)} ${state}${finding.said ? ` (${finding.said})` : ''}. ${todo}`);
  }
  return lines;
}

/** Takes back what is no longer so; a line for each. */
export async function noteHealthy(db: Db, all: readonly Examined[]): Promise<readonly string[]> {
  const healthy = all.filter(({ finding }) => finding === null).map(({ situation }) => situation);
  for (const { situation, execution, finding } of all) {
    if (!finding && hasTakenAll(situation, execution))
      await countAsTaken(db, situation.participantId, situation.relayed);
  }
  const cleared = await clearStuck(
    db,
    healthy.map(({ participantId }) => participantId),
  );
  return healthy.filter((one) => cleared.has(one.participantId)).map((one) => `no longer stuck: ${nameOf(one)}`);
}

/** The id of the workflow: what people find in Temporal's web interface. */
function nameOf({ campaign, key }: Situation): string {
  return `${campaign}/${key}`;
}
