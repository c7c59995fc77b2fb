/** Holes of template files, start phrases and the texts of agents: names and filters exist, a value that may be missing has a `default`. */
import type { Span } from '../../dsl/ast.ts';
import { closest } from '../../dsl/closest.ts';
import { liquidFilters, templateExtensions } from '../catalogue.ts';
import type { CheckInput } from '../check.ts';
import type { AgentModel, CampaignModel, FieldModel } from '../model.ts';
import { type Report, suggest, type WorkspaceScope } from '../resolve/context.ts';

/** What Liquid itself brings along inside of tags. */
const liquidNames = ['forloop', 'tablerowloop', 'blank', 'empty', 'nil', 'null', 'true', 'false'];

/** Where texts are read, and what was said of them: an agent's are looked at for each campaign that uses it. */
export interface Texts {
  readonly exists: CheckInput['exists'];
  readonly readText: CheckInput['readText'];
  readonly sources: ReadonlyMap<string, string>;
  readonly said: Set<string>;
  /** Folders with syntax errors: fields may be missing that are declared there. */
  readonly doubted: ReadonlySet<string>;
}

/** A campaign's start phrases, template files and the texts of its agents. */
export function checkTexts(report: Report, workspace: WorkspaceScope, campaign: CampaignModel, texts: Texts): void {
  const fields = new Map<string, FieldModel>([
    ...workspace.profile,
    ...campaign.participant.map((field) => [field.name, field] as const),
  ]);
  const seen = new Set<string>();
  for (const { startPhrase, startPhraseOrigin, template } of campaign.communications) {
    if (startPhrase !== null && startPhraseOrigin !== null)
      checkHoles(report, { fields, help: '' }, startPhrase, inLiteral(texts, startPhraseOrigin));
    if (template === null || texts.readText === undefined) continue;
    const base = `${campaign.folder}/${template}`;
    const path = templateExtensions.map((extension) => `${base}.${extension}`).find(texts.exists);
    const text = path === undefined || seen.has(path) ? null : texts.readText(path);
    if (path === undefined || text === null) continue;
    seen.add(path);
    checkHoles(report, { fields, help: '' }, text, (start, end) => ({
      file: path,
      line: text.slice(0, start).split('\n').length,
      start,
      end,
    }));
  }
  for (const name of new Set(campaign.communications.map((communication) => communication.agent))) {
    const agent = workspace.agents.get(name);
    if (agent && !texts.doubted.has(campaign.folder))
      checkAgentTexts(report, agent, { fields, help: `Campaign \`${campaign.name}\` uses this agent. ` }, texts);
  }
}

/** Agents that no campaign uses: their texts know the profile alone. */
export function checkIdleAgents(
  report: Report,
  workspace: WorkspaceScope,
  campaigns: readonly CampaignModel[],
  texts: Texts,
): void {
  const used = new Set(campaigns.flatMap((campaign) => campaign.communications.map(({ agent }) => agent)));
  for (const agent of workspace.agents.values())
    if (!used.has(agent.name)) checkAgentTexts(report, agent, { fields: workspace.profile, help: '' }, texts);
}

function checkAgentTexts(report: Report, agent: AgentModel, known: Known, texts: Texts): void {
  const once: Report = (code, span, parameters, labels) => {
    const sentence = `${code} ${span.file} ${span.start}`;
    if (!texts.said.has(sentence)) report(code, span, parameters, labels);
    texts.said.add(sentence);
  };
  for (const name of ['welcomeMessage', 'task', 'instructions'] as const) {
    const origin = agent.textOrigins[name];
    const text = agent[name];
    if (text !== null && origin !== undefined) checkHoles(once, known, text, inLiteral(texts, origin));
  }
}

/** Places in a text literal: found again in the source, since escapes and indentation are gone from its value. */
function inLiteral({ sources }: Texts, literal: Span): Place {
  const source = sources.get(literal.file)?.slice(literal.start, literal.end) ?? '';
  let from = 0;
  return (_start, _end, hole) => {
    const at = source.indexOf(hole, from);
    if (at < 0) return literal;
    from = at + hole.length;
    const line = literal.line + source.slice(0, at).split('\n').length - 1;
    return { file: literal.file, line, start: literal.start + at, end: literal.start + at + hole.length };
  };
}

type Place = (start: number, end: number, hole: string) => Span;

/** Fields a hole may read; `help` stands before what mends an unknown one. */
interface Known {
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly help: string;
}

function checkHoles(report: Report, known: Known, text: string, place: Place): void {
  // Comments and raw blocks hold no holes; blanked, so that offsets stay.
  const read = text.replace(/\{%-?\s*(comment|raw)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}/g, (block) =>
    ' '.repeat(block.length),
  );
  const own = new Set([...liquidNames, ...assignedNames(read)]);
  for (const match of read.matchAll(/\{\{-?([\s\S]*?)(-?\}\}|$)/g)) {
    const start = match.index;
    const span = place(start, start + match[0].length, match[0]);
    if (match[2] === '')
      report('FLOW406', span, { what: `The hole \`${match[0].split('\n')[0]!.slice(0, 40)}\` is never closed.` });
    else checkHole(report, known, own, match[1]!, match[0], span);
  }
}

/** Names that `assign`, `capture`, `for` and their like bring into a template. */
function assignedNames(text: string): readonly string[] {
  return [...text.matchAll(/\{%-?\s*(?:assign|capture|for|tablerow|increment|decrement)\s+([A-Za-z_]\w*)/g)].map(
    (match) => match[1]!,
  );
}

function checkHole(
  report: Report,
  { fields, help }: Known,
  own: ReadonlySet<string>,
  inner: string,
  hole: string,
  span: Span,
): void {
  const [value = '', ...filters] = splitPipes(inner);
  const names = filters.map((filter) => /^\s*([A-Za-z_]\w*)/.exec(filter)?.[1] ?? '');
  for (const name of names) {
    if (!liquidFilters.includes(name)) report('FLOW404', span, { name, help: suggestFilter(name) });
  }
  if (names.some((name) => !liquidFilters.includes(name))) return;
  const path = /^\s*([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?\s*$/.exec(value);
  if (path === null) return;
  const [, head = '', member] = path;
  const name = member !== undefined && (head === 'participant' || head === 'profile') ? member : head;
  if (own.has(name) || own.has(head)) return;
  const field = fields.get(name);
  if (field === undefined) {
    report('FLOW403', span, { hole, name, help: help + suggest(name, [...fields.keys()], '') });
  } else if (!field.required && field.default === null && !names.includes('default')) {
    const shown =
      names.length > 0
        ? `{{ ${[value.trim(), ...filters.map((filter) => filter.trim())].join(' | ')} | default: '…' }}`
        : `{{ ${name} | default: '…' }}`;
    report('FLOW405', span, { name, meant: shown });
  }
}

/** At `|`, not inside of quotes. */
function splitPipes(inner: string): readonly string[] {
  return inner.match(/(?:[^|"']|"[^"]*"|'[^']*')+/g) ?? [];
}

function suggestFilter(name: string): string {
  const meant = closest(name, liquidFilters);
  return meant ? `Did you mean \`${meant}\`?` : 'Often used are `default`, `date`, `upcase`, `capitalize` and `round`.';
}
