/** Members of an enumeration that were meant. */
import type { Expr } from '../../dsl/ast.ts';
import { type Suggestion, suggestWord } from './context.ts';

/** Words that could have been meant: as an edit, in quotes where `written` has them. */
export function suggestMember(
  word: string,
  words: readonly string[],
  written: Pick<Expr, 'kind'>,
): Suggestion | { readonly help: 'did you mean string'; readonly meant: string } {
  const suggestion = suggestWord(word, words);
  return suggestion.help === 'did you mean' && written.kind === 'text'
    ? { help: 'did you mean string', meant: suggestion.meant }
    : suggestion;
}
