import { describe, expect, it } from 'vitest';
import type { Opening } from '../../runtime/activities/port.ts';
import { participantDetail } from '../../runtime/store/participant-detail.ts';
import { writeScriptLog } from '../../runtime/store/script-log.ts';
import { campaignCounts, participantStatuses } from '../../runtime/store/status.ts';
import { monday, told, useBench, waitingFor, who } from './flow-fixture.ts';

const { start } = useBench();

describe('the status', () => {
  it('says who waits for which window, in which timezone, and who got mail', async () => {
    const made = await start({ fields: { timezone: 'Europe/Berlin' } });
    const { activities, store } = made;
    const { plans } = told(await made.step(waitingFor('OFFICE', 'REMINDER', 'OFFICE')));
    const { opening } = plans!.REMINDER as { opening: Opening };
    await activities.send({
      who,
      id: 'payment_reminder/ada/remind:1-x/REMINDER/1',
      name: 'REMINDER',
      kind: 'email',
      flow: 'remind',
      hash: 'remind1',
      opening,
      // The event that the store wrote when the person came.
      taken: 1,
    });

    expect(await participantStatuses(store.db, { campaign: 'payment_reminder' })).toMatchObject([
      {
        externalId: 'ada',
        timezone: 'Europe/Berlin',
        communications: [
          { name: 'REMINDER', status: 'Started', started: monday, waits: null },
          {
            name: 'OFFICE',
            status: 'Planned',
            opens: Date.UTC(2026, 2, 10, 8),
            label: 'Tue 10 Mar 09:00 Berlin',
            zone: 'Europe/Berlin',
          },
        ],
        runs: [{ flow: 'remind', state: 'parked', waitsFor: 'OFFICE', line: 'flows.flow:9' }],
      },
    ]);
    expect(await participantStatuses(store.db, { campaign: 'payment_reminder', externalId: 'nobody' })).toEqual([]);
    await writeScriptLog(store.db, 1, 'remind:1-x', 'SCORE', [{ level: 'error', text: 'no such customer', line: 4 }]);
    const asked = { campaign: 'payment_reminder', externalId: 'ada' };
    expect(await participantDetail(store.db, asked)).toMatchObject({
      communications: [
        {
          name: 'REMINDER',
          history: [
            { status: 'Planned', at: monday },
            { status: 'Started', at: monday },
          ],
          attempts: 1,
          detail: null,
        },
        { name: 'OFFICE', history: [{ status: 'Planned' }], attempts: 0 },
      ],
      log: [{ name: 'SCORE', level: 'error', text: 'no such customer', line: 4, at: expect.any(Number) }],
    });
    expect(await participantDetail(store.db, { ...asked, externalId: 'nobody' })).toBeNull();
    expect(await campaignCounts(store.db)).toEqual([
      {
        campaign: 'payment_reminder',
        state: 'active',
        participants: 1,
        open: 1,
        parked: 1,
        failed: 0,
        pendingEvents: 1,
        communications: { Planned: 1, Started: 1 },
        held: 0,
        unknown: 0,
      },
    ]);
  });
});
