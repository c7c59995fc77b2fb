/** What resolving needs to know around the place it looks at. */
import type { Name, Span } from '../../dsl/ast.ts';
import { closest } from '../../runtime/model/closest.ts';
import type { FieldType } from '../../runtime/model/values.ts';
import type { Window } from '../../runtime/model/window.ts';
import type { Code, Label, Parameters } from '../diagnostics.ts';
import { listed } from '../listed.ts';
import type { AgentModel, ChannelModel, Expression, FieldModel, LimitModel } from '../model.ts';

export type Report = <C extends Code>(
  code: C,
  span: Span,
  parameters: Parameters<C>,
  labels?: readonly Label[],
) => void;

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

/** "Did you mean …", else what there is. */
export function suggest(word: string, candidates: readonly string[], none: string): string {
  const meant = closest(word, candidates);
  if (meant !== null) return `Did you mean \`${meant}\`?`;
  if (candidates.length === 0) return none;
  return candidates.length > 12
    ? `There are ${listed(candidates.slice(0, 10))}, and ${candidates.length - 10} more.`
    : `There ${candidates.length === 1 ? 'is only' : 'are'} ${listed(candidates).replace(/ or (`[^`]*`)$/, ' and $1')}.`;
}

/** Looks a name up; unknown ones are reported with the nearest. */
export function lookUp<T>(report: Report, table: ReadonlyMap<string, T>, name: Name, kind: string): T | null {
  const found = table.get(name.text);
  if (found !== undefined) return found;
  report('FLOW202', name.span, {
    kind,
    name: name.text,
    help: suggest(name.text, [...table.keys()], `No ${kind} is declared.`),
  });
  return null;
}

/** What bears a name already, and where. */
export type Places = Map<string, { readonly kind: string; readonly span: Span }>;

/** Enters a declaration; a second one of the name is reported and dropped. */
export function declare<T>(
  report: Report,
  table: Map<string, T>,
  name: Name,
  kind: string,
  value: T,
  places: Places,
): boolean {
  const first = places.get(name.text);
  if (first !== undefined) {
    const { span } = first;
    report('FLOW203', name.span, { name: name.text, kind: first.kind, line: span.line, file: span.file }, [
      { span, text: 'first here' },
    ]);
    return false;
  }
  places.set(name.text, { kind, span: name.span });
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
