import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsOf, triggerRows } from '../../compiler/catalogue.ts';
import { grammarWords } from '../../dsl/tokens.ts';
import { generatedPages } from '../../scripts/docs/pages.ts';
import { textMateGrammar } from '../../scripts/docs/textmate.ts';

const docs = join(import.meta.dirname, '../../docs');
const pages = generatedPages();

describe('pages made from the language', () => {
  it.each([...pages])('docs/%s is what `npm run docs` writes', (path, text) => {
    expect(readFileSync(join(docs, path), 'utf8')).toBe(text);
  });

  it('are all there is in docs/reference', () => {
    const written = readdirSync(join(docs, 'reference')).map((name) => `reference/${name}`);
    expect(written.sort()).toEqual([...pages.keys()].filter((path) => path.startsWith('reference/')).sort());
  });
});

describe('docs/grammar.md', () => {
  const [rules = ''] = /```ebnf\n([\s\S]*?)```/.exec(pages.get('grammar.md')!)!.slice(1);
  const defined = [...rules.matchAll(/^(\w+) ::=/gm)].map(([, name]) => name!);
  const written = rules.replace(/^\w+ ::=/gm, '');
  const used = new Set(written.replace(/"[^"]*"/g, '').match(/[A-Za-z]\w*/g));

  it('defines every rule it uses, once, and uses every rule it defines', () => {
    const tokens = ['NAME', 'NUMBER', 'DATE', 'TIME', 'COMPARE', 'TIMES', 'KIND', 'UNIT', 'TEXT'];
    expect([...used].filter((name) => !defined.includes(name) && !tokens.includes(name))).toEqual([]);
    expect(defined.filter((name) => name !== 'file' && !used.has(name))).toEqual([]);
    expect(new Set(defined).size).toBe(defined.length);
  });

  it('shows every word of the grammar', () => {
    const page = pages.get('grammar.md')!;
    const shown = new Set([...page.matchAll(/"([^"\s]+)"/g)].map(([, word]) => word));
    expect(grammarWords.filter((word) => !shown.has(word))).toEqual([]);
  });
});

describe('docs/flow.tmLanguage.json', () => {
  interface Pattern {
    readonly match?: string;
    readonly name?: string;
    readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  }
  const { patterns } = textMateGrammar() as { patterns: readonly Pattern[] };
  /** As an editor does: the pattern that matches first wins, the earlier one where two do. */
  const scopeOf = (line: string, word: string): string | undefined => {
    const place = line.indexOf(word);
    for (let at = 0; at <= place; ) {
      const found = patterns.flatMap((pattern) => {
        const match = pattern.match === undefined ? null : new RegExp(pattern.match, 'gmd');
        if (match === null) return [];
        match.lastIndex = at;
        const result = match.exec(line);
        return result ? [{ pattern, result }] : [];
      });
      const next = found.toSorted((a, b) => a.result.index - b.result.index)[0];
      if (!next) return undefined;
      for (const [group, [start, end] = [-1, -1]] of next.result.indices!.entries()) {
        const scope = group === 0 ? next.pattern.name : next.pattern.captures?.[group]?.name;
        if (scope && start <= place && place < end) return scope;
      }
      at = Math.max(at + 1, next.result.index + next.result[0].length);
    }
    return undefined;
  };

  it.each([
    ['flow remind "First" {', 'flow', 'keyword.declaration.flow'],
    ['flow remind "First" {', 'remind', 'entity.name.type.flow'],
    ['  on participant created', 'participant', 'support.function.event.flow'],
    ['  window: 09:00-18:00 on weekdays', 'window', 'variable.other.property.flow'],
    ['  window: 09:00-18:00 on weekdays', '18:00', 'constant.other.time.flow'],
    ['  email HELLO {', 'HELLO', 'entity.name.function.flow'],
    ['  if paid { stop }', 'stop', 'keyword.control.flow'],
    ['    promised -> to escalate', 'to', 'keyword.control.flow'],
    ['  duration: 24 hours', 'hours', 'keyword.other.unit.flow'],
    ['  at: due_date - 3 days // soon', 'soon', 'comment.line.double-slash.flow'],
    ['  due: date  /// when', 'when', 'comment.line.documentation.flow'],
    ['  exit when opted_out', 'exit', 'keyword.control.clause.flow'],
    ['  if a is not set { stop }', 'set', 'keyword.operator.word.flow'],
  ])('%s: `%s` is %s', (line, word, scope) => {
    expect(scopeOf(line, word)).toBe(scope);
  });
});

describe('docs/reference', () => {
  it('has every setting of a communication and every trigger', () => {
    const page = pages.get('reference/communications.md')!;
    expect(settingsOf('voice').filter(({ name }) => !page.includes(`| \`${name}\` |`))).toEqual([]);
    const triggers = pages.get('reference/triggers.md')!;
    expect(Object.keys(triggerRows).filter((words) => !triggers.includes(`\`on ${words}\``))).toEqual([]);
  });
});
