/** What the stages before the generated code give, short enough to be read in a diff. */
import { lowerFlow } from '../../compiler/lower.ts';
import type { Type, WorkspaceModel } from '../../compiler/model.ts';

/** File by path: the resolved model and the IR. */
export function stagesOf(model: WorkspaceModel): readonly { readonly path: string; readonly text: string }[] {
  const irs = model.campaigns.flatMap((campaign) => campaign.flows.map((flow) => lowerFlow(campaign, flow)));
  const declared = { ...model, profile: model.profile.filter((field) => field.origin !== null) };
  return [
    { path: 'stages/ir.json', text: `${JSON.stringify(irs, short, 1)}\n` },
    { path: 'stages/model.json', text: `${JSON.stringify(declared, short, 1)}\n` },
  ];
}

/** No origins; an expression as `due_date - 3 days: date`, a field as `participant.paid`. */
function short(key: string, value: unknown): unknown {
  if (key.toLowerCase().endsWith('origin') || key === 'textOrigins') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if ('text' in value && 'type' in value) {
    const secret = 'private' in value && value.private === true ? ' (private)' : '';
    return `${String(value.text)}: ${typeWords(value.type as Type)}${secret}`;
  }
  if (key === 'type' && 'kind' in value) return typeWords(value as Type);
  if ('owner' in value && 'name' in value && key !== '' && !/^\d+$/.test(key)) return `${value.owner}.${value.name}`;
  return value;
}

function typeWords(type: Type): string {
  return type.kind === 'enum' ? type.members.join(' | ') : type.kind;
}
