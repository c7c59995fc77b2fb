/**
 * A reference means one thing, a bare word of the language may mean another where it stands: a participant's field hides the profile's of
 * the same name, and a field stands before a member. Such words are spelt out (`profile.x`, `"member"`) once all fields are known.
 */
import { systemFields } from '../../runtime/model/system-fields.ts';
import type { Declaration, Expr, Name } from '../ast.ts';

type Meaning = 'profile' | 'member';
const meanings = new WeakMap<object, Meaning>();

/** Says what the bare word of a path, or of the target of an assignment, stands for. */
export function meant<N extends Expr | readonly Name[]>(node: N, meaning: Meaning): N {
  meanings.set(node, meaning);
  return node;
}

/** Names of fields by the folder of their campaign; those of the profile stand at `null`. */
export type KnownFields = ReadonlyMap<string | null, ReadonlySet<string>>;

const system: readonly string[] = systemFields.map(({ name }) => name);

export function spelledOut(declaration: Declaration, folder: string, known: KnownFields): Declaration {
  const own = known.get(folder) ?? new Set();
  const isField = (word: string) => own.has(word) || system.includes(word) || known.get(null)?.has(word) === true;

  function copy<T>(node: T): T {
    if (typeof node !== 'object' || node === null) return node;
    const meaning = meanings.get(node);
    if (meaning !== undefined) return inFull(node as unknown as Expr | readonly Name[], meaning) as T;
    if (Array.isArray(node)) return node.map(copy) as T;
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, copy(value)])) as T;
  }

  function inFull(node: Expr | readonly Name[], meaning: Meaning): Expr | readonly Name[] {
    if (!('kind' in node)) return meaning === 'profile' ? qualified(node) : node;
    if (node.kind !== 'path') return node;
    if (meaning === 'profile') return { ...node, names: qualified(node.names) };
    const word = node.names[0]!.text;
    const { span } = node;
    return isField(word) ? { kind: 'text', text: { value: word, raw: false, span }, span } : node;
  }

  function qualified(names: readonly Name[]): readonly Name[] {
    const [first] = names;
    return first !== undefined && own.has(first.text) ? [{ ...first, text: 'profile' }, first] : names;
  }

  return copy(declaration);
}
