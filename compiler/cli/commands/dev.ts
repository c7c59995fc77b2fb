import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Catcher, startCatcher } from '../../../runtime/channels/email/catcher.ts';
import { type Engine, type EngineOptions, startEngine } from '../../../runtime/engine.ts';
import { whyNotRunnable } from '../../../runtime/model/runnable.ts';
import { type OpenWorkspace, openStoreOf } from '../../../runtime/open-store.ts';
import { publishBuilt } from '../../../runtime/publish.ts';
import { activeCampaigns, setCampaignState } from '../../../runtime/store/campaigns.ts';
import { restoredBackup } from '../../../runtime/store/generation.ts';
import { type TemporalTarget, temporalTarget } from '../../../runtime/temporal/connect.ts';
import { startTemporal } from '../../../runtime/temporal/server.ts';
import { UserError } from '../../../runtime/user-error.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace } from '../files.ts';
import { writeGenerated } from '../generated.ts';
import { type Interrupts, watchInterrupts } from '../interrupts.ts';
import { typecheckGenerated } from '../typecheck.ts';
import { makeGenerated } from './build.ts';
import { environmentFor, type RunOptions, say } from './options.ts';

export interface DevOptions extends RunOptions {
  readonly startAll?: true;
  readonly catchMail?: true;
}

/** What runs, in the order in which it was started; ended in the opposite order. */
type Closing = (() => Promise<unknown>)[];

/** Everything that runs while a workspace is developed. */
export interface Running {
  readonly workspace: OpenWorkspace;
  readonly temporal: Server;
  readonly engine: Engine;
  /** Only with `catchMail`. */
  readonly catcher: Catcher | null;
  readonly interrupts: Interrupts;
}

/** `flowc dev`: builds, then runs server, database, relay and worker until Ctrl-C. */
export async function dev(_args: readonly string[], options: DevOptions): Promise<number> {
  return withDev(options, async ({ workspace, temporal, engine, catcher, interrupts }) => {
    await announce(workspace, temporal, catcher);
    await interrupts.until(engine.ended);
    say('ending …');
    return exitCodes.ok;
  });
}

/**
 * Builds the workspace, starts all that `flowc dev` runs and ends it after `work`, whatever happens. Without a build that
 * works nothing starts.
 * @returns the exit code that `work` gives.
 */
export async function withDev(options: DevOptions, work: (running: Running) => Promise<number>): Promise<number> {
  const { folder, environment } = environmentFor(options);
  const files = openWorkspace(options.workspace);
  const interrupts = watchInterrupts();
  const closing: Closing = [claimWorkspace(files.state)];
  try {
    const made = await makeGenerated(files);
    if (!made) return exitCodes.problem;
    writeGenerated(folder, made);
    const givenUp = new AbortController();
    const signal = AbortSignal.any([interrupts.signal, givenUp.signal]);
    const starting = allOrNone(
      () => givenUp.abort(),
      [
        startServer(files.state, environment, closing, signal),
        openStoreOf(folder, environment, say).then((opened) => {
          closing.push(() => opened.close());
          return opened;
        }),
        typecheckGenerated(folder),
      ],
    );
    const started = await starting.catch((error: unknown) => {
      if (interrupts.happened()) return null;
      throw error;
    });
    if (interrupts.happened() || started === null) return exitCodes.interrupted;
    const [temporal, workspace] = started;
    const catcher = options.catchMail ? await startCatcher() : null;
    if (catcher) closing.push(() => catcher.stop());
    const channelOverrides: EngineOptions['channelOverrides'] = catcher ? { email: { smtp: catcher.smtpUrl } } : {};
    const engine = await startEngine({ workspace, temporal: temporal.target, log: say, channelOverrides });
    closing.push(() => engine.stop());
    for (const problem of engine.channelProblems) say(`warning: ${problem}`);
    await publishBuilt(workspace.store.db, workspace.campaigns);
    if (options.startAll && !(await restoredBackup(workspace.store.db))) {
      for (const campaign of workspace.campaigns) {
        const why = whyNotRunnable(campaign);
        if (why === null) await setCampaignState(workspace.store.db, campaign.name, 'active');
        else say(`warning: ${why}`);
      }
    }
    if (interrupts.happened()) return exitCodes.interrupted;
    return await work({ workspace, temporal, engine, catcher, interrupts });
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/**
 * Waits for all even when one fails, so that what has started meanwhile is ended as well. The first failure is told to the
 * others, whose own then count for nothing.
 */
async function allOrNone<A, B, C>(giveUp: () => void, work: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> {
  const failures: unknown[] = [];
  const note = (error: unknown) => {
    failures.push(error);
    giveUp();
  };
  await Promise.all(work.map((one) => one.catch(note)));
  if (failures.length > 0) throw failures[0];
  return Promise.all(work);
}

export interface Server {
  readonly target: TemporalTarget;
  readonly uiUrl: string | null;
}

/** The server the environment names, else one of our own. */
async function startServer(
  state: string,
  environment: OpenWorkspace['environment'],
  closing: Closing,
  signal: AbortSignal,
): Promise<Server> {
  const named = process.env.TEMPORAL_ADDRESS || environment.temporal.address;
  if (named) return { target: temporalTarget(state, environment)!, uiUrl: null };
  const server = await startTemporal({ folder: state, log: say, signal });
  closing.push(() => server.stop());
  return { target: { options: { address: server.address }, namespace: server.namespace }, uiUrl: server.uiUrl };
}

async function announce(workspace: OpenWorkspace, temporal: Server, catcher: Catcher | null): Promise<void> {
  const active = await activeCampaigns(workspace.store.db);
  const campaigns = workspace.campaigns.map(({ name }) => `${name} (${active.has(name) ? 'active' : 'inactive'})`);
  const rows = [
    ['Temporal', temporal.uiUrl ?? temporal.target.options.address],
    ...(catcher ? [['Inbox', catcher.inboxUrl]] : []),
    ['Campaigns', campaigns.join(', ')],
    ['Running', 'Ctrl-C ends everything'],
  ];
  process.stdout.write(rows.map(([name, text]) => `${name!.padEnd(10)} ${text}\n`).join(''));
  const idle = workspace.campaigns.find(({ name }) => !active.has(name));
  if (idle) say(`Start a campaign with \`flowc start ${idle.name}\`, or all of them with --start-all.`);
}

/** One `flowc dev` per workspace: two would share a database and a server that either of them ends. */
export function claimWorkspace(state: string): () => Promise<void> {
  mkdirSync(state, { recursive: true });
  const file = join(state, 'dev.pid');
  const other = livingPid(file);
  if (other) {
    throw new UserError(
      'environment',
      `\`flowc dev\` already runs for this workspace (process ${other}): end it first, or use what it runs.`,
    );
  }
  writeFileSync(file, `${process.pid}\n`);
  return async () => rmSync(file, { force: true });
}

function livingPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    process.kill(pid, 0);
    return pid === process.pid || !/flowc|cli.main/.test(commandOf(pid)) ? null : pid;
  } catch {
    return null;
  }
}

/** A pid in a file may belong to another program by now. Where the system does not tell, it counts as ours. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return 'flowc';
  }
}
