import type { Edge, Graph, Node } from './graph.ts';

/** Brackets of Mermaid that give each kind of node its shape. */
const shapes: Readonly<Record<Node['kind'], readonly [string, string]>> = {
  trigger: ['([', '])'],
  communication: ['[/', '/]'],
  decision: ['{', '}'],
  wait: ['{{', '}}'],
  write: ['[', ']'],
  python: ['[[', ']]'],
  cancel: ['[', ']'],
  stop: ['((', '))'],
  jump: ['>', ']'],
  end: ['((', '))'],
};

/** A Mermaid flowchart of one or several campaigns, one subgraph per flow. Ends with a line break. */
export function mermaidText(graphs: readonly Graph[]): string {
  const lines = ['flowchart TD'];
  graphs.forEach((graph, index) => {
    const prefix = `c${index + 1}_`;
    const inside = graphs.length > 1 ? '  ' : '';
    if (graphs.length > 1) lines.push(`  subgraph ${prefix.slice(0, -1)}["${label([graph.title ?? graph.campaign])}"]`);
    for (const flow of graph.flows) {
      lines.push(`${inside}  subgraph ${prefix}flow_${flow.name}["${label([flow.title ?? flow.name])}"]`);
      for (const { id, kind, lines: words } of flow.nodes) {
        const [open, close] = shapes[kind];
        lines.push(`${inside}    ${prefix}${id}${open}"${label(words)}"${close}`);
      }
      lines.push(`${inside}  end`);
    }
    if (graphs.length > 1) lines.push('  end');
    for (const edge of graph.edges) lines.push(`  ${prefix}${edge.from} ${arrow(edge)} ${prefix}${edge.to}`);
  });
  return `${lines.join('\n')}\n`;
}

function arrow({ kind, label: text }: Edge): string {
  const words = text === '' ? '' : `|"${label([text])}"|`;
  switch (kind) {
    case 'step':
      return `-->${words}`;
    case 'jump':
      return `==>${words}`;
    case 'event':
      return `-.->${words}`;
    default:
      return kind satisfies never;
  }
}

/** Signs that mean something to Mermaid or to HTML become its entities. */
function label(lines: readonly string[]): string {
  const entity = (sign: string) => `#${sign.codePointAt(0)};`;
  return lines.map((line) => line.replace(/["#<>&`\\;{}[\]|]/g, entity)).join('<br/>');
}
