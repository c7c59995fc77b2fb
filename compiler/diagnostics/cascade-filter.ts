/** One cause, one error: what only follows from a mistake that is reported already is left out. */
import type { Span } from '../../dsl/ast.ts';
import { folderOf } from '../../dsl/folder.ts';
import { cascades, type Given, lostName } from './diagnostic.ts';
import { type Code, diagnosticTable } from './table.ts';

export interface CascadeFilter {
  /** Folders with text that could not be read: what it would have declared is missed there and below. */
  readonly unparsedFolders: ReadonlySet<string>;
  addUnparsed(folder: string): void;
  /** What a broken line says is half of what was meant: only that it is broken is reported. */
  addBrokenLine(at: Span): void;
  /** Is the diagnostic a cause of its own? In the order of reporting: a name whose declaration is wrong is missed afterwards. */
  passes(code: Code, span: Span, given: Given): boolean;
}

export function cascadeFilter(): CascadeFilter {
  const unparsedFolders = new Set<string>();
  const brokenLines = new Set<string>();
  /** Names whose declaration is wrong, and the folders that read it. */
  const poisonedNames = new Map<string, readonly string[]>();

  /** Warnings of a campaign wait until its text can be read. */
  function follows(code: Code, { file }: Span, given: Given): boolean {
    const isUnparsed = [...unparsedFolders].some((folder) => isIn(folder, file));
    const isPoisoned = poisonedNames.get(nameIn(given))?.some((folder) => isIn(folder, file)) ?? false;
    if (isUnparsed && diagnosticTable[code].severity === 'warning') return true;
    return (isUnparsed || isPoisoned) && cascades(code);
  }

  return {
    unparsedFolders,
    addUnparsed: (folder) => void unparsedFolders.add(folder),
    addBrokenLine: (at) => void brokenLines.add(lineOf(at)),
    passes(code, span, given) {
      const isEffect = follows(code, span, given);
      const lost = lostName(code, given);
      if (lost !== null) poisonedNames.set(lost, [...(poisonedNames.get(lost) ?? []), folderOf(span.file)]);
      return !isEffect && !brokenLines.has(lineOf(span));
    },
  };
}

/** The workspace's folder, '', holds every file. */
function isIn(folder: string, file: string): boolean {
  return folder === '' || file.startsWith(`${folder}/`);
}

/** What the message is about, without `participant.` before it. */
function nameIn(given: Given): string {
  return String(given.name ?? '').replace(/^\w+\./, '');
}

function lineOf({ file, line }: Span): string {
  return `${file}:${line}`;
}
