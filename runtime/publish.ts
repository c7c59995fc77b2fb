import type { CampaignData } from './data/types.ts';
import type { Db } from './store/database.ts';
import { currentPointer, publish } from './store/releases.ts';

/** What a campaign's pointer moved to: `flow@hash` of each flow whose version is another than before. */
export interface Published {
  readonly campaign: string;
  readonly moved: readonly string[];
}

/** Lets new runs of these campaigns use the versions of the build. Throws StoreError while a living worker lacks one. */
export async function publishBuilt(db: Db, campaigns: readonly CampaignData[]): Promise<readonly Published[]> {
  const published: Published[] = [];
  for (const { name, flows } of campaigns) {
    const pointer = Object.fromEntries(Object.entries(flows).map(([flow, { hash }]) => [flow, hash]));
    const before = (await currentPointer(db, name)) ?? {};
    await publish(db, name, pointer);
    const moved = Object.entries(pointer).filter(([flow, hash]) => before[flow] !== hash);
    published.push({ campaign: name, moved: moved.map(([flow, hash]) => `${flow}@${hash}`) });
  }
  return published;
}
