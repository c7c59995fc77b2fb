/** `campaign.workflow.ts`, `campaign.data.ts`, and the two files that gather all campaigns. */
import type { FieldDefinition } from '../../runtime/model/values.ts';
import type { FieldModel, TriggerModel } from '../model.ts';
import { plainType, resultsOf, writeAgents, writeChannels, writeClauses } from './campaign-parts.ts';
import { recorded, writeData } from './data-source.ts';
import type { Uses } from './expressions.ts';
import { exportName, localNames, moduleName } from './identifiers.ts';
import { type CompiledCampaign, header, type KeptVersion, type Module } from './modules.ts';
import { block, key, lineWidth, literal, object, quoted, type Writer } from './source.ts';

/** Versions of one flow as imports: newest first. */
interface Versions {
  readonly flow: string;
  readonly imports: readonly { readonly from: string; readonly exported: string; readonly local: string }[];
}

export function campaignWorkflowModule(campaign: CompiledCampaign, path: string): Module {
  const { name } = campaign.model;
  const exported = exportName(name);
  const all = versionsOf(campaign, exported, 'workflow');
  return {
    path,
    write(writer) {
      writer.line(header(path, [campaign.model.origin]));
      writer.line("import { participantWorkflow } from 'flowc/workflow';");
      for (const line of importLines(all)) writer.line(line);
      writer.line();
      // The workflow type is the campaign's name, whatever the constant may be called.
      const open = exported === name ? `export const ${exported}` : `const ${exported}`;
      block(
        writer,
        `${open} = participantWorkflow(${quoted(name)}, {`,
        () => {
          for (const { flow, imports } of all) {
            writer.line(`${key(flow)}: [${imports.map((each) => each.local).join(', ')}],`);
          }
        },
        '});',
      );
      if (exported !== name) writer.line(`export { ${exported} as ${name} };`);
    },
  };
}

export function campaignDataModule(campaign: CompiledCampaign, path: string): Module {
  const { workspace, model } = campaign;
  const exported = exportName(model.name);
  const all = versionsOf(campaign, exported, 'data');
  const uses: Uses = { imports: new Set() };
  return {
    path,
    write(writer) {
      // The body says what must be imported, so it is written first, in memory.
      const body = recorded((to) => writeCampaign(to));
      const used = [...uses.imports].sort();
      writer.line(header(path, [model.origin]));
      writer.line(
        used.length === 0
          ? "import type { CampaignData } from 'flowc/data';"
          : `import { ${used.join(', ')}, type CampaignData } from 'flowc/data';`,
      );
      for (const line of importLines(all)) writer.line(line);
      writer.line();
      body(writer);
    },
  };

  function writeCampaign(writer: Writer): void {
    block(
      writer,
      `export const ${exported}: CampaignData = {`,
      () => {
        writeData(writer, 'workspace', workspace.name);
        writeData(writer, 'name', model.name);
        if (model.folder !== model.name) writeData(writer, 'folder', model.folder);
        writeData(writer, 'timezone', model.timezone);
        writeData(writer, 'locale', workspace.locale);
        writeData(writer, 'participant', model.participant.map(definition));
        writeData(writer, 'profile', workspace.profile.map(definition));
        writeChannels(writer, workspace, model, uses);
        writeAgents(writer, workspace, model);
        writeData(writer, 'results', resultsOf(workspace, model));
        writeClauses(writer, workspace, model, uses);
        writeFlows(writer);
        writer.line(`versions: [${all.flatMap(({ imports }) => imports.map((each) => each.local)).join(', ')}],`);
      },
      '};',
    );
  }

  function writeFlows(writer: Writer): void {
    if (campaign.flows.length === 0) {
      writer.line('flows: {},');
      return;
    }
    block(
      writer,
      'flows: {',
      () => {
        for (const { model: flow, hash } of campaign.flows) {
          const triggers = flow.triggers.map(trigger);
          const whole = object([['hash', quoted(hash)] as const, ['triggers', literal(triggers)]]);
          const one = `${key(flow.name)}: ${whole},`;
          if (one.length <= lineWidth - 4) {
            writer.line(one);
            continue;
          }
          writer.line(`${key(flow.name)}: {`);
          writer.indent(() => {
            writer.line(`hash: ${quoted(hash)},`);
            writeData(writer, 'triggers', triggers);
          });
          writer.line('},');
        }
      },
      '},',
    );
  }
}

/** The bundle's entry: one workflow function per campaign. */
export function workflowsModule(campaigns: readonly CompiledCampaign[], path: string): Module {
  return {
    path,
    write(writer) {
      writer.line(header(path, []));
      for (const { model } of campaigns) writer.line(`export * from './${model.name}/campaign.workflow.ts';`);
      if (campaigns.length === 0) writer.line('export {};');
    },
  };
}

/** All campaigns for activities and service. */
export function dataIndexModule(campaigns: readonly CompiledCampaign[], path: string): Module {
  return {
    path,
    write(writer) {
      const local = localNames([]);
      const names = campaigns.map(({ model }) => ({ model, local: local(exportName(model.name)) }));
      writer.line(header(path, []));
      writer.line("import type { CampaignData } from 'flowc/data';");
      for (const each of names) {
        writer.line(importLine(exportName(each.model.name), each.local, `./${each.model.name}/campaign.data.ts`));
      }
      writer.line();
      writer.line(`export const campaigns: readonly CampaignData[] = [${names.map((each) => each.local).join(', ')}];`);
    },
  };
}

function versionsOf(campaign: CompiledCampaign, own: string, kind: 'workflow' | 'data'): readonly Versions[] {
  const local = localNames([own]);
  const current = campaign.flows.map(({ model, exportName: exported }) => ({
    flow: model.name,
    imports: [{ from: `./${moduleName(model.name)}.${kind}.ts`, exported, local: local(exported) }],
  }));
  const gone = campaign.kept
    .map((version) => version.flow)
    .filter((flow) => !current.some((each) => each.flow === flow));
  const flows = [...current, ...[...new Set(gone)].sort().map((flow) => ({ flow, imports: [] }))];
  return flows.map(({ flow, imports }) => ({
    flow,
    imports: [
      ...imports,
      ...campaign.kept
        .filter((version) => version.flow === flow)
        .map((version) => {
          const exported = exportedBy(version, kind);
          const from = `./versions/${moduleName(flow)}@${version.hash}.${kind}.ts`;
          return { from, exported, local: local(`${exported}_${version.hash}`) };
        }),
    ],
  }));
}

/** The name a kept module gave its version: it depends on what stood beside it then. */
function exportedBy(version: KeptVersion, kind: 'workflow' | 'data'): string {
  return /^export const (\w+):/m.exec(version[kind])?.[1] ?? exportName(version.flow);
}

function importLines(all: readonly Versions[]): readonly string[] {
  return all.flatMap(({ imports }) => imports.map(({ from, exported, local }) => importLine(exported, local, from)));
}

function importLine(exported: string, local: string, from: string): string {
  return `import { ${exported === local ? local : `${exported} as ${local}`} } from ${quoted(from)};`;
}

function definition({ name, type, required, private: hidden, imported, default: value }: FieldModel): FieldDefinition {
  return { name, type: plainType(type), required, private: hidden, imported, default: value };
}

/** Without origin and words. */
function trigger({ text: _, origin: __, ...data }: TriggerModel): object {
  return data;
}
