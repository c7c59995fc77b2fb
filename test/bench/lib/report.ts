import type { ExactCounts, Load } from './drive.ts';
import type { Counts } from './types.ts';

/** Counts: whole journeys, and in parentheses until message 2 was handed over. */
export function countsTable(counts: ReadonlyMap<string, ExactCounts>): string {
  const columns = ['actions', 'events', 'workflowTasks', 'activities', 'localActivities', 'timers', 'signals'];
  const rows = [...counts].flatMap(([name, of]) =>
    (['answered', 'unanswered'] as const).map((kind) => {
      const n = of[kind];
      const cells = columns.map((column) => `${short(n[column])} (${short(n[`${column}@2`])})`);
      return [`${name}, ${kind}`, ...cells, ((n.bytes ?? 0) / 1024).toFixed(1)];
    }),
  );
  const head = ['actions', 'events', 'workflow tasks', 'activities', 'local activities', 'timers', 'signals', 'kB'];
  return table(['per participant', ...head], rows);
}

/** Names of those whose people did not all need the same: the machine was too busy for exact counts. */
export function uneven(counts: ReadonlyMap<string, ExactCounts>): string[] {
  const isUneven = (of: Counts) => Object.entries(of).some(([name, n]) => name !== 'bytes' && !Number.isInteger(n));
  return [...counts].filter(([, of]) => isUneven(of.answered) || isUneven(of.unanswered)).map(([name]) => name);
}

/** Medians, and each median relative to that of the first implementation. */
export function loadTable(loads: readonly Load[]): string {
  const groups = [...Map.groupBy(loads, ({ name, n }) => `${name} n=${n}`)];
  const first = new Map<number, readonly Load[]>();
  const rows = groups.map(([, of]) => {
    const { name, n } = of[0]!;
    const reference = first.get(n) ?? of;
    first.set(n, reference);
    const compared = (pick: (load: Load) => number, digits: number) => {
      const mine = median(of.map(pick));
      return `${mine.toFixed(digits)} (${(mine / median(reference.map(pick))).toFixed(2)})`;
    };
    const known = (pick: (load: Load) => number | null) =>
      pick(of[0]!) === null ? '–' : median(of.map((load) => pick(load) ?? 0)).toFixed(1);
    return [
      name,
      String(n),
      compared((load) => load.perSecond, 1),
      compared((load) => load.workerCpu, 1),
      compared((load) => load.serverCpu, 1),
      known((load) => load.storeCpu),
      known((load) => load.scriptCpu),
      known((load) => load.serverDatabaseCpu),
      ...[(load: Load) => load.lagP50, (load: Load) => load.lagP95].map((pick) => median(of.map(pick)).toFixed(0)),
      median(of.map((load) => load.workerMiB)).toFixed(0),
      String(of.reduce((sum, { late }) => sum + late, 0)),
      String(of.reduce((sum, { errors, duplicates }) => sum + errors + duplicates, 0)),
    ];
  });
  const head = [
    'implementation',
    'n',
    'journeys/s',
    'worker CPU',
    'server CPU',
    'store CPU',
    'script CPU',
    'server DB CPU',
    'lag p50',
    'lag p95',
  ];
  return table([...head, 'worker MiB', 'late', 'errors'], rows);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function short(n: number | undefined): string {
  return String(Number((n ?? 0).toFixed(1)));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!))).join(' | ')} |`;
  const rule = widths.map((width, column) => (column ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|');
  return [line(head), `|${rule}|`, ...rows.map(line)].join('\n');
}
