import type { ChannelAdapter } from '../channels/port.ts';
import type { CampaignData, FlowData } from '../data/types.ts';
import { virtualNow } from '../model/clock.ts';
import type { PythonRunner } from '../python/port.ts';
import type { Store } from '../store/database.ts';
import type { Who } from './port.ts';

/** What the activities need of the process they run in. */
export interface ActivityDeps {
  readonly store: Store;
  /** The campaign as this build knows it. */
  readonly campaigns: (name: string) => CampaignData | undefined;
  /** Adapter of a channel by its name; undefined when this environment does not say how to reach it. */
  readonly channels: (name: string) => ChannelAdapter | undefined;
  readonly python: PythonRunner;
  readonly files: CampaignFiles;
  /** Gets what goes wrong inside, for operators; nothing of it reaches a workflow. */
  readonly log: (line: string) => void;
  /** The attempt under way. Default: Temporal's. */
  readonly attempt?: () => Attempt;
  /** Epoch milliseconds. Default: the system's clock. */
  readonly realNow?: () => number;
  /** How long a message found handed over may still be answered by the attempt that did it. Default: 20 seconds. */
  readonly answerGraceMs?: number;
  /** Before a script's first retry; doubled for each further one. Default: 500. */
  readonly pythonRetryMs?: number;
}

/** Default of {@link ActivityDeps.answerGraceMs}. */
export const answerGraceMs = 20_000;

/** Texts and scripts, always the newest. Paths are relative to the campaign's folder. */
export interface CampaignFiles {
  /** Null when there is no such template. `path` in the answer has the file's extension. */
  template(campaign: string, path: string): Promise<{ readonly path: string; readonly text: string } | null>;
  /** Absolute path. */
  script(campaign: string, path: string): string;
}

/** One attempt of an activity. */
export interface Attempt {
  heartbeat(): void;
  readonly signal?: AbortSignal;
}

/** Virtual epoch milliseconds of this machine. */
export function clockOf({ realNow = Date.now }: Pick<ActivityDeps, 'realNow'>, { clock }: Pick<Who, 'clock'>): number {
  return virtualNow(clock, realNow());
}

/** Both throw a plain Error, which is retried: the version comes back with a worker whose build holds it. */
export function campaignData(deps: Pick<ActivityDeps, 'campaigns'>, name: string): CampaignData {
  const data = deps.campaigns(name);
  if (!data) throw new Error(`This worker's build holds no campaign ${name}.`);
  return data;
}

const versions = new WeakMap<CampaignData, Map<string, FlowData>>();

export function flowData(data: CampaignData, flow: string, hash: string): FlowData {
  let held = versions.get(data);
  if (!held) {
    held = new Map(data.versions.map((version) => [`${version.name}@${version.hash}`, version]));
    versions.set(data, held);
  }
  const found = held.get(`${flow}@${hash}`);
  if (!found) throw new Error(`This worker's build holds no ${flow}@${hash} of ${data.name}.`);
  return found;
}
