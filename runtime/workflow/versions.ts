import type { Host } from './host.ts';
import type { KernelState } from './state.ts';

/** The search attribute under which the server keeps what an execution has run. */
export const versionsAttributeName = 'FlowVersions';

/** `flow@hash` of all a fresh execution needs: an open communication is sent and ended by the version that planned it. */
export function carriedVersions(state: KernelState): string[] {
  const communications = state.communications.map(({ flow, hash }) => `${flow}@${hash}`);
  return [...new Set([...versionsOf(state), ...communications])].sort();
}

/** `flow@hash` of what still has to run. */
export function versionsOf(state: KernelState): string[] {
  const runs = state.runs.map((run) => `${run.ref.flow}@${run.ref.hash}`);
  const starts = state.waiting.flatMap((event) => event.starts.map((start) => `${start.flow}@${start.hash}`));
  return [...new Set([...runs, ...starts])].sort();
}

/** Keeps the list of everything this execution has run. */
export function noteVersions(host: Host, state: KernelState): void {
  const known = host.versions();
  const added = versionsOf(state).filter((version) => !known.includes(version));
  if (added.length > 0) host.setVersions([...known, ...added].sort());
}
