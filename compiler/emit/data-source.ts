/** Properties of data modules as text: on one line where they fit. */
import { readerFunction } from './expressions.ts';
import { block, key, lineWidth, literal, object, type Writer } from './source.ts';

/** A property and its value as code. */
export type Property = readonly [name: string, value: string];

/** `facts: (r) => ({ … }),` on one line if it fits. */
export function writeFunction(writer: Writer, name: string, entries: readonly Property[]): void {
  const one = `${name}: ${readerFunction(`(${object(entries)})`)},`;
  if (entries.length <= 1 && one.length <= lineWidth - 8) {
    writer.line(one);
    return;
  }
  const head = readerFunction(`(${object(entries)})`).startsWith('(r)') ? '(r)' : '()';
  block(
    writer,
    `${name}: ${head} => ({`,
    () => {
      for (const [property, written] of entries) writer.line(`${key(property)}: ${written},`);
    },
    '}),',
  );
}

/** Data on one line, a list of objects with one object a line if it is long. */
export function writeData(writer: Writer, name: string, part: unknown, words = ''): void {
  const one = `${key(name)}: ${literal(part)},`;
  if (one.length <= lineWidth - 8 || !Array.isArray(part)) {
    writer.line(one, words);
    return;
  }
  block(
    writer,
    `${key(name)}: [`,
    () => {
      for (const each of part) writer.line(`${literal(each)},`);
    },
    '],',
  );
}

export function section<T>(writer: Writer, name: string, list: readonly T[], write: (each: T) => void): void {
  if (list.length === 0) {
    writer.line(`${name}: {},`);
    return;
  }
  block(
    writer,
    `${name}: {`,
    () => {
      for (const each of list) write(each);
    },
    '},',
  );
}

/** Writes now, prints later. */
export function recorded(write: (writer: Writer) => void): (writer: Writer) => void {
  type Step = (to: Writer) => void;
  let steps: Step[] = [];
  write({
    line: (text, mark) => void steps.push((to) => to.line(text, mark)),
    indent(body) {
      const outer = steps;
      const inner: Step[] = [];
      steps = inner;
      body();
      steps = outer;
      steps.push((to) => to.indent(() => inner.forEach((step) => void step(to))));
    },
  });
  return (to) => {
    for (const step of steps) step(to);
  };
}
