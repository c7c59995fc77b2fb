/** Placeholders of template files, start phrases and the texts of agents: names and filters exist, a value that may be missing has a `default`. */
import type { Span } from '../../dsl/ast.ts';
import { closest } from '../../runtime/model/closest.ts';
import { templateEndings } from '../../runtime/model/template-files.ts';
import { liquidFilters } from '../catalogue.ts';
import type { Pointers } from '../diagnostics/diagnostic.ts';
import type { AgentModel, CampaignModel, FieldModel } from '../model.ts';
import { type OtherFiles, type Report, reportIf, suggestWord, type WorkspaceScope } from '../resolve/context.ts';
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
      checkPlaceholders(report, { fields, campaign: null }, startPhrase, inLiteral(texts, startPhraseOrigin));
    if (template === null || texts.readText === undefined) continue;
    const base = `${campaign.folder}/${template}`;
    const path = templateEndings.map((ending) => `${base}.${ending}`).find(texts.exists);
    const text = path === undefined || seen.has(path) ? null : texts.readText(path);
    if (path === undefined || text === null) continue;
    seen.add(path);
    checkPlaceholders(report, { fields, campaign: null }, text, (start, end) => ({
      file: path,
      line: text.slice(0, start).split(lineEnd).length,
      start,
      end,
    }));
  }
  for (const name of new Set(campaign.communications.map((communication) => communication.agent))) {
    const agent = workspace.agents.get(name);
    if (agent && !texts.doubted.has(campaign.folder))
      checkAgentTexts(report, agent, { fields, campaign: campaign.name }, texts);
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
    if (!used.has(agent.name)) checkAgentTexts(report, agent, { fields: workspace.profile, campaign: null }, texts);
}

function checkAgentTexts(report: Report, agent: AgentModel, known: Known, texts: Texts): void {
  const once = reportIf(report, (code, span) => {
    const place = `${code} ${span.file} ${span.start}`;
    return !texts.said.has(place) && texts.said.add(place).size > 0;
  });
  for (const name of ['welcomeMessage', 'task', 'instructions'] as const) {
    const origin = agent.textOrigins[name];
    const text = agent[name];
    if (text !== null && origin !== undefined) checkPlaceholders(once, known, text, inLiteral(texts, origin));
  }
}

/** Spans in a text literal: found again in the source, since escapes and indentation are gone from its value. */
function inLiteral({ sources }: Texts, literal: Span): SpanMapper {
  const source = sources.get(literal.file)?.slice(literal.start, literal.end) ?? '';
  let from = 0;
  return (_start, _end, written) => {
    const at = source.indexOf(written, from);
    if (at < 0) return literal;
    from = at + written.length;
    const line = literal.line + source.slice(0, at).split(lineEnd).length - 1;
    return { file: literal.file, line, start: literal.start + at, end: literal.start + at + written.length };
  };
}

type SpanMapper = (start: number, end: number, written: string) => Span;

/** Fields a placeholder may read; `campaign` is the one whose agent has the text. */
interface Known {
  readonly fields: ReadonlyMap<string, FieldModel>;
  readonly campaign: string | null;
}

function checkPlaceholders(report: Report, known: Known, text: string, spanOf: SpanMapper): void {
  const pieces = piecesOf(text);
  const own = new Set(assignedNames(pieces));
  const tags = new Map(wrongTags(pieces).map(({ piece, problem }) => [piece, problem]));
  for (const piece of pieces) {
    const span = spanOf(piece.start, piece.start + piece.text.length, piece.text);
    const wrong = tags.get(piece);
    if (!piece.isClosed)
      report('FLOW406', span, {
        message: piece.kind === 'tag' ? 'open tag' : 'open placeholder',
        text: opening(piece),
        help: 'close',
        closing: closing[piece.kind],
      });
    else if (wrong !== undefined)
      report('FLOW406', span, { text: piece.text, ...wrong, help: helpOfTag[wrong.message] });
    else for (const expression of expressions(piece)) checkReading(report, known, own, piece, expression, span);
  }
}

const closing = { placeholder: '}}', tag: '%}' } as const;
const helpOfTag = {
  'reads a file': 'no includes',
  'no opening tag': 'tags',
  'unknown tag': 'known tags',
  'open block': 'tags',
} as const;

function opening({ text }: Piece): string {
  return text.split('\n')[0]!.slice(0, 40);
}

function expressions(piece: Piece): readonly string[] {
  if (piece.kind === 'placeholder') return [piece.inner];
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
  if (piece.kind === 'placeholder' && problem !== null) {
    report('FLOW406', span, { text: piece.text, ...problem, help: 'form' });
    return;
  }
  const unknown = filters.find(({ name }) => !liquidFilters.includes(name));
  if (unknown !== undefined) {
    report('FLOW404', span, { name: unknown.name, ...suggestFilter(unknown.name) }, edited(piece, span, unknown.name));
    return;
  }
  const names = [value, ...filters.map(({ args }) => args)].flatMap(namesIn);
  const isMissing = names.some((written) => {
    const name = fieldName(written);
    if (own.has(name) || own.has(written.split('.')[0]!) || known.fields.has(name)) return false;
    const { campaign } = known;
    const message = campaign === null ? ({ message: 'template' } as const) : ({ message: 'agent', campaign } as const);
    const help = suggestWord(name, [...known.fields.keys()]);
    report('FLOW403', span, { placeholder: piece.text, name, ...message, ...help }, edited(piece, span, name));
    return true;
  });
  if (!isMissing && piece.kind === 'placeholder') warnOfMissing(report, known, { value, filters }, span);
}

/** The one place of the name in what is pointed at; all of it would be replaced otherwise. */
function edited({ text }: Piece, span: Span, name: string): Pointers {
  const found = [...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))];
  const [only] = found;
  if (only === undefined || found.length > 1 || span.end - span.start !== text.length) return { edited: null };
  const start = span.start + only.index;
  return { edited: { ...span, start, end: start + name.length } };
}

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

function suggestFilter(name: string) {
  const meant = closest(name, liquidFilters);
  return meant === null ? ({ help: 'common' } as const) : ({ help: 'did you mean', meant } as const);
}
