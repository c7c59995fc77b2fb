import { campaignOf, type OpenWorkspace } from '../../../runtime/open-store.ts';
import { type ParticipantDetail, participantDetail } from '../../../runtime/store/participant-detail.ts';
import { openingLabel } from '../../../runtime/time/label.ts';
import { UserError } from '../../../runtime/user-error.ts';
import { visible } from '../../screen.ts';
import { table } from '../../table.ts';
import { runWaits } from './status-words.ts';

/** `flowc status CAMPAIGN PARTICIPANT`: everything that happened to one person, and what servers and scripts said. */
export async function statusOfOne(
  workspace: OpenWorkspace,
  campaign: string,
  externalId: string,
): Promise<ParticipantDetail> {
  const { name } = campaignOf(workspace, campaign);
  const found = await participantDetail(workspace.store.db, { campaign: name, externalId });
  if (found) return found;
  throw new UserError(
    'usage',
    `Campaign ${name} has no participant \`${externalId}\`. \`flowc status ${name}\` lists the participants by their external_id.`,
  );
}

export function detailText(one: ParticipantDetail, zone: string, now: number): string {
  const at = (instant: number) => openingLabel(instant, zone, now);
  const communications = one.communications.flatMap(({ name, channel, history, attempts, detail, waits, label }) =>
    history.map(({ status, reason, at: since }, index) => {
      const words = index < history.length - 1 ? [] : [...waiting(status, waits, label), ...tried(attempts, detail)];
      return [name, channel, `${status}${reason ? ` (${reason})` : ''}`, at(since), words.map(plain).join('; ')];
    }),
  );
  const runs = one.runs.map((run) => [run.flow, run.endedAs ?? run.state, run.failure ?? runWaits(run, zone, now)]);
  const log = one.log.flatMap(({ at: since, name, level, line, text }) =>
    text.split('\n').map((part, index) => {
      const first = [at(since), name, level, line === null ? '' : String(line)];
      return [...(index === 0 ? first : ['', '', '', '']), plain(part)];
    }),
  );
  return [
    `${one.externalId}, ${zone}${one.exited ? ', left the campaign' : ''}\n`,
    section(['communication', 'channel', 'status', 'since', ''], communications),
    section(['flow', 'run', ''], runs),
    section(['log', 'script', 'level', 'line', ''], log),
  ].join('');
}

function section(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length > 0 ? `\n${table(heads, rows)}` : '';
}

function waiting(status: string, waits: string | null, label: string | null): string[] {
  if (waits) return [waits];
  return status === 'Planned' && label ? [`opens ${label}`] : [];
}

function tried(attempts: number, detail: string | null): string[] {
  if (detail === null) return [];
  return [`${attempts > 1 ? `tried ${attempts} times, the last: ` : ''}${detail}`];
}

/** Servers and scripts must not move the cursor of who reads their words; one line stays one line. */
function plain(text: string): string {
  return visible(text.replace(/\s+/g, (space) => (/^ +$/.test(space) ? space : ' ')));
}
