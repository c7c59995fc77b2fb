/** Holes of template files, start phrases and the texts of agents: names and filters exist, a value that may be missing has a `default`. */
import type { Span } from '../../dsl/ast.ts';
import { closest } from '../../runtime/model/closest.ts';
import { templateEndings } from '../../runtime/model/template-files.ts';
import { liquidFilters } from '../catalogue.ts';
import type { AgentModel, CampaignModel, FieldModel } from '../model.ts';
import { type OtherFiles, type Report, suggest, type WorkspaceScope } from '../resolve/context.ts';
import {
  assignedNames,
  expressionsOf,
  namesIn,
  type Piece,
  piecesOf,
  type Reading,
  readingOf,
  tagOf,
  wrongTags,
} from './liquid.ts';

const lineEnd = /\r\n?|\n/;

/** Where texts are read, and what was said of them: an agent's are looked at for each campaign that uses it. */
export interface Texts extends OtherFiles {
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
    const path = templateEndings.map((ending) => `${base}.${ending}`).find(texts.exists);
    const text = path === undefined || seen.has(path) ? null : texts.readText(path);
    if (path === undefined || text === null) continue;
    seen.add(path);
    checkHoles(report, { fields, help: '' }, text, (start, end) => ({
      file: path,
      line: text.slice(0, start).split(lineEnd).length,
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
    const line = literal.line + source.slice(0, at).split(lineEnd).length - 1;
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
  const pieces = piecesOf(text);
  const own = new Set(assignedNames(pieces));
  const tags = new Map(wrongTags(pieces).map(({ piece, what }) => [piece, what]));
  for (const piece of pieces) {
    const span = place(piece.start, piece.start + piece.text.length, piece.text);
    const wrong = tags.get(piece);
    if (!piece.isClosed)
      report('FLOW406', span, {
        what: `${opening(piece)} is never closed.`,
        help: `Close it with \`${closing[piece.kind]}\`.`,
      });
    else if (wrong !== undefined)
      report('FLOW406', span, {
        what: wrong,
        help: 'Close each tag with its `{% end… %}`, and remove what belongs to none.',
      });
    else for (const expression of expressions(piece)) checkReading(report, known, own, piece, expression, span);
  }
}

const closing = { hole: '}}', tag: '%}' } as const;

function opening({ kind, text }: Piece): string {
  return `The ${kind} \`${text.split('\n')[0]!.slice(0, 40)}\``;
}

function expressions(piece: Piece): readonly string[] {
  if (piece.kind === 'hole') return [piece.inner];
  const { word, rest } = tagOf(piece);
  return expressionsOf(word, rest);
}

function checkReading(
  report: Report,
  known: Known,
  own: ReadonlySet<string>,
  piece: Piece,
  expression: string,
  span: Span,
): void {
  const { value, filters, problem } = readingOf(expression);
  if (piece.kind === 'hole' && problem !== null) {
    report('FLOW406', span, { what: `The hole \`${piece.text}\` ${problem}.`, help: holeForm });
    return;
  }
  const unknown = filters.find(({ name }) => !liquidFilters.includes(name));
  if (unknown !== undefined) {
    report('FLOW404', span, { name: unknown.name, help: suggestFilter(unknown.name) });
    return;
  }
  const names = [value, ...filters.map(({ args }) => args)].flatMap(namesIn);
  const isMissing = names.some((written) => {
    const name = fieldName(written);
    if (own.has(name) || own.has(written.split('.')[0]!) || known.fields.has(name)) return false;
    const help = known.help + suggest(name, [...known.fields.keys()], '');
    report('FLOW403', span, { hole: piece.text, name, help });
    return true;
  });
  if (!isMissing && piece.kind === 'hole') warnOfMissing(report, known, { value, filters }, span);
}

const holeForm =
  'A hole is written `{{ field }}` or `{{ field | filter: value }}`; what it computes, it computes by filters.';

function fieldName(written: string): string {
  const [head = '', member] = written.split('.');
  return member !== undefined && (head === 'participant' || head === 'profile') ? member : head;
}

function warnOfMissing(
  report: Report,
  { fields }: Known,
  { value, filters }: Pick<Reading, 'value' | 'filters'>,
  span: Span,
): void {
  const name = fieldName(value);
  const field = fields.get(name);
  if (field === undefined || field.required || field.default !== null) return;
  if (filters.some((filter) => filter.name === 'default')) return;
  const written = filters.map((filter) =>
    filter.args === '' ? filter.name : `${filter.name}:${filter.args.trimEnd()}`,
  );
  report('FLOW405', span, { name, meant: `{{ ${[value, ...written].join(' | ')} | default: '…' }}` });
}

function suggestFilter(name: string): string {
  const meant = closest(name, liquidFilters);
  return meant ? `Did you mean \`${meant}\`?` : 'Often used are `default`, `date`, `upcase`, `capitalize` and `round`.';
}
