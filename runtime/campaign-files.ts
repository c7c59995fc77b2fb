import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CampaignFiles } from './activities/deps.ts';
import type { CampaignData } from './data/types.ts';
import { builtTemplate, templateEndings } from './model/template-files.ts';

/** Reads the files of a workspace's campaigns anew at each use: an edited text needs no build, but MJML does. */
export function campaignFiles(workspace: string, campaigns: ReadonlyMap<string, CampaignData>): CampaignFiles {
  const folderOf = (campaign: string) => join(workspace, campaigns.get(campaign)?.folder ?? campaign);
  return {
    async template(campaign, path) {
      for (const ending of templateEndings) {
        const name = `${path}.${ending}`;
        const text = await read(join(folderOf(campaign), name));
        if (text === null) continue;
        if (ending !== 'mjml') return { path: name, text };
        const built = builtTemplate(campaigns.get(campaign)?.folder ?? campaign, path);
        const html = await read(join(workspace, built));
        return html === null ? null : { path: built, text: html };
      }
      return null;
    },
    script: (campaign, path) => join(folderOf(campaign), path),
  };
}

function read(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}
