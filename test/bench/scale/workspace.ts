/** A large workspace, the same for the same size: what a company with some hundred campaigns would write. Pure. */

/** Text by path relative to the workspace. */
export type Files = ReadonlyMap<string, string>;

export interface Size {
  readonly flows: number;
  readonly flowsPerCampaign: number;
}

const rangesOfDay = 15;
const dayRules = ['', ' on weekdays', ' on mon-sat', ' on mon, wed, fri', ' on weekdays except holidays'];
const zones = ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney', 'America/Sao_Paulo'];

/** Files of a workspace with `flows` flows in campaigns of `flowsPerCampaign` each, some 20 lines per flow. */
export function largeWorkspace({ flows, flowsPerCampaign }: Size): Files {
  const files = new Map<string, string>([
    ['workspace.flow', workspaceFile()],
    ['flowc.json', '{ "environments": { "dev": { "test": true } } }\n'],
  ]);
  const campaigns = Math.ceil(flows / flowsPerCampaign);
  for (let campaign = 0; campaign < campaigns; campaign++) {
    const folder = campaignName(campaign);
    const count = Math.min(flowsPerCampaign, flows - campaign * flowsPerCampaign);
    files.set(`${folder}/campaign.flow`, campaignFile(campaign));
    files.set(
      `${folder}/flows.flow`,
      Array.from({ length: count }, (_, flow) => flowText(campaign, flow, count)).join('\n'),
    );
    for (const name of templatesOf(campaign, count)) {
      files.set(
        `${folder}/templates/${name}.txt`,
        `Subject: ${name}\n\nHello {{ name | default: 'there' }}, order {{ order_id }} is due on {{ due_date }}.\n`,
      );
    }
  }
  return files;
}

function campaignName(campaign: number): string {
  return `campaign_${String(campaign).padStart(4, '0')}`;
}

function workspaceFile(): string {
  const hours = (index: number) => `${pad(7 + (index % rangesOfDay))}:00`;
  const windows = Array.from({ length: 2 * rangesOfDay }, (_, index) => {
    const rule = dayRules[index % dayRules.length]!;
    return `window named_${index}: ${hours(index)}-23:${index < rangesOfDay ? '00' : '30'}${rule}`;
  });
  return `workspace large {
  timezone: "Europe/Berlin"
  locale: "en-GB"
  contact_hours: 06:00-24:00
}

enum outcome: promised | refused | unreachable

profile {
  segment: gold | silver | basic
  opted_out: boolean = false
}

channel post: email

calendar holidays: 2026-12-25, 2026-12-26, 2027-01-01

${windows.join('\n')}

agent clerk {
  channels: post
  task: "Agree on a payment date."
  results {
    outcome: promised | refused
    pay_by: date
  }
}
`;
}

/** Every campaign has contact hours of its own, so that window × contact hours gives many pairs. */
function campaignFile(campaign: number): string {
  return `campaign ${campaignName(campaign)} "Campaign ${campaign}" {
  timezone: "${zones[campaign % zones.length]}"
  contact_hours: ${pad(6 + (campaign % 4))}:${campaign % 2 === 0 ? '00' : '30'}-24:00
  exit when opted_out
  defaults { agent: clerk  duration: ${24 + (campaign % 5)} hours }
}

participant {
  order_id: string required
  due_date: date required
  amount: numeric required   /// in euros
  paid: boolean = false
  attempts: integer = 0
  outcome: outcome
}

/// Sent by several flows.
email SHARED {
  at: due_date - 3 days
  window: named_${campaign % (2 * rangesOfDay)}
  template: "${templateName(campaign, 0)}"
  context: order_id, due_date, amount
}
`;
}

/** Flows hand people on in a ring, with a wait in it, and now and then to another place of the ring. */
function flowText(campaign: number, flow: number, count: number): string {
  const next = `step_${(flow + 1) % count}`;
  const other = `step_${(flow * 3 + campaign) % count}`;
  const trigger = flow === 0 ? '  on participant created\n' : '';
  const updated = flow % 4 === 1 ? '  on participant updated: due_date\n' : '';
  const head = `/// Step ${flow} of campaign ${campaign}.
flow step_${flow} "Step ${flow}" {
${trigger}${updated}  on another flow
  again: restart

  if paid { stop }
`;
  const bodies = [plain, waiting, branching];
  return `${head}${bodies[(campaign + flow) % bodies.length]!(campaign, flow, next, other)}}\n`;
}

type Body = (campaign: number, flow: number, next: string, other: string) => string;

const plain: Body = (campaign, flow, next, other) => `  email STEP_${flow} {
    at: due_date + ${flow} days
    window: ${window(campaign, flow)}
    template: "${templateName(campaign, flow)}"
    context: order_id, amount
  }
  wait ${1 + (flow % 6)} days
  if attempts >= ${3 + (flow % 3)} { to ${other} }
  set attempts = attempts + 1
  to ${next}
`;

const waiting: Body = (campaign, flow, next, other) => `  email STEP_${flow} {
    at: now
    window: ${window(campaign, flow)}
    template: "${templateName(campaign, flow)}"
  }
  wait for STEP_${flow} up to ${2 + (flow % 5)} days else { to ${other} }
  if STEP_${flow}.result.outcome == promised {
    set outcome = promised, attempts = 0
    wait until due_date + ${1 + flow} days
    if paid { stop }
  }
  to ${next}
`;

const branching: Body = (campaign, flow, next, other) => `  if segment == gold and amount > ${100 + flow} {
    send SHARED
    wait for paid up to ${3 + (campaign % 7)} days else { to ${next} }
  } else {
    email STEP_${flow} {
      at: due_date at 10:00
      window: ${window(campaign, flow)}
      template: "${templateName(campaign, flow)}"
    }
    wait ${5 + (flow % 3)} days
    to ${other}
  }
`;

/** Named ones and written ones, in turn. */
function window(campaign: number, flow: number): string {
  const index = campaign * 7 + flow * 11;
  if (index % 3 === 0) return `named_${index % (2 * rangesOfDay)}`;
  return `${pad(7 + (index % 5))}:${pad((index * 5) % 60)}-${pad(15 + (index % 7))}:30${dayRules[index % dayRules.length]}`;
}

/** A campaign has one or two templates, used by its flows in turn: 300 in 200 campaigns. */
function templateName(campaign: number, flow: number): string {
  return `text_${campaign * 2 + (campaign % 2 === 0 ? flow % 2 : 0)}`;
}

function templatesOf(campaign: number, flows: number): readonly string[] {
  return [...new Set(Array.from({ length: flows }, (_, flow) => templateName(campaign, flow)))];
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
