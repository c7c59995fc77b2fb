import type { KernelState } from './state.ts';

/** The participant's situation in words, for the workflow's current details (Markdown). No personal data: names, statuses, instants. */
export function details(state: KernelState, sending: (id: string) => boolean, trouble: string | null): string {
  const lines: string[] = [];
  if (trouble !== null) lines.push(`- **${trouble}**`);
  for (const c of state.communications) {
    const doing = sending(c.id)
      ? 'is being sent'
      : c.phase === 'planned'
        ? `opens ${c.opening.label}`
        : c.phase === 'held'
          ? `held: ${c.cause}; closes ${iso(c.opening.closes)}`
          : `started; ends ${iso(c.silenceAt ?? c.opening.closes)} if nobody answers`;
    lines.push(`- **${c.name}** (${c.kind}): ${doing}`);
  }
  for (const run of state.runs) {
    const wait = run.wait;
    if (run.held !== undefined) lines.push(`- flow **${run.ref.flow}**: held, the campaign is stopped`);
    if (!wait || run.held !== undefined) continue;
    const what =
      wait.for === 'time' ? wait.label : wait.for === 'communication' ? `for ${wait.name}` : `for \`${wait.key}\``;
    const bound = wait.for === 'time' ? wait.until : wait.upTo;
    lines.push(`- flow **${run.ref.flow}** at ${wait.line}: waits ${what}${bound ? `, until ${iso(bound)}` : ''}`);
  }
  if (state.waiting.length > 0) lines.push(`- ${state.waiting.length} event(s) to handle`);
  return lines.join('\n') || 'nothing is going on';
}

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
