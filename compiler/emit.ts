/**
 * Modules → text. The only module that knows ts-morph: one of its writers per file. Text is written once and never parsed
 * back into a tree: that took half of a build's time and memory, and `tsc` reads the files anyway.
 */
import { IndentationText, NewLineKind, Project } from 'ts-morph';
import type { Module } from './emit/modules.ts';
import type { Writer } from './emit/source.ts';

const indentation = 2;
/** Marks stand in one column as far as the code lets them. */
const markColumn = 72;

export interface GeneratedFile {
  /** Relative to the workspace: `generated/payment_reminder/remind.workflow.ts`. */
  readonly path: string;
  readonly text: string;
}

export function printModules(modules: readonly Module[]): readonly GeneratedFile[] {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, newLineKind: NewLineKind.LineFeed },
  });
  return modules.map((module) => {
    const printer = project.createWriter();
    const writer: Writer = {
      line(text = '', mark = '') {
        const room = markColumn - printer.getIndentationLevel() * indentation;
        printer.writeLine(mark === '' ? text : `${text.padEnd(room)} // ${mark}`);
      },
      indent: (body) => void printer.indent(body),
    };
    module.write(writer);
    return { path: module.path, text: printer.toString() };
  });
}
