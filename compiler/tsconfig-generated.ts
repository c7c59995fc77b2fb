/** A tsconfig that type-checks a workspace's generated code strictly against the running package. */
export interface GeneratedTsconfigInput {
  /** Absolute path of the package that builds. */
  readonly packageFolder: string;
  /** Absolute path of the workspace. */
  readonly workspaceFolder: string;
  /** `source`: inside the repository. `dist`: as installed. */
  readonly from: 'source' | 'dist';
}

export interface GeneratedTsconfig {
  readonly compilerOptions: Readonly<Record<string, unknown>>;
  readonly include: readonly string[];
}

/** The file's content as plain data. Generated code needs no Node types of its own. */
export function generatedTsconfig({ packageFolder, workspaceFolder, from }: GeneratedTsconfigInput): GeneratedTsconfig {
  const module = (name: string) =>
    from === 'source' ? `${packageFolder}/${name}/index.ts` : `${packageFolder}/dist/${name}/index.d.ts`;
  return {
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024'],
      // A workspace need not be a package: its files are modules all the same.
      module: 'preserve',
      moduleResolution: 'bundler',
      moduleDetection: 'force',
      types: ['node'],
      typeRoots: [`${packageFolder}/node_modules/@types`, `${packageFolder}/../@types`],
      strict: true,
      noUncheckedIndexedAccess: true,
      noFallthroughCasesInSwitch: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      noImplicitReturns: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      ...(from === 'source' ? { customConditions: ['flowc-source'] } : {}),
      paths: {
        flowc: [module('dsl/builder')],
        'flowc/workflow': [module('runtime/workflow')],
        'flowc/data': [module('runtime/data')],
      },
    },
    include: [`${workspaceFolder}/generated/**/*.ts`],
  };
}
