/** What conversations bring into expressions: `result.x`, `session.channel`, `communication.status`, `NAME.reason`. */
import type { ExprOf, Name } from '../../dsl/ast.ts';
import { expressionWords } from '../../dsl/words.ts';
import { reasons, statuses } from '../../runtime/model/statuses.ts';
import type { FieldType } from '../../runtime/model/values.ts';
import type { Expression } from '../model.ts';
import { lookUp, resultsOf, suggest } from './context.ts';
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
  const whose = agents.length === 1 ? `of agent \`${agents[0]}\`` : `of the agents that lead to ${scope.where}`;
  const none = `Declare it in \`results { … }\` ${whose}.`;
  const help = suggest(name.text, [...results.keys()], none);
  scope.report('FLOW202', name.span, { kind: 'result', name: name.text, help });
  return null;
}

/** `session.channel`, `session.result.x` */
export function resolveSession(scope: ExpressionScope, path: ExprOf<'path'>, rest: readonly Name[]): Expression | null {
  const [property, result] = rest;
  const base = { text: expressionWords(path), private: false, origin: path.span };
  const isKnown = property!.text === (result === undefined ? 'channel' : 'result');
  if (!isKnown) {
    scope.report('FLOW202', property!.span, {
      kind: 'property of a session called',
      name: property!.text,
      help: 'Write `session.channel` or `session.result.…`.',
    });
    return null;
  }
  if (scope.session === null) {
    scope.report('FLOW235', path.span, { text: base.text, where: scope.where });
    return null;
  }
  const { channels, agents } = scope.session;
  if (result === undefined) return { ...base, kind: 'session channel', type: { kind: 'enum', members: channels } };
  const results = resultsOf(scope.workspace, agents);
  const type = lookUp(scope.report, results, result, 'result of the agents that answer here');
  return type && { ...base, kind: 'session result', type, name: result.text };
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
    const meant = `one result, such as \`${text === 'communication' ? 'result' : `${text}.result`}.outcome\``;
    scope.report('FLOW229', path.span, { name: `${text}.result`, what: 'all that a conversation gave', meant });
    return null;
  }
  scope.report('FLOW202', property.span, {
    kind: 'property of a communication called',
    name: property.text,
    help: suggest(property.text, [...Object.keys(types), 'result'], ''),
  });
  return null;
}
