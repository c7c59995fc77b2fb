import { UserError } from '../../../runtime/user-error.ts';
import type { PreviewInput } from '../../analysis/preview.ts';
import { readBuilders } from '../compile.ts';
import type { WorkspaceFiles } from '../files.ts';

const campaign = 'flowc_preview';

/**
 * What a window means here, named windows and calendars included: a campaign with one e-mail is checked beside the
 * workspace's own declarations, so that the words mean exactly what they mean in a flow.
 * @throws UserError (usage) with the checker's sentence about the window or the duration.
 */
export async function previewOfWindow(
  files: WorkspaceFiles,
  window: string,
  duration: string,
): Promise<Pick<PreviewInput, 'window' | 'contactHours' | 'durationMs' | 'ifPast'> & { readonly timezone: string }> {
  const [{ check }, { previewOfCommunication }, { built }] = await Promise.all([
    import('../../check.ts'),
    import('../../analysis/preview.ts'),
    readBuilders(files, 'keep'),
  ]);
  const own = files.files.filter(({ path }) => !path.includes('/'));
  const declared = `channel ${campaign}_mail: email\nagent ${campaign}_agent {\n  channels: ${campaign}_mail\n  task: "-"\n}\n`;
  const path = `${campaign}/preview.flow`;
  const text = `campaign ${campaign} {}

flow preview {
  on participant created

  email PREVIEW {
    agent: ${campaign}_agent
    at: now
    window: ${window}
    duration: ${duration}
    template: "none"
  }
}
`;
  const { model, diagnostics } = check({
    built: built.filter(({ file }) => !file.path.includes('/')),
    files: [...own, { path: `${campaign}.flow`, text: declared }, { path, text }],
    exists: () => true,
  });
  const wrong = diagnostics.find((one) => one.file === path && one.severity === 'error');
  const found = model?.campaigns.find(({ name }) => name === campaign);
  const communication = found?.communications[0];
  if (wrong || !model || !found || !communication) {
    const why = wrong ? `${wrong.message} ${wrong.help ?? ''}`.trim() : 'workspace.flow has errors: run `flowc check`.';
    throw new UserError('usage', `--window ${JSON.stringify(window)} --duration ${JSON.stringify(duration)}: ${why}`);
  }
  return { ...previewOfCommunication(model, found, communication), timezone: found.timezone };
}
