/** How modules are found and read in the process builder files run in. */
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFile } from '../../runtime/package-files.ts';

/** By the error of an import that found nothing. */
export type FailedImports = ReadonlyMap<unknown, { readonly parent: string; readonly specifier: string }>;

const own = ['dsl', 'compiler', 'runtime'].map((folder) =>
  pathToFileURL(packageFile(`${folder}/x`)).href.replace(/[^/]*$/, ''),
);

/** A module of flowc itself, or of another package: no place of the user's. */
export function isForeign(url: string): boolean {
  return url.includes('/node_modules/') || own.some((folder) => url.startsWith(folder));
}

/** `flowc` is the running package's builder, and generated/refs.ts what the text says now. */
export function useModules(folder: string, refs: string | null): FailedImports {
  const builder = pathToFileURL(packageFile('dsl/builder/index')).href;
  const refsUrl = pathToFileURL(join(folder, 'generated', 'refs.ts')).href;
  const inside = `${pathToFileURL(folder).href}/`;
  const failures = new Map<unknown, { parent: string; specifier: string }>();
  module.registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'flowc') return { url: builder, shortCircuit: true };
      const parent = context.parentURL;
      const isRelative = /^\.{1,2}\//.test(specifier);
      if (refs !== null && parent && isRelative && new URL(specifier, parent).href === refsUrl)
        return { url: refsUrl, format: 'module-typescript', shortCircuit: true };
      try {
        return next(specifier, context);
      } catch (error) {
        if (parent) failures.set(error, { parent, specifier });
        throw error;
      }
    },
    load(url, context, next) {
      if (refs !== null && url === refsUrl) return { format: 'module-typescript', source: refs, shortCircuit: true };
      // Modules all the same, whatever a package.json around the workspace says.
      const isOwn = url.startsWith(inside) && url.endsWith('.ts') && !url.includes('/node_modules/');
      return next(url, isOwn ? { ...context, format: 'module-typescript' } : context);
    },
  });
  return failures;
}
