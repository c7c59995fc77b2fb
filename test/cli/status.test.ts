import { expect, it } from 'vitest';
import { detailText } from '../../compiler/cli/commands/status-of-one.ts';
import { table } from '../../compiler/table.ts';
import type { ParticipantDetail } from '../../runtime/store/participant-detail.ts';

const monday = Date.UTC(2026, 2, 9, 8);
const escapeSign = String.fromCharCode(27);

const ada: ParticipantDetail = {
  campaign: 'welcome',
  externalId: 'ada',
  key: 'ada',
  timezone: 'Europe/Berlin',
  exited: false,
  communications: [
    {
      id: 'welcome/ada/greet:1/HELLO/1',
      name: 'HELLO',
      kind: 'email',
      channel: 'billing',
      status: 'Failed',
      reason: 'refused',
      opens: monday,
      closes: monday,
      started: null,
      ended: monday,
      zone: 'Europe/Berlin',
      label: 'Mon 9 Mar 09:00 Berlin',
      waits: null,
      history: [
        { status: 'Planned', at: monday },
        { status: 'Failed', at: monday + 60_000, reason: 'refused' },
      ],
      attempts: 2,
      detail: `550 5.7.1 no${escapeSign}[2J\r\nthanks \u202eyou`,
    },
  ],
  runs: [
    {
      flow: 'greet',
      hash: '1',
      state: 'parked',
      endedAs: null,
      failure: null,
      waitsFor: 'paid',
      until: monday + 86_400_000,
      line: 'greet.flow:9',
    },
    {
      flow: 'score',
      hash: '1',
      state: 'ended',
      endedAs: 'failed',
      failure: 'Python SCORE failed.',
      waitsFor: null,
      until: null,
      line: null,
    },
  ],
  log: [{ name: 'SCORE', level: 'error', text: 'ValueError: no\nsuch customer', line: 4, at: monday }],
};

it('tells all that happened to one participant, and lets no peer or script write to the terminal as it likes', () => {
  expect(detailText(ada, 'Europe/Berlin', monday)).toBe(`ada, Europe/Berlin

communication  channel  status            since
HELLO          billing  Planned           Mon 9 Mar 09:00 Berlin
HELLO          billing  Failed (refused)  Mon 9 Mar 09:01 Berlin  tried 2 times, the last: 550 5.7.1 no␛[2J thanks \ufffdyou

flow   run
greet  parked  paid, until Tue 10 Mar 09:00 Berlin (greet.flow:9)
score  failed  Python SCORE failed.

log                     script  level  line
Mon 9 Mar 09:00 Berlin  SCORE   error  4     ValueError: no
                                             such customer
`);
});

it('lines up whatever letters people are called by', () => {
  expect(
    table(
      ['participant', 'timezone'],
      [
        ['田中さん', 'Asia/Tokyo'],
        ['ada', 'UTC'],
      ],
    ),
  ).toBe('participant  timezone\n田中さん     Asia/Tokyo\nada          UTC\n');
});
