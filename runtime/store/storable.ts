/** Text of others as Postgres takes it: without NUL and halves of a surrogate pair, and not for ever. */
export function storable(text: string, longest: number): string {
  return text.replaceAll('\0', '').toWellFormed().slice(0, longest);
}
