import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { virtualNow } from '../../runtime/model/clock.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { wallOf } from '../../runtime/time/calendar.ts';
import { type SmtpPeer, startSmtpPeer } from '../peers/smtp-peer.ts';
import { eventually, mailWorkspace, startWorld, type World } from './world.ts';

/** An hour takes three seconds. */
const scale = 1200;
const people = 12;
const zones = ['Europe/Berlin', 'Europe/London'];

const files = (port: number) => ({
  ...mailWorkspace(port, { test: true, clock: { start: '2026-03-09T07:00:00Z', scale } }),
  'notice/flows.flow': `campaign notice

flow tell {
  on participant created

  email NOTICE {
    agent: concierge
    at: now
    window: 09:00-12:00, 15:00-18:00
    duration: 48 hours
    template: "notice"
  }
}
`,
  'notice/templates/notice.txt': 'subject: Notice\n---\nHello {{ external_id }}.\n',
});

describe('the SMTP server is down while the window is open', () => {
  let world: World;
  let peer: SmtpPeer;
  const accepted: { readonly to: string; readonly at: number }[] = [];

  beforeAll(async () => {
    const { port, stop } = await startSmtpPeer();
    await stop();
    world = await startWorld(files(port));
    peer = { port } as SmtpPeer;
  });
  afterAll(async () => {
    await world?.close();
    await peer?.stop?.();
  });

  it('mail goes out in the next window, never outside one', async () => {
    const { store, clock } = world.workspace;
    await setCampaignState(store.db, 'notice', 'active');
    await world.worker();
    for (let i = 0; i < people; i++)
      await world.change('notice', `p${i}`, { email: `p${i}@example.test`, timezone: zones[i % zones.length]! });

    await eventually('the first windows are over, and everything is held or planned for the next', 60, async () => {
      const now = world.workspace.now();
      return now > Date.parse('2026-03-09T12:30:00Z') && (await known()) === people;
    });
    expect(await statuses()).toEqual({ Planned: people });
    peer = await startSmtpPeer({
      port: peer.port,
      onAccepted: ({ to }) => accepted.push({ to: to[0]!, at: virtualNow(clock, Date.now()) }),
    });
    await eventually('all sent', 120, async () => accepted.length >= people);
    await eventually('all started', 20, async () => (await statuses()).Started === people);

    expect(new Set(accepted.map(({ to }) => to)).size).toBe(people);
    expect(accepted).toHaveLength(people);
    for (const { to, at } of accepted) {
      const zone = zones[Number(/\d+/.exec(to)![0]) % zones.length]!;
      // Handed over before the window ends; at this clock the way to the peer's log takes minutes. A slow machine may need the
      // windows after the first.
      const wall = wallOf(at, zone).slice(0, 16);
      const time = wall.slice(11);
      const inside = (time >= '09:00' && time <= '12:30') || (time >= '15:00' && time <= '18:30');
      expect(inside && wall >= '2026-03-09T15:00', `${to} at ${wall}`).toBe(true);
    }

    async function known(): Promise<number> {
      return Object.values(await statuses()).reduce((sum, n) => sum + n, 0);
    }

    async function statuses(): Promise<Record<string, number>> {
      const rows = await store.db.selectFrom('communication').select('status').execute();
      return Object.fromEntries(
        [...Map.groupBy(rows, (row) => row.status)].map(([status, list]) => [status, list.length]),
      );
    }
  });
});
