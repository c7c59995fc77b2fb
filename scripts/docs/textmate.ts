/** docs/flow.tmLanguage.json: colours for editors, made from the table of tokens and the parser's rules. */
import type { ISerializedGast } from 'chevrotain';
import { clausePlaces, reservedFields } from '../../compiler/catalogue.ts';
import { grammarRules } from '../../dsl/parser.ts';
import {
  Compare,
  communicationWords,
  DateLiteral,
  declarationWords,
  NumberLiteral,
  reservedWords,
  TimeLiteral,
  unitWords,
} from '../../dsl/tokens.ts';

const constants = ['true', 'false', ...reservedFields];
const branches = ['if', 'else'];
const operators = reservedWords.filter((word) => !constants.includes(word) && !branches.includes(word));

export function textMateGrammar(): unknown {
  const statements = [...firstWords('statement'), 'else'];
  const clauses = Object.keys(clausePlaces).map((clause) => clause.replaceAll(' ', '\\s+'));
  const scenarios = firstWords('scenarioLine');
  // At the start of a line, behind `{`, `}` or `->`: elsewhere these words are names.
  const begins = '(?:(?<=[{}])|(?<=->)|^)\\s*';
  const patterns = [
    { name: 'comment.line.documentation.flow', match: '///(?!/).*$' },
    { name: 'comment.line.double-slash.flow', match: '//.*$' },
    { include: '#texts' },
    {
      match: `^(${either([...declarationWords])})(?!\\s*:)(?:\\s+([A-Za-z_]\\w*))?`,
      captures: { 1: { name: 'keyword.declaration.flow' }, 2: { name: 'entity.name.type.flow' } },
    },
    {
      match: `${begins}(on)\\s+(\\w+\\s+\\w+)`,
      captures: { 1: { name: 'keyword.control.flow' }, 2: { name: 'support.function.event.flow' } },
    },
    {
      match: `${begins}(${either(communicationWords)}|python|split)\\s+([A-Z0-9_]+)\\b`,
      captures: { 1: { name: 'keyword.control.flow' }, 2: { name: 'entity.name.function.flow' } },
    },
    {
      match: '\\b([A-Za-z_]\\w*)\\s*(?=:(?!\\d))',
      captures: { 1: { name: 'variable.other.property.flow' } },
    },
    { match: `${begins}(${clauses.join('|')})\\b`, captures: { 1: { name: 'keyword.control.clause.flow' } } },
    {
      match: `${begins}(${either([...statements, ...scenarios])})\\b`,
      captures: { 1: { name: 'keyword.control.flow' } },
    },
    { name: 'keyword.control.conditional.flow', match: word(branches) },
    { name: 'constant.language.flow', match: word(constants) },
    { name: 'keyword.operator.word.flow', match: `${word(operators)}|\\b(?<=is\\s|not\\s)set\\b` },
    { name: 'constant.other.date.flow', match: source(DateLiteral) },
    { name: 'constant.other.time.flow', match: source(TimeLiteral) },
    {
      match: `(${source(NumberLiteral)})\\s+(${either(unitWords)})\\b`,
      captures: { 1: { name: 'constant.numeric.flow' }, 2: { name: 'keyword.other.unit.flow' } },
    },
    { name: 'constant.numeric.flow', match: `\\b${source(NumberLiteral)}\\b` },
    { name: 'keyword.operator.flow', match: `->|${source(Compare)}|[=+*/|%-]` },
    { name: 'entity.name.function.flow', match: '\\b(?=\\w*[A-Z])[A-Z0-9_]{2,}\\b' },
  ];
  const placeholder = {
    name: 'meta.embedded.liquid.flow',
    begin: '\\{\\{',
    end: '\\}\\}',
    patterns: [{ name: 'string.quoted.single.flow', match: "'[^']*'" }],
  };
  const texts = [
    { name: 'string.quoted.triple.flow', begin: '("{3,})', end: '\\1', patterns: [placeholder] },
    {
      name: 'string.quoted.double.flow',
      begin: '"',
      end: '"|$',
      patterns: [{ name: 'constant.character.escape.flow', match: '\\\\(?:u\\{[0-9a-fA-F]+\\}|.)' }, placeholder],
    },
  ];
  return {
    $schema: 'https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json',
    name: 'flow',
    scopeName: 'source.flow',
    fileTypes: ['flow'],
    patterns,
    repository: { texts: { patterns: texts } },
  };
}

/** The words with which what a rule reads can begin. */
function firstWords(rule: string): readonly string[] {
  const rules = new Map(
    grammarRules().map((one) => {
      const { name, definition } = one as ISerializedGast & { name: string; definition: ISerializedGast[] };
      return [name, definition];
    }),
  );
  const first = ([node]: readonly ISerializedGast[]): readonly string[] => {
    if (node === undefined) return [];
    const { name, definition = [] } = node as ISerializedGast & { name: string; definition?: ISerializedGast[] };
    switch (node.type) {
      case 'Terminal':
        return name.startsWith('word ') ? [name.slice('word '.length)] : [];
      case 'NonTerminal':
        return first(rules.get(name) ?? []);
      case 'Alternation':
        return definition.flatMap((alternative) => first([alternative]));
      default:
        return first(definition);
    }
  };
  return [...new Set(first(rules.get(rule) ?? []))];
}

function either(words: readonly string[]): string {
  return words.join('|');
}

function word(words: readonly string[]): string {
  return `\\b(?:${either(words)})\\b`;
}

function source(token: { readonly PATTERN?: unknown }): string {
  return (token.PATTERN as RegExp).source;
}
