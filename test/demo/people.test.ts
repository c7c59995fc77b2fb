import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { preview, previewOfCommunication } from '../../compiler/analysis/preview.ts';
import { checkFiles } from '../../compiler/cli/compile.ts';
import { openWorkspace } from '../../compiler/cli/files.ts';
import { hoursOf, reminderOf } from '../../scripts/demo/expectation.ts';
import { csvOf, type Person, people } from '../../scripts/demo/people.ts';

const { model } = await checkFiles(openWorkspace(join(import.meta.dirname, '../../examples/acme')));
const campaign = model!.campaigns[0]!;
const hours = hoursOf(model!);

const minute = 60_000;
const hour = 60 * minute;

/** When the reminder of a person opens and until when, by what the example really says. */
function reminder({ kind, timezone, due_date }: Person, now: number): { opens: number; until: number } {
  const communication = campaign.communications.find(({ name }) => name === reminderOf[kind])!;
  const base = new Date(Date.parse(due_date) - 3 * 24 * hour).toISOString().slice(0, 10);
  const question = { ...previewOfCommunication(model!, campaign, communication), zones: [timezone], bases: [base] };
  const row = preview({ ...question, now, planning: now })[0]!;
  return { opens: Date.parse(row.opens!), until: Date.parse(row.until!) };
}

function isHoliday({ timezone }: Person, now: number): boolean {
  return ['2026-12-24', '2026-12-25'].includes(new Date(now).toLocaleDateString('sv-SE', { timeZone: timezone }));
}

/** Every hour of seven days, some of them half past. */
function instantsOfWeek(from: string): number[] {
  return Array.from({ length: 7 * 24 }, (_, n) => Date.parse(from) + n * hour + (n % 5 === 0 ? 30 * minute : 0));
}

describe('the people of the demo', () => {
  it.each([
    ['an ordinary week', '2026-11-16T00:00Z'],
    ['the week in which Europe leaves summer time', '2026-10-19T00:00Z'],
    ['Christmas, when offices in Germany keep shut', '2026-12-21T00:00Z'],
  ])('are due or wait at every hour of %s', (_, from) => {
    for (const now of instantsOfWeek(from)) {
      const all = people(now, hours).map((person) => ({ person, ...reminder(person, now) }));
      const at = new Date(now).toISOString();
      const due = all.filter(({ opens, until }) => opens === now && until - now >= 30 * minute);
      const waiting = all.filter(({ opens }) => opens - now >= 30 * minute);
      expect(all.length, at).toBe(50);
      expect(
        due.filter(({ person }) => person.kind === 'business' && isHoliday(person, now)),
        at,
      ).toEqual([]);
      expect(due.length, at).toBeGreaterThanOrEqual(10);
      expect(waiting.length, at).toBeGreaterThanOrEqual(10);
      expect(due.length + waiting.length, at).toBe(50);
      expect(new Set(waiting.map(({ person }) => person.timezone)).size, at).toBeGreaterThanOrEqual(5);
      expect(waiting.filter(({ opens }) => opens - now > 24 * hour).length, at).toBeGreaterThanOrEqual(5);
    }
  });

  it('are written as a CSV that names each column once and quotes nothing', () => {
    const lines = csvOf(people(Date.parse('2026-11-21T13:00Z'), hours))
      .trimEnd()
      .split('\n');
    expect(lines[0]).toBe('external_id,name,email,timezone,kind,order_id,due_date,amount');
    expect(lines).toHaveLength(51);
    expect(new Set(lines.map((line) => line.split(',').length))).toEqual(new Set([8]));
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(51);
  });
});
