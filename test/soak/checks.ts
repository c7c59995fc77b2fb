/** What must hold when everything has come to rest: each life against the oracle, and Temporal, store and `flowc status` against each other. */
import type { CampaignCounts } from '../../runtime/store/status.ts';
import type { Evidence } from './evidence.ts';
import type { Faults } from './faults.ts';
import { judgeCourse } from './oracle/course.ts';
import { judgeDunning } from './oracle/dunning.ts';
import { judgeEveryone } from './oracle/everyone.ts';
import { judgeOrders } from './oracle/orders.ts';
import { judgeSurvey } from './oracle/survey.ts';
import { isUncertain, Verdict, type Violation } from './oracle/verdict.ts';
import type { Campaign } from './people.ts';
import type { SoakWorld } from './world.ts';

const judges: Readonly<Record<Campaign, (verdict: Verdict) => void>> = {
  dunning: judgeDunning,
  course: judgeCourse,
  survey: judgeSurvey,
  orders: judgeOrders,
};

export function judge(all: readonly Evidence[]): Violation[] {
  return all.flatMap((evidence) => {
    const verdict = new Verdict(evidence);
    judgeEveryone(verdict);
    judges[evidence.life.campaign](verdict);
    return verdict.found;
  });
}

export interface Unknowns {
  readonly total: number;
  /** That stood at their hand-over when a worker was killed, or while the database took no answers. */
  readonly ofKills: number;
  readonly ofStore: number;
  readonly violations: readonly Violation[];
}

export function unknowns(all: readonly Evidence[], faults: Faults): Unknowns {
  const found = all.flatMap(({ communications }) => communications.filter(isUncertain));
  const ofKills = found.filter(({ id }) => faults.handedOffAtKill.has(id));
  const ofStore = found.filter(({ id }) => !faults.handedOffAtKill.has(id) && faults.handedOffWithoutStore.has(id));
  const unexplained = found.filter((one) => !ofKills.includes(one) && !ofStore.includes(one));
  const violations = unexplained.map(({ id, name }): Violation => {
    const text = `whether ${name} arrived is unknown, and no fault came between its hand-over and the answer`;
    return { rule: 'failed', who: id.split('/').slice(0, 2).join('/'), text };
  });
  return { total: found.length, ofKills: ofKills.length, ofStore: ofStore.length, violations };
}

/** Message-IDs the peer took more than once. */
export function twice({ peer }: SoakWorld): Violation[] {
  const byId = Map.groupBy(peer.accepted, ({ messageId }) => messageId);
  return [...byId]
    .filter(([, all]) => all.length > 1)
    .map(([id, all]) => ({ rule: 'doubled', who: all[0]!.to.join(), text: `${id} was taken ${all.length} times` }));
}

export function neverEnded({ neverEnded }: SoakWorld): Violation[] {
  return neverEnded.map((who) => ({ rule: 'stands still', who, text: 'did not end after SIGTERM' }));
}

/** Open in the store, Running in Temporal, counted by `flowc status`: the same people; and none of them stands still. */
export async function agreement(world: SoakWorld, all: readonly Evidence[]): Promise<Violation[]> {
  const stored = new Set(all.filter(isOpen).map(({ life }) => `${life.campaign}/${life.person}`));
  const running = await runningWorkflows(world);
  const found: Violation[] = [];
  for (const who of stored)
    if (!running.has(who)) found.push({ rule: 'stands still', who, text: 'open in the store, and no workflow runs' });
  for (const who of running)
    if (!stored.has(who))
      found.push({ rule: 'stands still', who, text: 'its workflow runs, and nothing is open in the store' });
  for (const who of running) found.push(...(await failing(world, who)));
  const counts = await status(world);
  const open = counts.reduce((sum, one) => sum + one.open, 0);
  if (open !== stored.size)
    found.push({ rule: 'count', who: 'flowc status', text: `counts ${open} open, the store has ${stored.size}` });
  const kept = counts.reduce((sum, one) => sum + one.pendingEvents, 0);
  if (kept > 0) found.push({ rule: 'stands still', who: 'flowc status', text: `${kept} events are kept` });
  return found;
}

export function isOpen({ runs, communications }: Evidence): boolean {
  const finals = ['Completed', 'NoResponse', 'Failed', 'Canceled', 'Skipped'];
  return runs.some((run) => run.state !== 'ended') || communications.some((one) => !finals.includes(one.status));
}

/** Others are the store's own. */
export function isParticipant({ workspace }: SoakWorld, workflowId: string): boolean {
  return workspace.campaigns.some(({ name }) => workflowId.startsWith(`${name}/`));
}

async function runningWorkflows(world: SoakWorld): Promise<Set<string>> {
  const found = new Set<string>();
  const listed = world.client.workflow.list({ query: "ExecutionStatus = 'Running'" });
  for await (const { workflowId } of listed) if (isParticipant(world, workflowId)) found.add(workflowId);
  return found;
}

/** A workflow whose task fails shows it only in its description. */
async function failing({ client }: SoakWorld, who: string): Promise<Violation[]> {
  const { raw } = await client.workflow.getHandle(who).describe();
  const attempt = raw.pendingWorkflowTask?.attempt ?? 0;
  return attempt > 1 ? [{ rule: 'stands still', who, text: `its workflow task is at attempt ${attempt}` }] : [];
}

async function status(world: SoakWorld): Promise<readonly CampaignCounts[]> {
  const { code, stdout, stderr } = await world.flowc('status', '--format', 'json');
  if (code !== 0) throw new Error(`flowc status: ${stderr}`);
  return (JSON.parse(stdout) as { campaigns: CampaignCounts[] }).campaigns;
}
