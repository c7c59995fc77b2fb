import type { SoakReport } from './soak.ts';

/** Lines for people; the last one says whether all was well. */
export function reportText(report: SoakReport): string {
  const { replays, faults, unknowns, violations } = report;
  const kinds = Map.groupBy(faults, (fault) => fault.kind);
  const rules = Map.groupBy(violations, (violation) => violation.rule);
  const rows: [string, string | number][] = [
    ['lives', report.lives],
    ['histories', `${report.histories}, ${report.continuedAsNew} of them continued as new`],
    ['replayed', `${replays.replayed}, ${replays.failures.length} failed`],
    ['TMPRL1100 in logs', report.nondeterminism],
    ['slow local activity', `${report.slow} histories, ${report.slowWithArrivals} of them with arrivals during it`],
    ['store away 30 s', `${report.away} histories`],
    ['faults', [...kinds].map(([kind, all]) => `${all.length} ${kind}`).join(', ') || 'none'],
    ['messages', report.messages],
    ['unknown', `${unknowns.total}: ${unknowns.ofKills} of kills, ${unknowns.ofStore} of a store away`],
    ['deadlocks said again', report.deadlocks],
    ['violations', [...rules].map(([rule, all]) => `${all.length} ${rule}`).join(', ') || 'none'],
    ['seconds', report.seconds],
  ];
  const shown = violations.slice(0, 40).map(({ rule, who, text }) => `  ${rule}: ${who}: ${text}`);
  const failed = replays.failures
    .slice(0, 10)
    .map(({ workflowId, error }) => `  ${workflowId}: ${error.slice(0, 300)}`);
  const lines = rows.map(([name, value]) => `${name.padEnd(22)}${value}`);
  return [`seed ${report.seed}`, ...lines, ...shown, ...failed, isWell(report) ? 'all well' : 'NOT well', ''].join(
    '\n',
  );
}

export function isWell({ replays, nondeterminism, violations }: SoakReport): boolean {
  return replays.failures.length === 0 && nondeterminism === 0 && violations.length === 0;
}
