/** The same program laid out otherwise: breaks, empty lines and comments where nobody would put them. */
import fc from 'fast-check';
import { lex } from '../../dsl/lexer.ts';

export interface Change {
  /** Which gap between two tokens, in ten-thousandths of all gaps. */
  readonly place: number;
  readonly gap: 'space' | 'break' | 'empty line' | 'comment' | 'comment line' | 'description' | 'description line';
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.integer({ min: 0, max: 9999 }),
  gap: fc.constantFrom('space', 'break', 'empty line', 'comment', 'comment line', 'description', 'description line'),
});
export const changes = fc.array(change, { minLength: 3, maxLength: 14 });

export function laidOut(text: string, made: readonly Change[]): string {
  const { tokens } = lex('made.flow', text);
  const gaps = new Map(
    made.map(({ place, gap }, index) => [Math.floor((place / 10_000) * (tokens.length + 1)), gapText(gap, index)]),
  );
  let out = '';
  let end = 0;
  for (const [index, token] of tokens.entries()) {
    out += gaps.get(index) ?? text.slice(end, token.startOffset);
    out += token.image;
    end = token.startOffset + token.image.length;
  }
  return out + (gaps.get(tokens.length) ?? text.slice(end));
}

function gapText(gap: Change['gap'], index: number): string {
  switch (gap) {
    case 'space':
      return '   ';
    case 'break':
      return '\r\n';
    case 'empty line':
      return '\n \n\n';
    case 'comment':
      return `  //c${index}\n`;
    case 'comment line':
      return `\n// c${index}\n`;
    case 'description':
      return ` /// d${index}\n`;
    case 'description line':
      return `\n  ///d${index} \n`;
    default:
      return gap satisfies never;
  }
}
