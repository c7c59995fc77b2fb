import { describe, expect, test } from 'vitest';
import {
  type PreviewInput,
  preview,
  previewOfCommunication,
  previewProblems,
} from '../../compiler/analysis/preview.ts';
import { previewJson, previewTable } from '../../compiler/analysis/preview-text.ts';
import type { Weekday, Window } from '../../runtime/model/window.ts';
import { campaign, communication, date, origin, workspace } from '../compiler/models.ts';

const daily: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const input: PreviewInput = {
  window: [{ from: 540, to: 600, days: daily, except: ['2026-12-25'] }],
  contactHours: [],
  durationMs: 86_400_000,
  ifPast: 'send',
  zones: ['America/New_York', 'Europe/Berlin'],
  bases: ['2026-03-07 20:00'],
  now: Date.parse('2026-03-01T12:00:00Z'),
  planning: null,
};
const whyOf = (changed: Partial<PreviewInput>) => preview({ ...input, zones: ['Europe/Berlin'], ...changed })[0]!.why;

describe('a preview', () => {
  test('shows each zone and base with the reason of a later opening', () => {
    expect(previewTable(preview(input))).toBe(
      [
        'timezone          base              opens                     closes                    why',
        'America/New_York  2026-03-07 20:00  Sun 8 Mar 09:00 New York  Mon 9 Mar 09:00 New York  Sat 7 Mar 20:00 is outside 09:00-10:00 except 2026-12-25',
        'Europe/Berlin     2026-03-07 20:00  Sun 8 Mar 09:00 Berlin    Mon 9 Mar 09:00 Berlin    Sat 7 Mar 20:00 is outside 09:00-10:00 except 2026-12-25',
        '',
      ].join('\n'),
    );
  });

  test('gives instants with the offset of the zone as JSON', () => {
    expect(JSON.parse(previewJson(preview(input)))).toMatchObject({
      version: 1,
      rows: [
        {
          zone: 'America/New_York',
          outcome: 'opens',
          opens: '2026-03-08T09:00:00-04:00',
          until: '2026-03-08T10:00:00-04:00',
        },
        { zone: 'Europe/Berlin', closes: '2026-03-09T09:00:00+01:00' },
      ],
    });
  });

  test('understands today and now in each zone', () => {
    const rows = preview({ ...input, bases: ['today', 'now'], zones: ['Asia/Tokyo'], planning: input.now });
    expect(rows.map((row) => row.openingLabel)).toEqual(['Mon 2 Mar 09:00 Tokyo', 'Mon 2 Mar 09:00 Tokyo']);
  });

  test('says nothing where it opens at its base', () => {
    expect(whyOf({ bases: ['2026-03-07 09:30'] })).toBeNull();
  });

  test('tells contact hours, excepted days, gaps and passed bases apart', () => {
    const evening = [{ from: 600, to: 1200, days: daily, except: [] }];
    expect(
      whyOf({
        bases: ['2026-03-07 09:30'],
        window: [{ from: 0, to: 1440, days: daily, except: [] }],
        contactHours: [evening],
      }),
    ).toBe('Sat 7 Mar 09:30 is outside the contact hours 10:00-20:00');
    expect(whyOf({ bases: ['2026-12-25 09:30'] })).toBe(
      'Fri 25 Dec 09:30 is outside 09:00-10:00 except 2026-12-25 (an excepted day)',
    );
    expect(whyOf({ bases: ['2026-03-29 02:30'] })).toContain(
      '02:30 does not exist on 2026-03-29: the clocks go forward to 03:00',
    );
    expect(whyOf({ bases: ['2026-02-27 09:30'], planning: input.now })).toContain(
      'its base has passed: it counts as now',
    );
  });

  test('tells what is skipped and what never opens', () => {
    const [skipped] = preview({ ...input, bases: ['2026-02-27'], ifPast: 'skip', planning: input.now });
    expect(skipped).toMatchObject({ outcome: 'past', opens: null, why: 'its base has passed and if_past is skip' });
    const night = [{ from: 1200, to: 1440, days: daily, except: [] }];
    const [never] = preview({ ...input, contactHours: [night] });
    expect(never).toMatchObject({
      outcome: 'never',
      why: 'nothing is inside 09:00-10:00 except 2026-12-25 and the contact hours 20:00-24:00 within five years',
    });
    expect(previewTable([skipped!, never!])).toMatch(/skipped .*\n.*never /);
  });

  test('names each zone and base it cannot read, with the edit that mends it', () => {
    expect(
      previewProblems({ zones: ['Europe/Berlin', 'new york', '+02:00'], bases: ['now', 'tomorrow', '2026-02-30'] }),
    ).toEqual([
      '"new york" is not a timezone. Did you mean America/New_York?',
      '"+02:00" is not a timezone. Write an IANA name such as Europe/Berlin.',
      '"tomorrow" is not a base. Write today, now, a date (2026-03-07) or a date and time (2026-03-07 20:00).',
      '"2026-02-30" is not a base. Write today, now, a date (2026-03-07) or a date and time (2026-03-07 20:00).',
    ]);
  });
});

test('a communication is previewed with the hours of workspace, campaign and channel', () => {
  const hours = (from: number, to: number): Window => [{ from, to, days: daily, except: [] }];
  const hello = communication('HELLO', {
    at: date('2026-03-07'),
    window: hours(0, 1440),
    durationMs: 3_600_000,
    ifPast: 'skip',
  });
  const welcome = campaign([], { timezone: 'UTC', contactHours: hours(540, 1200), communications: [hello] });
  const channel = { skipWhen: null, rate: null, origin: origin(9, 'workspace.flow') };
  const acme = workspace([welcome], {
    timezone: 'UTC',
    contactHours: hours(480, 1260),
    channels: [
      { ...channel, name: 'office_line', kind: 'voice', contactHours: hours(660, 720) },
      { ...channel, name: 'billing', kind: 'email', contactHours: hours(600, 1440) },
    ],
  });
  const [row] = preview({
    ...input,
    ...previewOfCommunication(acme, welcome, hello),
    bases: ['2026-03-07'],
  });
  expect(row).toMatchObject({ openingLabel: 'Sat 7 Mar 10:00 New York', closes: '2026-03-07T11:00:00-05:00' });
});
