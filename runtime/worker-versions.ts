/** Where the worker's knowledge of time comes from, and where workers differ in it. */

/** As a worker tells the store. Parts are missing where another version of flowc wrote it. */
export interface WorkerVersions {
  readonly node?: string;
  /** Of Node's timezone data, `2026c`. */
  readonly timezones?: string;
  readonly python?: { readonly version: string; readonly timezones: string | null } | null;
}

export interface LiveWorker {
  readonly id: string;
  readonly versions: WorkerVersions;
}

/** Versions of this process; Python's if scripts are used. */
export function ownVersions(python: WorkerVersions['python']): WorkerVersions {
  return { node: process.versions.node, timezones: process.versions.tz ?? 'unknown', python };
}

/** One sentence for each thing that is not the same everywhere. */
export function versionDifferences(own: WorkerVersions, others: readonly LiveWorker[]): string[] {
  return [...betweenWorkers(own, others), ...withinOne(own)];
}

/** Two workers compute the same plan: with other data they come to another instant. */
function betweenWorkers(own: WorkerVersions, others: readonly LiveWorker[]): string[] {
  return others.flatMap(({ id, versions }) => {
    const differing = [
      pair('timezone data', own.timezones, versions.timezones),
      pair('Node', own.node, versions.node),
      pair('Python', own.python?.version, versions.python?.version),
    ].filter((words) => words !== null);
    if (differing.length === 0) return [];
    const why =
      own.timezones === versions.timezones ? '' : ' With other timezone data one wall clock can be two instants.';
    return [`The worker ${id} has ${differing.join(', ')}. Install the same for all workers.${why}`];
  });
}

function pair(what: string, mine: string | undefined, theirs: string | undefined): string | null {
  return mine === undefined || theirs === undefined || mine === theirs ? null : `${what} ${theirs} (here ${mine})`;
}

function withinOne({ timezones, python }: WorkerVersions): string[] {
  if (!python || python.timezones === timezones) return [];
  const has = python.timezones === null ? 'no timezone data' : `timezone data ${python.timezones}`;
  return [
    `Python has ${has}, Node ${timezones}: scripts get the participant's timezone from Node; any other that they name is Python's.`,
  ];
}
