import { UserError } from '../../../runtime/user-error.ts';
import type { CampaignModel, CommunicationModel, WorkspaceModel } from '../../model.ts';
import { checkFiles } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace } from '../files.ts';
import { report } from '../report.ts';
import type { Format } from './options.ts';

interface Options {
  readonly workspace?: string;
  readonly format: Format;
  readonly zone?: readonly string[];
  readonly base?: readonly string[];
}

/** `flowc preview NAME`: when a communication opens and closes for zones and bases. */
export async function previewCommand(args: readonly string[], options: Options): Promise<number> {
  const files = openWorkspace(options.workspace);
  const { model, diagnostics } = await checkFiles(files);
  if (!model) {
    await report(diagnostics, files, options.format);
    return exitCodes.problem;
  }
  const { campaign, communication } = findCommunication(model, args[0]!);
  const asked = { zones: options.zone ?? [campaign.timezone], bases: options.base ?? ['now'] };
  const { preview, previewOfCommunication, previewProblems } = await import('../../analysis/preview.ts');
  const { previewJson, previewTable } = await import('../../analysis/preview-text.ts');
  const problems = previewProblems(asked);
  if (problems.length > 0) throw new UserError('usage', problems.join('\n'));
  const rows = preview({
    ...previewOfCommunication(model, campaign, communication),
    ...asked,
    now: Date.now(),
    planning: null,
  });
  process.stdout.write(options.format === 'json' ? previewJson(rows) : previewTable(rows));
  return exitCodes.ok;
}

/** By `NAME`, or `campaign/NAME` where several campaigns have one. */
function findCommunication(
  model: WorkspaceModel,
  asked: string,
): { campaign: CampaignModel; communication: CommunicationModel } {
  const all = model.campaigns.flatMap((campaign) =>
    campaign.communications.map((communication) => ({ campaign, communication })),
  );
  const nameOf = (one: (typeof all)[number]) => `${one.campaign.name}/${one.communication.name}`;
  const found = all.filter((one) => one.communication.name === asked || nameOf(one) === asked);
  if (found.length === 1) return found[0]!;
  const names = (found.length > 1 ? found : all).map(nameOf).join(', ');
  const what =
    found.length > 1 ? `Several campaigns have a communication \`${asked}\`` : `There is no communication \`${asked}\``;
  throw new UserError('usage', `${what}. Write one of: ${names || 'none is declared'}.`);
}
