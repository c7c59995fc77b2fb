/** What a reader sees but no program depends on. */
const wordsAlone = new Set(['origin', 'description', 'title']);

/** JSON with sorted keys, without origins and descriptions: equal for values that mean the same. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (wordsAlone.has(key)) return undefined;
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    const unsorted = part as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
      Object.keys(unsorted)
        .sort()
        .map((name) => [name, unsorted[name]]),
    );
  });
}
