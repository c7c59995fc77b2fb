/** docs/grammar.md, made from the rules of the parser and the table of tokens. */
import type { ISerializedGast } from 'chevrotain';
import { triggerRows } from '../../compiler/catalogue.ts';
import { grammarRules } from '../../dsl/parser.ts';
import {
  Compare,
  communicationWords,
  DateLiteral,
  declarationWords,
  grammarWords,
  NumberLiteral,
  reservedWords,
  TimeLiteral,
  Times,
  unitWords,
  Word,
} from '../../dsl/tokens.ts';

/** What only reads mistakes is not part of the language. */
const recovery: ReadonlySet<string> = new Set([
  'restOfLine',
  'anything',
  'comma',
  'unknownDeclaration',
  'unknownItem',
  'unknownStatement',
  'unknownScenarioLine',
]);
/** Alternatives that are read to be reported, in the words of this page. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  comparison: ['"=" sum'],
  atom: ['NUMBER NAME', ''],
};
/** Recorded one after the other; the parser takes one of them. */
const oneOf: Readonly<Record<string, readonly string[]>> = {
  setting: ['windowValue', 'pythonExpression', 'value'],
  expectation: ['expression', 'expectNone', 'expectEnded', 'expectTime', 'expectText'],
};

const names: Readonly<Record<string, string>> = {
  Word: 'NAME',
  Text: 'TEXT',
  Date: 'DATE',
  TimeOfDay: 'TIME',
  Number: 'NUMBER',
  Compare: 'COMPARE',
  Times: 'TIMES',
  CommunicationWord: 'KIND',
  UnitWord: 'UNIT',
};

interface Terminal {
  readonly name: string;
  readonly label: string;
}
type Rule = ISerializedGast & { readonly name: string; readonly definition: readonly ISerializedGast[] };

export function grammarPage(): string {
  const rules = new Map((grammarRules() as readonly Rule[]).map((rule) => [rule.name, rule]));
  const written = inlined(reachable(rules).map((name) => [name, ruleWords(rules.get(name)!)] as const));
  const words = (list: Iterable<string>) => [...list].map((word) => `\`${word}\``).join(' ');
  const plain = grammarWords.filter((word) => !reservedWords.includes(word));
  return `# Grammar

Generated from the parser and the table of tokens by \`npm run docs\`: edit those instead.

\`"…"\` is a word or a sign, \`?\` means at most once, \`*\` any number of times, \`+\` at least once; names in capitals are tokens. Line ends and indentation mean
nothing, with three exceptions: a name and the colon after it must be on one line, as must a field's name and its modifiers; an expression that
begins a line does not begin with a word that begins statements or declarations.

\`\`\`ebnf
${written.map(([name, rule]) => `${name} ::= ${rule}`).join('\n')}
triggerWords ::= ${Object.keys(triggerRows)
    .map((row) => `"${row.split(' ').join('" "')}"`)
    .join(' | ')}
\`\`\`

- \`setting\`: a window follows \`window\` and \`contact_hours\`; a string after \`python\` is a Python expression.
- \`block\`: holds at least one statement. \`flow\`: all triggers come before the first statement.
- The [reference](reference/) says which settings, clauses and fields are allowed where: the grammar treats them alike.

## Tokens

\`\`\`ebnf
NAME    ::= ${Word.PATTERN}, no reserved word
NUMBER  ::= ${NumberLiteral.PATTERN}
DATE    ::= ${DateLiteral.PATTERN}
TIME    ::= ${TimeLiteral.PATTERN}
COMPARE ::= ${Compare.PATTERN}
TIMES   ::= ${Times.PATTERN}
KIND    ::= ${choice(communicationWords)}
UNIT    ::= ${choice(unitWords)}
TEXT    ::= '"' (any character but '"', '\\' and line ends | '\\"' | '\\\\' | '\\n' | '\\t' | '\\u{' hexadecimal digits '}')* '"'
          | three or more '"', any text, as many '"'
COMMENT ::= "//" the rest of the line        "///" describes the declaration on its line or below it
\`\`\`

**Reserved words**: ${words(reservedWords)}. Every other word can be a name.

**Words that open a declaration**: ${words(declarationWords)}.

**Other words of the grammar**: ${words(plain.filter((word) => !declarationWords.has(word)))}.
`;
}

/** Without rules that are another rule and nothing else. */
function inlined(rules: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const aliases = new Map(rules.filter(([, rule]) => /^[a-z]\w*$/.test(rule)));
  // Words in quotes are no names of rules.
  const resolved = (rule: string) => rule.replace(/"[^"]*"|\w+/g, (name) => aliases.get(name) ?? name);
  return rules.flatMap(([name, rule]) => (aliases.has(name) ? [] : [[name, resolved(rule)] as const]));
}

/** From `file`, in the order in which they are first used. */
function reachable(rules: ReadonlyMap<string, Rule>): readonly string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const used of usedIn(rules.get(name)!)) visit(used);
  };
  visit('file');
  return [...found];
}

function usedIn(node: ISerializedGast): readonly string[] {
  if (node.type === 'NonTerminal') return recovery.has(nameOf(node)) ? [] : [nameOf(node)];
  return (definitionOf(node) ?? []).flatMap(usedIn);
}

function ruleWords(rule: Rule): string {
  const alternatives = oneOf[rule.name];
  if (!alternatives) return sequence(rule.definition, rule.name);
  const isChoice = (node: ISerializedGast) => node.type === 'NonTerminal' && alternatives.includes(nameOf(node));
  const head = sequence(
    rule.definition.filter((node) => !isChoice(node)),
    rule.name,
  );
  return `${head} (${alternatives.join(' | ')})`;
}

function sequence(nodes: readonly ISerializedGast[], rule: string): string {
  const words = nodes.map((node) => nodeWords(node, rule, nodes.length === 1));
  return words
    .filter((word) => word !== '')
    .join(' ')
    .replace('NAME NAME', 'triggerWords');
}

function nodeWords(node: ISerializedGast, rule: string, alone: boolean): string {
  const inner = () => sequence(definitionOf(node) ?? [], rule);
  switch (node.type) {
    case 'Terminal':
      return terminal(node as ISerializedGast & Terminal);
    case 'NonTerminal':
      return recovery.has(nameOf(node)) ? '' : nameOf(node);
    case 'Option':
      return `${grouped(inner())}?`;
    case 'Repetition':
      return `${grouped(inner())}*`;
    case 'RepetitionMandatory':
      return `${grouped(inner())}+`;
    case 'RepetitionWithSeparator':
      return `(${separated(node, inner())})?`;
    case 'RepetitionMandatoryWithSeparator':
      return separated(node, inner());
    case 'Alternation':
      return alternation(definitionOf(node) ?? [], rule, alone);
    default:
      return inner();
  }
}

function separated(node: ISerializedGast, inner: string): string {
  return `${inner} (${terminal((node as unknown as { separator: Terminal }).separator)} ${inner})*`;
}

function alternation(nodes: readonly ISerializedGast[], rule: string, alone: boolean): string {
  const all = nodes.map((node) => sequence(definitionOf(node) ?? [], rule));
  const known = all.filter((words) => !mistakes[rule]?.includes(words));
  const real = known.filter((words) => words !== '');
  // An alternative of recovery rules alone has no words either: only one written as empty makes the whole optional.
  const isOptional = nodes.some((node) => (definitionOf(node) ?? []).length === 0) && known.includes('');
  const words = real.join(' | ');
  if (isOptional) return `(${words})?`;
  return alone || real.length === 1 ? words : `(${words})`;
}

function grouped(words: string): string {
  return /^(\w+|"[^"]*")$/.test(words) || /^\([^()]*\)$/.test(words) ? words : `(${words})`;
}

function terminal(node: Terminal): string {
  const name = names[node.name];
  if (name) return name;
  return `"${node.label.replaceAll('`', '')}"`;
}

function choice(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(' | ');
}

function nameOf(node: ISerializedGast): string {
  return (node as ISerializedGast & { readonly name: string }).name;
}

function definitionOf(node: ISerializedGast): readonly ISerializedGast[] | undefined {
  return (node as ISerializedGast & { readonly definition?: readonly ISerializedGast[] }).definition;
}
