/** Holes of template files and start phrases: names and filters exist, a value that may be missing has a `default`. */
import type { Span } from '../../dsl/ast.ts';
import { closest } from '../../dsl/closest.ts';
import { liquidFilters, templateExtensions } from '../catalogue.ts';
import type { CheckInput } from '../check.ts';
import type { CampaignModel, FieldModel } from '../model.ts';
import { type Report, suggest, type WorkspaceScope } from '../resolve/context.ts';

/** What Liquid itself brings along inside of tags. */
const liquidNames = ['forloop', 'tablerowloop', 'blank', 'empty', 'nil', 'null', 'true', 'false'];

export function checkTexts(
  report: Report,
  workspace: WorkspaceScope,
  campaign: CampaignModel,
  { exists, readText }: CheckInput,
): void {
  const fields = new Map<string, FieldModel>([
    ...workspace.profile,
    ...campaign.participant.map((field) => [field.name, field] as const),
  ]);
  const seen = new Set<string>();
  for (const communication of campaign.communications) {
    if (communication.startPhrase !== null)
      checkHoles(report, fields, communication.startPhrase, () => communication.origin);
    if (communication.template === null || readText === undefined) continue;
    const base = `${campaign.folder}/${communication.template}`;
    const path = templateExtensions.map((extension) => `${base}.${extension}`).find(exists);
    const text = path === undefined || seen.has(path) ? null : readText(path);
    if (path === undefined || text === null) continue;
    seen.add(path);
    checkHoles(report, fields, text, (start, end) => ({
      file: path,
      line: text.slice(0, start).split('\n').length,
      start,
      end,
    }));
  }
}

type Place = (start: number, end: number) => Span;

function checkHoles(report: Report, fields: ReadonlyMap<string, FieldModel>, text: string, place: Place): void {
  // Comments and raw blocks hold no holes; blanked, so that offsets stay.
  const read = text.replace(/\{%-?\s*(comment|raw)\s*-?%\}[\s\S]*?\{%-?\s*end\1\s*-?%\}/g, (block) =>
    ' '.repeat(block.length),
  );
  const own = new Set([...liquidNames, ...assignedNames(read)]);
  for (const match of read.matchAll(/\{\{-?([\s\S]*?)(-?\}\}|$)/g)) {
    const start = match.index;
    const span = place(start, start + match[0].length);
    if (match[2] === '')
      report('FLOW406', span, { what: `The hole \`${match[0].split('\n')[0]!.slice(0, 40)}\` is never closed.` });
    else checkHole(report, fields, own, match[1]!, match[0], span);
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
  fields: ReadonlyMap<string, FieldModel>,
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
  const path = /^\s*([A-Za-z_]\w*)(?:\.([A-Za-z_]\w*))?\s*$/.exec(value);
  if (path === null) return;
  const [, head = '', member] = path;
  const name = member !== undefined && (head === 'participant' || head === 'profile') ? member : head;
  if (own.has(name) || own.has(head)) return;
  const field = fields.get(name);
  if (field === undefined) {
    report('FLOW403', span, { hole, name, help: suggest(name, [...fields.keys()], '') });
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
