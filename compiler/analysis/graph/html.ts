/** A page that shows campaigns as nested steps: everything in one file, no script, nothing loaded from elsewhere. */
import type { CampaignModel, FlowModel, Statement } from '../../model.ts';
import { graphOf } from './graph.ts';
import { mermaidText } from './mermaid.ts';
import { type Step, stepOf } from './steps.ts';

export function graphPage(campaigns: readonly CampaignModel[]): string {
  const title = campaigns.map((campaign) => campaign.title ?? campaign.name).join(', ');
  const source = mermaidText(campaigns.map(graphOf));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${style}</style>
${campaigns.map(campaignSection).join('\n')}
<details><summary>The same as Mermaid text</summary><pre>${escaped(source)}</pre></details>
</html>
`;
}

function campaignSection(campaign: CampaignModel): string {
  const flows = campaign.flows.map((flow) => flowSection(campaign, flow)).join('\n');
  return `<h1>${escaped(campaign.title ?? campaign.name)}</h1>\n<main>\n${flows}\n</main>`;
}

function flowSection(campaign: CampaignModel, flow: FlowModel): string {
  const triggers = flow.triggers.map((trigger) => `<li>${escaped(trigger.text)}</li>`).join('');
  const named = flow.title === null ? '' : ` <small>${escaped(flow.name)}</small>`;
  return `<section id="${flowId(campaign, flow.name)}">
<h2>${escaped(flow.title ?? flow.name)}${named}</h2>
<ul class="triggers">${triggers}</ul>
${steps(campaign, flow.body)}
</section>`;
}

function steps(campaign: CampaignModel, body: readonly Statement[]): string {
  if (body.length === 0) return '<p class="on">goes on</p>';
  return `<ol>\n${body.map((statement) => stepItem(campaign, stepOf(campaign, statement))).join('\n')}\n</ol>`;
}

function stepItem(campaign: CampaignModel, step: Step): string {
  const [first = '', ...more] = step.lines;
  const detail = more.map((line) => `<small>${escaped(line)}</small>`).join('');
  const ways = step.ways.map(({ label, body }) => `<div><b>${escaped(label)}</b>\n${steps(campaign, body)}\n</div>`);
  const inside = ways.length === 0 ? '' : `\n<div class="ways">\n${ways.join('\n')}\n</div>`;
  return `<li class="${step.kind}"><span>${words(campaign, step, first)}</span>${detail}${after(campaign, step)}${inside}</li>`;
}

function words(campaign: CampaignModel, { statement }: Step, text: string): string {
  if (statement.kind !== 'to') return escaped(text);
  return `<a href="#${flowId(campaign, statement.flow)}">${escaped(text)}</a>`;
}

/** Which flows the end of a communication starts. */
function after(campaign: CampaignModel, { statement }: Step): string {
  if (statement.kind !== 'plan') return '';
  const started = campaign.flows.filter((flow) =>
    flow.triggers.some(
      (trigger) =>
        trigger.on === 'communication ended' && (trigger.names.length === 0 || trigger.names.includes(statement.name)),
    ),
  );
  const links = started.map(({ name }) => `<a href="#${flowId(campaign, name)}">${escaped(name)}</a>`);
  return links.length === 0 ? '' : `<small>when it ended: ${links.join(', ')}</small>`;
}

function flowId(campaign: CampaignModel, flow: string): string {
  return `${campaign.name}.${flow}`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

const style = `
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem; }
main { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
section { border: 1px solid #8886; border-radius: 8px; padding: 1rem; min-width: 18rem; }
section:target { outline: 3px solid #3b82f6; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
small { display: block; opacity: .7; }
h2 small { display: inline; font-weight: normal; }
ol, ul { list-style: none; margin: 0; padding: 0; }
.triggers li { color: #16803c; font-weight: 600; }
ol > li { border-left: 4px solid #8888; margin: .5rem 0; padding: .15rem .6rem; }
li.communication { border-color: #3b82f6; } li.communication > span { font-weight: 600; }
li.wait { border-color: #d99a00; } li.decision { border-color: #8b5cf6; } li.python { border-color: #0d9488; }
li.stop, li.jump { border-color: #dc2626; }
.ways { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: .3rem; }
.ways > div { border: 1px dashed #8886; border-radius: 6px; padding: .2rem .6rem; }
.on { margin: .3rem 0; opacity: .6; font-style: italic; }
details { margin-top: 2rem; } pre { overflow-x: auto; }
`;
