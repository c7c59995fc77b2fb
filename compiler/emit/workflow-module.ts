/** `<flow>.workflow.ts`: one function per segment, and the program that holds them. */
import { everyInstruction } from '../ir/walk.ts';
import type { Instruction } from '../ir.ts';
import { type CompiledCampaign, type CompiledFlow, header, type Module } from './modules.ts';
import { writeSegment } from './segment-function.ts';
import { block, lineWidth, quoted, type Writer } from './source.ts';

export function workflowModule(campaign: CompiledCampaign, flow: CompiledFlow, path: string): Module {
  const { ir } = flow;
  return {
    path,
    write(writer) {
      writer.line(header(path, [ir.origin]));
      const facts = ir.segments.some((segment) => switchesAgain(segment.body)) ? 'Facts, ' : '';
      writer.line(`import type { ${facts}Flow, Next, Program } from 'flowc/workflow';`);
      for (const segment of ir.segments) {
        writer.line();
        writeSegment(writer, segment, ir, campaign.model.folder);
      }
      writer.line();
      writeProgram(writer, flow);
    },
  };
}

/** Is one fact switched on twice? */
function switchesAgain(body: readonly Instruction[]): boolean {
  const facts = [...everyInstruction(body)].flatMap((each) => (each.kind === 'switch' ? [each.fact] : []));
  return new Set(facts).size < facts.length;
}

function writeProgram(writer: Writer, { ir, hash, exportName }: CompiledFlow): void {
  const names = ir.segments.map((segment) => segment.name);
  const head = [`hash: ${quoted(hash)}`, `again: ${quoted(ir.again)}`];
  const one = `export const ${exportName}: Program = { ${head.join(', ')}, segments: { ${names.join(', ')} } };`;
  if (one.length <= lineWidth) {
    writer.line(one);
    return;
  }
  block(
    writer,
    `export const ${exportName}: Program = {`,
    () => {
      for (const property of head) writer.line(`${property},`);
      block(
        writer,
        'segments: {',
        () => {
          for (const name of names) writer.line(`${name},`);
        },
        '},',
      );
    },
    '};',
  );
}
