/** One cause, one message: what is said again of the same name points to the other places instead. */
import { type Diagnostic, saidOnce } from './diagnostic.ts';

/** So many other places are shown; of the rest the number is told. */
const shown = 3;

/** `diagnostics` in the order in which they are shown. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Map<string, Map<string, Diagnostic>>();
  for (const each of diagnostics) {
    const own = places.get(sentence(each)) ?? new Map<string, Diagnostic>();
    places.set(
      sentence(each),
      own.set(`${each.file}:${each.span.start}`, own.get(`${each.file}:${each.span.start}`) ?? each),
    );
  }
  return [...places.values()].map((same) => {
    const [first, ...others] = [...same.values()];
    return others.length === 0
      ? first!
      : { ...first!, labels: [...(first!.labels ?? []), ...alsoAt(others)], ...editsOf(same) };
  });
}

/** Equal for what is one message. */
function sentence({ code, message, file, span }: Diagnostic): string {
  return [code, message, ...(saidOnce(code) ? [] : [file, span.start, span.end])].join('\n');
}

/** Of all the places: the help of the first is that of each. */
function editsOf(same: ReadonlyMap<string, Diagnostic>): Pick<Diagnostic, 'edits'> {
  const edits = [...same.values()].flatMap((each) => each.edits ?? []);
  return edits.length > 0 ? { edits } : {};
}

function alsoAt(others: readonly Diagnostic[]): NonNullable<Diagnostic['labels']> {
  const more = others.length - shown;
  return others.slice(0, shown).map(({ span }, index) => ({
    span,
    text: more > 0 && index === shown - 1 ? `also here, and ${more} more` : 'also here',
  }));
}
