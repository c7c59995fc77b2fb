import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CampaignData } from './data/types.ts';
import { importedByGenerated } from './package-files.ts';
import { messageOf, UserError } from './user-error.ts';

let hooked = false;

/** Generated modules find `flowc/data` in the running package, and are modules whatever package.json stands above them. */
function hookGeneratedImports(): void {
  if (hooked) return;
  hooked = true;
  registerHooks({
    resolve(specifier, context, next) {
      const own = importedByGenerated[specifier];
      if (own) return { url: pathToFileURL(own).href, shortCircuit: true };
      const found = next(specifier, context);
      const generated =
        found.url.startsWith('file:') && found.url.includes('/generated/') && found.url.split('?')[0]!.endsWith('.ts');
      return generated ? { ...found, format: 'module-typescript' } : found;
    },
  });
}

/**
 * The campaigns of a built workspace, from `<workspace>/generated/data.ts`.
 * @param revision loads the modules anew when it differs from an earlier call's (a build while running).
 * @throws UserError when nothing was built yet or the generated files do not load.
 */
export async function loadCampaigns(workspace: string, revision?: string): Promise<readonly CampaignData[]> {
  const file = join(workspace, 'generated', 'data.ts');
  if (!existsSync(file)) {
    throw new UserError(
      'problem',
      `The workspace has no generated${sep}data.ts yet: run \`flowc build\` in ${workspace} first.`,
    );
  }
  hookGeneratedImports();
  const url = pathToFileURL(file).href + (revision ? `?${revision}` : '');
  try {
    const module = (await import(url)) as { readonly campaigns: readonly CampaignData[] };
    return module.campaigns;
  } catch (error) {
    throw new UserError(
      'problem',
      `${file} does not load (${messageOf(error)}): run \`flowc build\` to write it again.`,
      { cause: error },
    );
  }
}
