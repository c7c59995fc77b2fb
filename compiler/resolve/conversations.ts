/** What conversations bring into expressions: `result.x`, `session.channel`, `communication.status`, `NAME.reason`. */
import type { ExprOf, Name } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { reasons, statuses } from '../../runtime/model/statuses.ts';
import type { FieldType } from '../../runtime/model/values.ts';
import type { Expression } from '../model.ts';
import { resultsOf, suggest, suggestWord } from './context.ts';
import type { ExpressionScope } from './expressions.ts';

export function resolveResult(
  scope: ExpressionScope,
  path: ExprOf<'path'>,
  name: Name,
  of: string | null,
  agents: readonly string[],
): Expression | null {
  const results: ReadonlyMap<string, FieldType> = resultsOf(scope.workspace, agents);
  const type = results.get(name.text);
  if (type !== undefined)
    return {
      kind: 'result',
      type,
      text: expressionWords(path),
      private: false,
      origin: path.span,
      name: name.text,
      of,
    };
  const help = suggest(name.text, [...results.keys()], declareResult(agents));
  scope.report('FLOW202', name.span, { message: 'name', kind: 'result', name: name.text, ...help });
  return null;
}

type DeclareResult =
  | { readonly help: 'declare result'; readonly agent: string }
  | { readonly help: 'declare result of one'; readonly agents: readonly string[] }
  | { readonly help: 'declare result of any' };

function declareResult(agents: readonly string[]): DeclareResult {
  const [agent, ...others] = new Set(agents);
  if (agent === undefined) return { help: 'declare result of any' };
  return others.length === 0
    ? { help: 'declare result', agent }
    : { help: 'declare result of one', agents: [agent, ...others] };
}

/** Where no session is known. */
function whereText({ where }: ExpressionScope) {
  if (where.kind === 'flow') return { message: 'flow', flow: where.name, help: 'flow' } as const;
  // A scenario knows a session: it may begin with one.
  return { message: where.kind === 'scenario' ? 'clause' : where.kind, help: 'elsewhere' } as const;
}

/** `session.channel`, `session.result.x` */
export function resolveSession(scope: ExpressionScope, path: ExprOf<'path'>, rest: readonly Name[]): Expression | null {
  const [property, result] = rest;
  const base = { text: expressionWords(path), private: false, origin: path.span };
  const isKnown = property!.text === (result === undefined ? 'channel' : 'result');
  if (!isKnown) {
    scope.report('FLOW202', property!.span, {
      message: 'session property',
      name: property!.text,
      help: 'session properties',
    });
    return null;
  }
  if (scope.session === null) {
    scope.report('FLOW235', path.span, { text: base.text, ...whereText(scope) });
    return null;
  }
  const { channels, agents } = scope.session;
  if (result === undefined) return { ...base, kind: 'session channel', type: { kind: 'enum', members: channels } };
  const results = resultsOf(scope.workspace, agents);
  const type = results.get(result.text);
  if (type === undefined) {
    const help = suggest(result.text, [...results.keys()], declareResult(agents));
    scope.report('FLOW202', result.span, { message: 'session result', name: result.text, ...help });
    return null;
  }
  return { ...base, kind: 'session result', type, name: result.text };
}

export function resolveProperty(
  scope: ExpressionScope,
  path: ExprOf<'path'>,
  property: Name,
  of: string | null,
): Expression | null {
  const types: Readonly<Record<'name' | 'status' | 'reason' | 'channel', readonly string[]>> = {
    name: [...scope.communications.keys()],
    status: Object.keys(statuses),
    reason: Object.keys(reasons),
    channel: [...scope.workspace.channels.keys()],
  };
  if (Object.hasOwn(types, property.text)) {
    const key = property.text as keyof typeof types;
    return {
      kind: 'communication',
      type: { kind: 'enum', members: types[key] },
      text: expressionWords(path),
      private: false,
      origin: path.span,
      property: key,
      of,
    };
  }
  if (property.text === 'result') {
    const { text } = path.names[0]!;
    const result = text === 'communication' ? 'result' : `${text}.result`;
    scope.report('FLOW229', path.span, { message: 'results', name: `${text}.result`, help: 'result', result });
    return null;
  }
  scope.report('FLOW202', property.span, {
    message: 'communication property',
    name: property.text,
    ...suggestWord(property.text, [...Object.keys(types), 'result']),
  });
  return null;
}
