/** Unified differences of two texts, three lines of context. */
const context = 3;
/** Above so many cells of its table a comparison line by line takes too long: then everything between is one change. */
const largestTable = 4_000_000;

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** What turns `before` into `after`, as `diff -u` writes it; empty when they are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const steps = compare(linesOf(before), linesOf(after));
  const changed = steps.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const hunks: [start: number, end: number][] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    if (last && index - context <= last[1]) last[1] = index + context + 1;
    else hunks.push([Math.max(0, index - context), index + context + 1]);
  }
  const written = hunks.map(([start, end]) => hunk(steps, start, Math.min(end, steps.length)));
  return `--- ${path}\n+++ ${path}\n${written.join('')}`;
}

function hunk(steps: readonly Step[], start: number, end: number): string {
  const count = (sign: Step['sign'], until: readonly Step[]) => until.filter((step) => step.sign !== sign).length;
  const [above, own] = [steps.slice(0, start), steps.slice(start, end)];
  const place = (sign: '-' | '+') => {
    const lines = count(sign, own);
    return `${count(sign, above) + (lines === 0 ? 0 : 1)},${lines}`;
  };
  return `@@ -${place('+')} +${place('-')} @@\n${own.map(({ sign, text }) => `${sign}${text}\n`).join('')}`;
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') return lines.slice(0, -1);
  return lines.with(-1, `${lines.at(-1)}\n\\ No newline at end of file`);
}

function compare(before: readonly string[], after: readonly string[]): readonly Step[] {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let [left, right] = [before.length, after.length];
  while (left > start && right > start && before[left - 1] === after[right - 1]) {
    left--;
    right--;
  }
  const as = (sign: Step['sign'], lines: readonly string[]): Step[] => lines.map((text) => ({ sign, text }));
  const middle = between(before.slice(start, left), after.slice(start, right));
  return [...as(' ', before.slice(0, start)), ...middle, ...as(' ', before.slice(left))];
}

/** By the longest common subsequence. */
function between(before: readonly string[], after: readonly string[]): Step[] {
  const [rows, columns] = [before.length, after.length];
  const removed = before.map((text): Step => ({ sign: '-', text }));
  const added = after.map((text): Step => ({ sign: '+', text }));
  if (rows * columns > largestTable) return [...removed, ...added];
  const width = columns + 1;
  const common = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] =
        before[i] === after[j] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < rows && j < columns) {
    if (before[i] === after[j]) {
      steps.push({ sign: ' ', text: before[i]! });
      i++;
      j++;
    } else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) steps.push(removed[i++]!);
    else steps.push(added[j++]!);
  }
  return [...steps, ...removed.slice(i), ...added.slice(j)];
}
