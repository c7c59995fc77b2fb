/** `<flow>.data.ts`: every expression of a flow as a pure function of the record. */
import { plannedCommunication } from '../communications.ts';
import { writeCommunication } from './communication-data.ts';
import { recorded, section } from './data-source.ts';
import type { Uses } from './expressions.ts';
import { type CompiledCampaign, type CompiledFlow, header, type Module } from './modules.ts';
import { block, quoted, type Writer } from './source.ts';
import { writeCancel, writePython, writeSet } from './step-data.ts';
import { writeStretch } from './stretch-data.ts';

export function dataModule(campaign: CompiledCampaign, flow: CompiledFlow, path: string): Module {
  const { ir } = flow;
  const communications = ir.communications.map((name) =>
    plannedCommunication(campaign.workspace, campaign.model, name),
  );
  const of = { campaign, communications: new Map(communications.map(({ model }) => [model.name, model])) };

  return {
    path,
    write(writer) {
      // The body says what must be imported, so it is written first, in memory.
      const uses: Uses = { imports: new Set() };
      const body = recorded((to) => writeFlow(to, uses));
      const imports = ['type FlowData', ...[...uses.imports].sort()];
      writer.line(header(path, [ir.origin, ...communications.map(({ model }) => model.origin)]));
      writer.line(
        uses.imports.size === 0
          ? "import type { FlowData } from 'flowc/data';"
          : `import { ${imports.slice(1).join(', ')}, ${imports[0]} } from 'flowc/data';`,
      );
      const program = path.slice(path.lastIndexOf('/') + 1).replace(/\.data\.ts$/, '.workflow.ts');
      writer.line(`import { ${flow.exportName} as program } from './${program}';`);
      writer.line();
      body(writer);
    },
  };

  function writeFlow(writer: Writer, uses: Uses): void {
    block(
      writer,
      `export const ${flow.exportName}: FlowData = {`,
      () => {
        writer.line(`name: ${quoted(ir.name)},`);
        writer.line(`hash: ${quoted(flow.hash)},`);
        writer.line('program,');
        section(writer, 'stretches', ir.stretches, (stretch) => writeStretch(writer, stretch, of, uses));
        section(writer, 'sets', ir.sets, (set) => writeSet(writer, set, uses));
        section(writer, 'pythons', ir.pythons, (python) => writePython(writer, python, uses));
        section(writer, 'cancels', ir.cancels, (cancel) => writeCancel(writer, cancel));
        section(writer, 'communications', communications, (one) =>
          writeCommunication(writer, one, campaign.model.folder, uses),
        );
      },
      '};',
    );
  }
}
