/** `a`, `b` or `c` */
export function quotedList(words: Iterable<string>, joint: 'and' | 'or'): string {
  const all = [...words].map((word) => `\`${word}\``);
  return all.length < 2 ? (all[0] ?? 'nothing') : `${all.slice(0, -1).join(', ')} ${joint} ${all.at(-1)}`;
}
