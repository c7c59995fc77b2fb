import { UserError } from '../../../runtime/user-error.ts';
import type { PreviewInput } from '../../analysis/preview.ts';
import type { CampaignModel, CommunicationModel, WorkspaceModel } from '../../model.ts';
import { checkFiles } from '../compile.ts';
import { exitCodes } from '../exit.ts';
import { openWorkspace, type WorkspaceFiles } from '../files.ts';
import { report } from '../report.ts';
import type { Format } from './options.ts';

interface Options {
  readonly workspace?: string;
  readonly format: Format;
  readonly window?: string;
  readonly duration: string;
  readonly zone?: readonly string[];
  readonly base?: readonly string[];
}

type Subject = Pick<PreviewInput, 'window' | 'contactHours' | 'durationMs' | 'ifPast'> & { readonly timezone: string };

/** `flowc preview NAME` or `--window TEXT`: when it opens and closes for zones and bases. */
export async function previewCommand(args: readonly string[], options: Options): Promise<number> {
  const files = openWorkspace(options.workspace);
  const subject = await subjectOf(files, args[0], options);
  if (!subject) return exitCodes.problem;
  const asked = { zones: options.zone ?? [subject.timezone], bases: options.base ?? ['now'] };
  const { preview, previewProblems } = await import('../../analysis/preview.ts');
  const { previewJson, previewTable } = await import('../../analysis/preview-text.ts');
  const problems = previewProblems(asked);
  if (problems.length > 0) throw new UserError('usage', problems.join('\n'));
  const rows = preview({ ...subject, ...asked, now: Date.now(), planning: null });
  process.stdout.write(options.format === 'json' ? previewJson(rows) : previewTable(rows));
  return exitCodes.ok;
}

/** Null when the workspace has errors, which are reported. */
async function subjectOf(files: WorkspaceFiles, name: string | undefined, options: Options): Promise<Subject | null> {
  if ((name === undefined) === (options.window === undefined)) {
    throw new UserError(
      'usage',
      'Say what to preview: the NAME of a communication, or a window with --window "09:00-18:00 on weekdays".',
    );
  }
  if (options.window !== undefined) {
    const { previewOfWindow } = await import('./preview-window.ts');
    return previewOfWindow(files, options.window, options.duration);
  }
  const { model, diagnostics } = await checkFiles(files);
  if (!model) {
    await report(diagnostics, files, options.format);
    return null;
  }
  const { campaign, communication } = findCommunication(model, name!);
  const { previewOfCommunication } = await import('../../analysis/preview.ts');
  return { ...previewOfCommunication(model, campaign, communication), timezone: campaign.timezone };
}

interface Found {
  readonly campaign: CampaignModel;
  readonly communication: CommunicationModel;
}

/** By `NAME`, or `campaign/NAME` where several campaigns have one. */
function findCommunication(model: WorkspaceModel, asked: string): Found {
  const all = model.campaigns.flatMap((campaign) =>
    campaign.communications.map((communication): Found => ({ campaign, communication })),
  );
  const nameOf = (one: Found) => `${one.campaign.name}/${one.communication.name}`;
  const found = all.filter((one) => one.communication.name === asked || nameOf(one) === asked);
  if (found.length === 1) return found[0]!;
  const names = (found.length > 1 ? found : all).map(nameOf).join(', ');
  const what = found.length > 1 ? `Several campaigns have a communication` : `No campaign has a communication`;
  throw new UserError('usage', `${what} \`${asked}\`. Write one of: ${names || 'none is declared'}.`);
}
