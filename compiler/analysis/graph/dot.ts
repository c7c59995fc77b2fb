import type { Edge, Graph, Node } from './graph.ts';

const shapes: Readonly<Record<Node['kind'], string>> = {
  trigger: 'shape=box style="rounded,filled" fillcolor="#dff3e4"',
  communication: 'shape=note style=filled fillcolor="#dbe9ff"',
  decision: 'shape=diamond margin=0',
  wait: 'shape=hexagon style=filled fillcolor="#fff3cf"',
  write: 'shape=box',
  python: 'shape=component',
  cancel: 'shape=box style=dashed',
  stop: 'shape=circle width=0.3',
  jump: 'shape=rarrow margin=0.2',
  end: 'shape=doublecircle width=0.3',
};

/** Graphviz text of one or several campaigns, one cluster per flow. Ends with a line break. */
export function dotText(graphs: readonly Graph[]): string {
  const lines = [
    'digraph flows {',
    '  graph [fontname="Helvetica,Arial,sans-serif" fontsize=13];',
    '  node [fontname="Helvetica,Arial,sans-serif" fontsize=10];',
  ];
  lines.push('  edge [fontname="Helvetica,Arial,sans-serif" fontsize=9];');
  graphs.forEach((graph, index) => {
    const prefix = `c${index + 1}_`;
    for (const flow of graph.flows) {
      const title = `${graphs.length > 1 ? `${graph.title ?? graph.campaign}: ` : ''}${flow.title ?? flow.name}`;
      lines.push(`  subgraph "cluster_${prefix}${flow.name}" {`, `    label=${quoted([title])};`);
      for (const { id, kind, lines: words } of flow.nodes)
        lines.push(`    "${prefix}${id}" [label=${quoted(words)} ${shapes[kind]}];`);
      lines.push('  }');
    }
    for (const edge of graph.edges)
      lines.push(`  "${prefix}${edge.from}" -> "${prefix}${edge.to}" [${styleOf(edge)}];`);
  });
  lines.push('}');
  return `${lines.join('\n')}\n`;
}

function styleOf({ kind, label }: Edge): string {
  const style = { step: '', jump: ' style=bold', event: ' style=dashed constraint=false' }[kind];
  return `label=${quoted([label])}${style}`;
}

function quoted(lines: readonly string[]): string {
  return `"${lines.map((line) => line.replace(/["\\]/g, '\\$&')).join('\\n')}"`;
}
