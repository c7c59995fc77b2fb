import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CampaignData } from './data/types.ts';

/** Texts and scripts as they stand on disk now. Paths are relative to the campaign's folder. */
export interface CampaignFiles {
  /** Null when there is no such template. `path` in the answer has the file's extension. */
  template(campaign: string, path: string): Promise<{ readonly path: string; readonly text: string } | null>;
  /** Absolute path. */
  script(campaign: string, path: string): string;
}

/** A template's name without its ending is the first of these that exists. */
const endings = ['html', 'liquid', 'txt', 'md'] as const;

/** Reads the files of a workspace's campaigns anew at each use: an edited text needs no build. */
export function campaignFiles(workspace: string, campaigns: ReadonlyMap<string, CampaignData>): CampaignFiles {
  const folderOf = (campaign: string) => join(workspace, campaigns.get(campaign)?.folder ?? campaign);
  return {
    async template(campaign, path) {
      for (const ending of endings) {
        const name = `${path}.${ending}`;
        const text = await readFile(join(folderOf(campaign), name), 'utf8').catch(() => null);
        if (text !== null) return { path: name, text };
      }
      return null;
    },
    script: (campaign, path) => join(folderOf(campaign), path),
  };
}
