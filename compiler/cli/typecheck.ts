import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../runtime/user-error.ts';
import { runTsc } from './tsc.ts';

/** More files than this are checked in parts, one after the other: memory is that of the largest part. */
const filesPerPart = 1000;

/**
 * Type-checks `<workspace>/generated` with our own TypeScript, strictly. Campaigns have nothing in common but types of the
 * package, so a large workspace is checked some campaigns at a time; the two lists of all campaigns, which would draw
 * everything into one part, are then left out.
 * @throws UserError with the compiler's first lines: generated code that does not type-check is a mistake of flowc.
 */
export async function typecheckGenerated(workspace: string): Promise<void> {
  const parts = partsOf(join(workspace, 'generated'));
  if (parts.length < 2) {
    await typecheck(workspace, 'tsconfig', [`${workspace}/generated/**/*.ts`]);
    return;
  }
  for (const [at, campaigns] of parts.entries()) {
    const folders = campaigns.map((campaign) => `${workspace}/generated/${campaign}/**/*.ts`);
    await typecheck(workspace, `tsconfig.${at + 1}`, folders);
  }
}

/** The folders of the campaigns, in parts of `filesPerPart` files or of one campaign. */
function partsOf(generated: string): readonly (readonly string[])[] {
  if (!existsSync(generated)) return [];
  const folders = readdirSync(generated, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const parts: string[][] = [];
  let room = 0;
  for (const { name } of folders.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const files = readdirSync(join(generated, name), { recursive: true }).length;
    if (parts.length === 0 || files > room) {
      parts.push([]);
      room = filesPerPart;
    }
    parts.at(-1)!.push(name);
    room -= files;
  }
  return parts;
}

async function typecheck(workspace: string, name: string, include: readonly string[]): Promise<void> {
  const { code, output } = await runTsc(workspace, name, { include });
  if (code === 0) return;
  const lines = output.split('\n').filter(Boolean);
  const shown = lines.slice(0, 5).join('\n  ');
  throw new UserError(
    'problem',
    `The generated code does not type-check, which is a mistake of flowc and not of your flows:\n  ${shown}`,
  );
}
