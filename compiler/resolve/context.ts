/** What resolving needs to know around the place it looks at. */
import type { Name, Span } from '../../dsl/ast.ts';
import { closest } from '../../runtime/model/closest.ts';
import type { FieldType } from '../../runtime/model/values.ts';
import type { Window } from '../../runtime/model/window.ts';
import type { Given, Pointers } from '../diagnostics/diagnostic.ts';
import { label } from '../diagnostics/labels.ts';
import type { Kind } from '../diagnostics/slots.ts';
import type { Code, Parameters } from '../diagnostics/table.ts';
import type { AgentModel, ChannelModel, Expression, FieldModel, LimitModel } from '../model.ts';

export type Report = <C extends string>(
  code: C & Code,
  span: Span,
  parameters: Parameters<C>,
  pointers?: Pointers,
) => void;

/** A report of any code, whose parameters were checked by the {@link Report} behind which it is. */
type AnyReport = (code: Code, span: Span, parameters: Given, pointers?: Pointers) => void;

export function reportThrough(report: AnyReport): Report {
  return report as unknown as Report;
}

/** A report that passes on what `isWanted`. */
export function reportIf(report: Report, isWanted: (code: Code, span: Span) => boolean): Report {
  const pass = report as unknown as AnyReport;
  return reportThrough((code, span, parameters, pointers) => {
    if (isWanted(code, span)) pass(code, span, parameters, pointers);
  });
}

/** Files of the workspace beside the flows; paths relative to it. */
export interface OtherFiles {
  readonly exists: (path: string) => boolean;
  /** Text of a template, of an agent's file or of flowc.json; null if it cannot be read. Without it they are not read. */
  readonly readText?: (path: string) => string | null;
}

export interface NamedWindow {
  readonly window: Window;
  readonly name: Name;
}

/** Everything of workspace.flow that campaigns refer to. */
export interface WorkspaceScope {
  readonly report: Report;
  readonly name: string;
  readonly timezone: string;
  readonly locale: string;
  readonly contactHours: Window | null;
  readonly enums: ReadonlyMap<string, readonly string[]>;
  readonly profile: ReadonlyMap<string, FieldModel>;
  readonly channels: ReadonlyMap<string, ChannelModel>;
  readonly calendars: ReadonlyMap<string, readonly string[]>;
  readonly windows: ReadonlyMap<string, NamedWindow>;
  readonly agents: ReadonlyMap<string, AgentModel>;
  readonly skipWhen: Expression | null;
  readonly limits: readonly LimitModel[];
}

/** What is known of a communication before its expressions are resolved. */
export interface CommunicationSketch {
  readonly name: string;
  readonly agent: string | null;
  readonly span: Span;
}

export interface CampaignScope {
  readonly workspace: WorkspaceScope;
  readonly report: Report;
  /** Path relative to the campaign's folder. */
  readonly exists: (path: string) => boolean;
  readonly folder: string;
  readonly participant: ReadonlyMap<string, FieldModel>;
  readonly communications: ReadonlyMap<string, CommunicationSketch>;
  /** Names of flows, and whether `to` may enter them. */
  readonly flows: ReadonlyMap<string, { readonly entered: boolean; readonly span: Span }>;
}

/** Fields by bare name: the participant's hide the profile's. */
export function findField(scope: CampaignScope, name: string): FieldModel | undefined {
  return scope.participant.get(name) ?? scope.workspace.profile.get(name);
}

export function fieldNames(scope: CampaignScope): string[] {
  return [...scope.participant.keys(), ...scope.workspace.profile.keys()];
}

/** A help of {@link suggestions}, with what it says. */
export type Suggestion =
  | { readonly help: 'did you mean'; readonly meant: string }
  | { readonly help: 'available'; readonly candidates: readonly string[] }
  | { readonly help: 'available and more'; readonly candidates: readonly string[]; readonly more: number };

/** The nearest candidate, else all there are; without any, `otherwise`. */
export function suggest<Otherwise>(
  word: string,
  candidates: readonly string[],
  otherwise: Otherwise,
): Suggestion | Otherwise {
  const meant = closest(word, candidates);
  if (meant !== null) return { help: 'did you mean', meant };
  return candidates.length === 0 ? otherwise : available(candidates);
}

/** The same of words there are always some of. */
export function suggestWord(word: string, words: readonly string[]): Suggestion {
  return suggest(word, words, available(words));
}

function available(candidates: readonly string[]): Suggestion {
  const shown = 10;
  return candidates.length > shown + 2
    ? { help: 'available and more', candidates: candidates.slice(0, shown), more: candidates.length - shown }
    : { help: 'available', candidates };
}

/** Looks a name up; unknown ones are reported with the nearest. */
export function lookUp<T>(report: Report, table: ReadonlyMap<string, T>, name: Name, kind: Kind): T | null {
  const found = table.get(name.text);
  if (found !== undefined) return found;
  const help = suggest(name.text, [...table.keys()], { help: 'declare it' } as const);
  report('FLOW202', name.span, { message: 'name', kind, name: name.text, ...help });
  return null;
}

/** Which names are taken, by what and where. */
export type DeclaredNames = Map<string, { readonly kind: Kind; readonly span: Span }>;

/** Enters a declaration; a second one of the name is reported and dropped. */
export function declare<T>(
  report: Report,
  table: Map<string, T>,
  name: Name,
  kind: Kind,
  value: T,
  declared: DeclaredNames,
): boolean {
  const first = declared.get(name.text);
  if (first !== undefined) {
    const { span } = first;
    report(
      'FLOW203',
      name.span,
      { name: name.text, kind: first.kind, line: span.line, file: span.file },
      { labels: [label(span, 'first')] },
    );
    return false;
  }
  declared.set(name.text, { kind, span: name.span });
  table.set(name.text, value);
  return true;
}

/** Result fields a conversation of these agents may have, by name. Enumerations of several agents are joined. */
export function resultsOf(workspace: WorkspaceScope, agents: Iterable<string>): ReadonlyMap<string, FieldType> {
  const results = new Map<string, FieldType>();
  for (const agent of new Set(agents)) {
    for (const { name, type } of workspace.agents.get(agent)?.results ?? []) {
      const before = results.get(name);
      const joined =
        before?.kind === 'enum' && type.kind === 'enum'
          ? { kind: 'enum' as const, members: [...new Set([...before.members, ...type.members])] }
          : type;
      results.set(name, joined);
    }
  }
  return results;
}
