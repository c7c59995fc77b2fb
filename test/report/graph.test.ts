import { describe, expect, test } from 'vitest';
import { dotText } from '../../compiler/analysis/graph/dot.ts';
import { graphOf } from '../../compiler/analysis/graph/graph.ts';
import { graphPage } from '../../compiler/analysis/graph/html.ts';
import { mermaidText } from '../../compiler/analysis/graph/mermaid.ts';
import type { CampaignModel } from '../../compiler/model.ts';
import { checkFiles } from '../language/workspace.ts';

const workspace = `workspace acme { timezone: "Europe/Berlin" }
channel billing: email
agent concierge { channels: billing  results { outcome: promised | refused } }
`;

function campaignOf(flows: string): CampaignModel {
  const { model, diagnostics } = checkFiles({
    'workspace.flow': workspace,
    'hello/campaign.flow': `campaign hello "Hello & <welcome>"
participant { paid: boolean = false  visits: integer = 0 }
email HELLO { agent: concierge  at: now  window: 09:00-18:00  duration: 24 hours  template: "x" }
`,
    'hello/flows.flow': flows,
    'hello/templates/x.txt': 'x',
  });
  expect(diagnostics).toEqual([]);
  return model!.campaigns[0]!;
}

const campaign = campaignOf(`flow greet "Greet \\"them\\"" {
  on participant created
  if paid { stop }
  send HELLO
  wait for HELLO up to 2 days else { to remind }
  set visits = visits + 1
}

flow answered {
  on communication ended: HELLO
  match result.outcome {
    promised -> cancel communications
    else -> to remind
  }
}

flow remind {
  on another flow
  set paid = true
}
`);

describe('a graph', () => {
  test('as Mermaid text: ways inside flows, jumps between them, ends that start a flow', () => {
    expect(mermaidText([graphOf(campaign)])).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph c1_flow_greet["Greet #34;them#34;"]
          c1_greet_on_1(["on participant created"])
          c1_greet_2{"if paid"}
          c1_greet_3(("stop"))
          c1_greet_4[/"HELLO<br/>email on billing<br/>at now<br/>09:00-18:00"/]
          c1_greet_5{{"wait for HELLO up to 2 days"}}
          c1_greet_6>"to remind"]
          c1_greet_7["set visits = visits + 1"]
          c1_greet_8(("end"))
        end
        subgraph c1_flow_answered["answered"]
          c1_answered_on_1(["on communication ended: HELLO"])
          c1_answered_2{"match result.outcome"}
          c1_answered_3["cancel communications"]
          c1_answered_4>"to remind"]
          c1_answered_5(("end"))
        end
        subgraph c1_flow_remind["remind"]
          c1_remind_on_1(["on another flow"])
          c1_remind_2["set paid = true"]
          c1_remind_3(("end"))
        end
        c1_greet_on_1 --> c1_greet_2
        c1_greet_2 -->|"yes"| c1_greet_3
        c1_greet_2 -->|"no"| c1_greet_4
        c1_greet_4 --> c1_greet_5
        c1_greet_5 -->|"too late"| c1_greet_6
        c1_greet_5 --> c1_greet_7
        c1_greet_7 --> c1_greet_8
        c1_answered_on_1 --> c1_answered_2
        c1_answered_2 -->|"promised"| c1_answered_3
        c1_answered_2 -->|"else"| c1_answered_4
        c1_answered_3 --> c1_answered_5
        c1_remind_on_1 --> c1_remind_2
        c1_remind_2 --> c1_remind_3
        c1_greet_6 ==> c1_remind_on_1
        c1_answered_4 ==> c1_remind_on_1
        c1_greet_4 -.->|"ended"| c1_answered_on_1
      "
    `);
  });

  test('draws no way out of a branch that ends the run', () => {
    const { edges, flows } = graphOf(campaign);
    const ends = flows.flatMap(({ nodes }) => nodes).filter(({ kind }) => kind === 'stop' || kind === 'jump');
    expect(ends.length).toBe(3);
    expect(edges.filter(({ from, kind }) => kind === 'step' && ends.some(({ id }) => id === from))).toEqual([]);
  });

  test('connects only nodes that are drawn, each id once', () => {
    const { edges, flows } = graphOf(campaign);
    const ids = flows.flatMap(({ nodes }) => nodes.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(edges.filter(({ from, to }) => !ids.includes(from) || !ids.includes(to))).toEqual([]);
  });

  test('of several campaigns keeps them apart', () => {
    const text = mermaidText([graphOf(campaign), graphOf(campaign)]);
    expect(text).toContain('subgraph c1["Hello #38; #60;welcome#62;"]');
    expect(text).toContain('c2_greet_on_1 --> c2_greet_2');
  });

  test('as a page loads nothing and links flows', () => {
    const page = graphPage([campaign]);
    expect(page).not.toMatch(/<script|src=|https?:|url\(/);
    expect(page).toContain('<h1>Hello &#38; &#60;welcome&#62;</h1>');
    expect(page).toContain('<a href="#hello.remind">to remind</a>');
    expect(page).toContain('<section id="hello.remind">');
    expect(page).toContain('<small>when it ended: <a href="#hello.answered">answered</a></small>');
  });

  test('as Graphviz text quotes what it names', () => {
    const text = dotText([graphOf(campaign)]);
    expect(text).toContain('label="Greet \\"them\\"";');
    expect(text).toContain('"c1_greet_5" -> "c1_greet_6" [label="too late"];');
    expect(text.match(/\{/g)!.length).toBe(text.match(/\}/g)!.length);
  });
});
