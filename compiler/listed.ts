/** `a`, `b` or `c` */
export function listed(words: Iterable<string>): string {
  const all = [...words].map((word) => `\`${word}\``);
  return all.length < 2 ? (all[0] ?? 'nothing') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
