import { dirname, join } from 'node:path';

const installed = !import.meta.filename.endsWith('.ts');
const extension = installed ? '.js' : '.ts';

/** Folder of the running package's compiled files (`dist`), or of its sources inside the repository. */
export const codeFolder = dirname(import.meta.dirname);

/** Folder that holds the running package's package.json. */
export const packageFolder = installed ? dirname(codeFolder) : codeFolder;

/** File of a module of the running package: `packageFile('runtime/workflow/index')`. */
export function packageFile(module: string): string {
  return join(codeFolder, module + extension);
}

/**
 * What generated code imports, mapped to the running package: a workspace need not find `flowc` upwards of itself
 * (npx cache, global install), and may not find another copy of the kernel.
 */
export const importedByGenerated: Readonly<Record<string, string>> = {
  'flowc/workflow': packageFile('runtime/workflow/index'),
  'flowc/data': packageFile('runtime/data/index'),
};
