import { UserError } from '../../../runtime/user-error.ts';
import type { CampaignModel, WorkspaceModel } from '../../model.ts';
import { checkFiles } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace } from '../files.ts';
import { report } from '../report.ts';

interface Options {
  readonly workspace?: string;
  readonly format: 'mermaid' | 'html' | 'dot' | 'svg';
}

/** `flowc graph [CAMPAIGN]`: a picture of one campaign, or of all, on stdout. */
export async function graph(args: readonly string[], options: Options): Promise<number> {
  const files = openWorkspace(options.workspace);
  const { model, diagnostics } = await checkFiles(files);
  if (!model) {
    await report(diagnostics, files, 'pretty');
    return exitCodes.problem;
  }
  process.stdout.write(await drawn(chosen(model, args[0]), options.format));
  return exitCodes.ok;
}

async function drawn(campaigns: readonly CampaignModel[], format: Options['format']): Promise<string> {
  const { graphOf } = await import('../../analysis/graph/graph.ts');
  switch (format) {
    case 'mermaid':
      return (await import('../../analysis/graph/mermaid.ts')).mermaidText(campaigns.map(graphOf));
    case 'dot':
      return (await import('../../analysis/graph/dot.ts')).dotText(campaigns.map(graphOf));
    case 'svg': {
      const [{ dotText }, { instance }] = await Promise.all([
        import('../../analysis/graph/dot.ts'),
        import('@viz-js/viz'),
      ]);
      return (await instance()).renderString(dotText(campaigns.map(graphOf)), { format: 'svg' });
    }
    case 'html':
      return (await import('../../analysis/graph/html.ts')).graphPage(campaigns);
    default:
      return format satisfies never;
  }
}

function chosen({ campaigns }: WorkspaceModel, name: string | undefined): readonly CampaignModel[] {
  if (name === undefined) return campaigns;
  const found = campaigns.filter((campaign) => campaign.name === name);
  if (found.length > 0) return found;
  const names = campaigns.map((campaign) => campaign.name).join(', ') || 'none is declared';
  throw new UserError('usage', `Unknown campaign \`${name}\`. Campaigns: ${names}.`);
}
