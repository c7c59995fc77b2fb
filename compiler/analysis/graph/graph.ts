/** A campaign as nodes and edges: its flows, the ways through them, and how one flow starts another. */
import { triggerRows } from '../../../runtime/model/triggers.ts';
import type { CampaignModel, FlowModel, Statement, TriggerModel } from '../../model.ts';
import { type StepKind, stepOf } from './steps.ts';

export interface Graph {
  readonly campaign: string;
  readonly title: string | null;
  readonly flows: readonly FlowGraph[];
  /** In and between flows. */
  readonly edges: readonly Edge[];
}

export interface FlowGraph {
  readonly name: string;
  readonly title: string | null;
  readonly nodes: readonly Node[];
}

export interface Node {
  /** Unique in the campaign. */
  readonly id: string;
  readonly kind: 'trigger' | 'end' | StepKind;
  readonly lines: readonly string[];
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  /** `step`: what comes next; `jump`: `to` another flow; `event`: a communication's end or update starts a flow. */
  readonly kind: 'step' | 'jump' | 'event';
}

/** A way that waits for the node it leads to. */
interface Loose {
  readonly from: string;
  readonly label: string;
}

interface Drawing {
  readonly campaign: CampaignModel;
  readonly nodes: Node[];
  readonly edges: Edge[];
  readonly prefix: string;
  /** Nodes that plan a communication, and nodes that jump, for the edges between flows. */
  readonly plans: { readonly name: string; readonly node: string }[];
  readonly jumps: { readonly flow: string; readonly node: string }[];
}

export function graphOf(campaign: CampaignModel): Graph {
  const edges: Edge[] = [];
  const plans: Drawing['plans'] = [];
  const jumps: Drawing['jumps'] = [];
  const flows = campaign.flows.map((flow) => {
    const drawing: Drawing = { campaign, nodes: [], edges, prefix: `${flow.name}_`, plans, jumps };
    drawFlow(drawing, flow);
    return { name: flow.name, title: flow.title, nodes: drawing.nodes };
  });
  const entries = campaign.flows.flatMap((flow) =>
    flow.triggers.map((trigger, index) => ({ flow: flow.name, trigger, id: triggerId(flow.name, index) })),
  );
  for (const { flow, node } of jumps) {
    const entry = entries.find((one) => one.flow === flow && triggerRows[one.trigger.on].startsFrom === 'to');
    if (entry) edges.push({ from: node, to: entry.id, label: '', kind: 'jump' });
  }
  for (const { trigger, id } of entries) {
    for (const { name, label } of awaited(trigger)) {
      for (const plan of plans.filter((one) => one.name === name))
        edges.push({ from: plan.node, to: id, label, kind: 'event' });
    }
  }
  return { campaign: campaign.name, title: campaign.title, flows, edges };
}

/** Communications a trigger names; one that takes all of them is not drawn to each. */
function awaited(trigger: TriggerModel): readonly { readonly name: string; readonly label: string }[] {
  switch (trigger.on) {
    case 'communication ended':
      return trigger.names.map((name) => ({ name, label: 'ended' }));
    case 'communication updated':
      return trigger.names.map(({ name, becomes }) => ({ name, label: becomes ?? 'updated' }));
    case 'participant created':
    case 'participant updated':
    case 'incoming session':
    case 'another flow':
      return [];
    default:
      return trigger satisfies never;
  }
}

function drawFlow(drawing: Drawing, flow: FlowModel): void {
  const entries = flow.triggers.map((trigger, index) => {
    const id = triggerId(flow.name, index);
    drawing.nodes.push({ id, kind: 'trigger', lines: [trigger.text] });
    return { from: id, label: '' };
  });
  const loose = draw(drawing, flow.body, entries);
  if (loose.length === 0) return;
  connect(drawing, loose, add(drawing, 'end', ['end']));
}

function draw(drawing: Drawing, body: readonly Statement[], entries: readonly Loose[]): readonly Loose[] {
  let loose = entries;
  for (const statement of body) {
    const step = stepOf(drawing.campaign, statement);
    const id = add(drawing, step.kind, step.lines);
    connect(drawing, loose, id);
    if (statement.kind === 'plan') drawing.plans.push({ name: statement.name, node: id });
    if (statement.kind === 'to') drawing.jumps.push({ flow: statement.flow, node: id });
    const through = step.ways.flatMap((way) => draw(drawing, way.body, [{ from: id, label: way.label }]));
    loose = [...(step.passes === 'on' ? [{ from: id, label: '' }] : []), ...through];
  }
  return loose;
}

function add(drawing: Drawing, kind: Node['kind'], lines: readonly string[]): string {
  const id = `${drawing.prefix}${drawing.nodes.length + 1}`;
  drawing.nodes.push({ id, kind, lines });
  return id;
}

function connect(drawing: Drawing, loose: readonly Loose[], to: string): void {
  for (const { from, label } of loose) drawing.edges.push({ from, to, label, kind: 'step' });
}

function triggerId(flow: string, index: number): string {
  return `${flow}_on_${index + 1}`;
}
