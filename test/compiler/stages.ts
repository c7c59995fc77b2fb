/** What the stages before the generated code make of each line of the source, as comments under it: for reviewers of a diff. */
import { stretchesOf } from '../../compiler/ir/walk.ts';
import type { FlowIr, Instruction } from '../../compiler/ir.ts';
import { lowerFlow } from '../../compiler/lower.ts';
import type { Origin, Type, WorkspaceModel } from '../../compiler/model.ts';

interface SourceFile {
  readonly path: string;
  readonly text: string;
}
/** A node of a stage, and the line it came from. */
interface Note {
  readonly origin: Origin;
  readonly stage: 'model' | 'ir';
  readonly label: string;
  readonly node: object;
}

/** Each source with the nodes of the model and of the IR under the line they came from. */
export function stagesOf(model: WorkspaceModel, sources: readonly SourceFile[]): readonly SourceFile[] {
  const top = { file: 'workspace.flow', line: 1, start: 0, end: 0 };
  const declared = { ...model, profile: model.profile.filter((field) => field.origin !== null), origin: top };
  const notes = [
    ...modelNotes('workspace', declared),
    ...model.campaigns.flatMap((campaign) => campaign.flows.flatMap((flow) => irNotes(lowerFlow(campaign, flow)))),
  ];
  return sources.map(({ path, text }) => ({
    path: `stages/${path}.txt`,
    text: annotated(
      text,
      notes.filter(({ origin }) => origin.file === path),
    ),
  }));
}

function annotated(text: string, notes: readonly Note[]): string {
  return text
    .split('\n')
    .flatMap((line, index) => {
      const indent = /^\s*/.exec(line)![0];
      const own = notes.filter(({ origin }) => origin.line === index + 1);
      return [line, ...own.flatMap(written).map((words) => `${indent}// ${words}`)];
    })
    .join('\n');
}

/** On one line where it is short, else one property a line, and of long lists one member a line. */
function written({ stage, label, node }: Note): readonly string[] {
  const head = `${stage.padEnd(5)}  ${label}`;
  const plain = JSON.parse(JSON.stringify(node, short));
  const properties = Object.entries(plain).map(([name, part]) => [name, JSON.stringify(part), part] as const);
  const one = `${head}  ${properties.map(([name, text]) => `${name}: ${text}`).join('  ')}`;
  if (one.length < 150) return [one];
  const lines = properties.flatMap(([name, text, part]) =>
    text.length < 120 || !Array.isArray(part)
      ? [`${name}: ${text}`]
      : [`${name}:`, ...part.map((each) => `  ${JSON.stringify(each)}`)],
  );
  return [head, ...lines.map((line) => `         ${line}`)];
}

// ── the model ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A field is shown where it is declared, and only named where it is used. */
const references = ['field', 'writes', 'reads'];

function modelNotes(label: string, value: unknown): readonly Note[] {
  if (typeof value !== 'object' || value === null || isExpression(value)) return [];
  if (Array.isArray(value)) return value.flatMap((each) => modelNotes(label, each));
  const inner = Object.entries(value)
    .filter(([key]) => !references.includes(key))
    .flatMap(([key, part]) => modelNotes(key, part));
  return hasOrigin(value) ? [{ origin: value.origin, stage: 'model', label, node: value }, ...inner] : inner;
}

function hasOrigin(value: unknown): value is { readonly origin: Origin } {
  return typeof value === 'object' && value !== null && 'origin' in value && value.origin !== null;
}

function isExpression(value: object): value is { readonly text: string; readonly type: Type } {
  return 'text' in value && 'type' in value;
}

// ── the IR ────────────────────────────────────────────────────────────────────────────────────────────────────────

function irNotes(ir: FlowIr): readonly Note[] {
  const notes: Note[] = [];
  const { name, again, communications } = ir;
  let origin = ir.origin;
  const note = (label: string, node: object) => notes.push({ origin, stage: 'ir', label, node });
  note('flow', { name, again, communications });
  for (const segment of ir.segments) {
    origin = segment.origin;
    note('segment', { name: segment.name, about: segment.about });
    noteStretch(segment.stretch);
    noteBody(segment.name, segment.body);
  }
  return notes;

  function noteBody(label: string, body: readonly Instruction[]): void {
    for (const instruction of body) {
      // What the source does not say stands with what came before it.
      origin = instruction.origin ?? origin;
      note(label, withoutBodies(instruction));
      for (const id of stretchesOf(instruction)) noteStretch(id);
      for (const [way, inner] of ways(instruction)) noteBody(`${label}/${way}`, inner);
    }
  }

  function noteStretch(id: string): void {
    const stretch = ir.stretches.find((each) => each.id === id);
    if (stretch) note('stretch', stretch);
    const effect = [...ir.sets, ...ir.pythons, ...ir.cancels].find((each) => each.then === id);
    if (effect) note('effect', { ...effect, action: undefined });
  }
}

function ways(instruction: Instruction): readonly (readonly [way: string, body: readonly Instruction[]])[] {
  if (instruction.kind === 'if')
    return [
      ['then', instruction.then],
      ['else', instruction.else],
    ];
  if (instruction.kind !== 'switch') return [];
  const arms = instruction.arms.map(({ cases, body }) => [cases.join('|'), body] as const);
  return [...arms, ['else', instruction.else ?? []]];
}

function withoutBodies(instruction: Instruction): object {
  if (instruction.kind === 'if') return { kind: 'if', fact: instruction.fact };
  if (instruction.kind === 'switch') return { kind: 'switch', fact: instruction.fact };
  return instruction;
}

/** No origins, no nodes that have a line of their own; an expression as `due_date - 3 days: date`, a field as `participant.paid`. */
function short(key: string, value: unknown): unknown {
  if (value === null || key.toLowerCase().endsWith('origin') || key === 'textOrigins') return undefined;
  if (typeof value !== 'object') return value;
  if (references.includes(key)) return Array.isArray(value) ? value.map(fieldWords) : fieldWords(value);
  if (Array.isArray(value)) return value.length > 0 && value.every(hasOrigin) ? undefined : value;
  if (isExpression(value)) {
    const secret = 'private' in value && value.private === true ? ' (private)' : '';
    return `${value.text}: ${typeWords(value.type)}${secret}`;
  }
  return key === 'type' && 'kind' in value ? typeWords(value as Type) : value;
}

function fieldWords(field: object): string {
  const { owner, name } = field as { readonly owner: string; readonly name: string };
  return `${owner}.${name}`;
}

function typeWords(type: Type): string {
  return type.kind === 'enum' ? type.members.join(' | ') : type.kind;
}
