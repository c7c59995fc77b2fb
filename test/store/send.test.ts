import { describe, expect, it } from 'vitest';
import { answerGraceMs } from '../../runtime/activities/deps.ts';
import type { CloseInput, Opening, SendInput } from '../../runtime/activities/port.ts';
import { emailAdapter } from '../../runtime/channels/email/adapter.ts';
import { readEmailSettings } from '../../runtime/channels/email/config.ts';
import { setCampaignState } from '../../runtime/store/campaigns.ts';
import { endCommunication } from '../../runtime/store/ended.ts';
import { startSmtpPeer } from '../peers/smtp-peer.ts';
import { type Bench, cancel, events, hour, monday, planning, run, told, useBench, who } from './flow-fixture.ts';

const { start } = useBench();

/** A participant whose communication is planned and due; `input` sends it. */
async function due(name: 'REMINDER' | 'OFFICE' | 'TEMPLATED' = 'REMINDER', options?: Parameters<typeof start>[0]) {
  const made = await start(options);
  const plan = told(await made.step(planning(name))).plans![name]!;
  if (!('opening' in plan)) throw new Error('The communication of this test opens.');
  const { opening } = plan;
  const id = `payment_reminder/ada/remind:1-x/${name}/1`;
  // What the store wrote when the person came is taken.
  const input: SendInput = { who, id, name, kind: 'email', flow: 'remind', hash: 'remind1', opening, taken: 1 };
  made.at(opening.opens);
  const closing = (because: CloseInput['because'], due: number) =>
    made.activities.close({ who, id, because, due, taken: 1 });
  const leave = () => made.activities.leave({ who, taken: 1 });
  return { ...made, id, input, opening, closing, leave };
}

type Mailing = Awaited<ReturnType<typeof due>>;

const outbox = async (bench: Bench) =>
  (await bench.store.db.selectFrom('outbox').select(['state', 'attempts']).execute())[0];
const written = (bench: Bench) => bench.store.db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();
const status = async (bench: Bench) =>
  (await bench.store.db.selectFrom('communication').select(['status', 'reason', 'waits']).execute())[0];

describe('a send', () => {
  it('hands the message over once and starts the communication', async () => {
    const mailing = await due();
    expect(await mailing.activities.send(mailing.input)).toEqual({ kind: 'started', silenceAt: monday + 24 * hour });
    expect(await mailing.activities.send(mailing.input)).toEqual({ kind: 'started', silenceAt: monday + 24 * hour });
    expect(mailing.asked).toMatchObject([
      { kind: 'email', id: mailing.id, to: 'ada@example.com', subject: 'Notification' },
    ]);
    expect(await outbox(mailing)).toMatchObject({ state: 'SENT' });
    expect(await written(mailing)).toMatchObject({ provider_id: 'p1', settled_at: expect.any(Date) });
    expect(await status(mailing)).toMatchObject({ status: 'Started' });
    expect((await events(mailing.store)).at(-1)).toMatchObject({ type: 'communicationUpdated', state: 'handled' });
  });

  it('two attempts at the same moment hand over one message', async () => {
    const mailing = await due('REMINDER', { deps: { answerGraceMs: 2000 } });
    let handed = 0;
    mailing.channel(async (_message, handOff) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (!(await handOff())) return { kind: 'withdrawn' };
      handed += 1;
      return { kind: 'sent' };
    });
    const both = [mailing.activities.send(mailing.input), mailing.activities.send(mailing.input)];
    const results = await Promise.allSettled(both);
    const kinds = results.map((result) => (result.status === 'fulfilled' ? result.value.kind : result.reason.type));
    // The one that may not hand over is to be tried again, or saw what became of the other.
    expect(['TryAgain,started', 'started,started']).toContain(kinds.sort().join());
    expect(handed).toBe(1);
    expect(await mailing.activities.send(mailing.input)).toMatchObject({ kind: 'started' });
  });

  it('an attempt that was given up on, but still runs, hands nothing over and undoes nothing of the next one', async () => {
    const mailing = await due('REMINDER', { deps: { answerGraceMs: 5000 } });
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const meanwhile: unknown[] = [];
    mailing.channel(async (_message, handOff) => {
      const old = mailing.asked.length === 1;
      await (old ? first.promise : Promise.resolve());
      if (!(await handOff())) return { kind: 'temporary', detail: '451 greylisted', channelDown: false };
      if (!old) await second.promise;
      return { kind: 'sent' };
    });
    const old = mailing.activities.send(mailing.input).catch((error: unknown) => error);
    await expect.poll(() => mailing.asked.length).toBe(1);
    const next = mailing.activities.send(mailing.input);
    await expect.poll(async () => (await outbox(mailing))?.state).toBe('HANDED_OFF');
    first.resolve();
    meanwhile.push(await old, await outbox(mailing));
    second.resolve();
    expect(meanwhile).toMatchObject([{ type: 'TryAgain' }, { state: 'HANDED_OFF', attempts: 2 }]);
    expect(await next).toMatchObject({ kind: 'started' });
    expect(await outbox(mailing)).toMatchObject({ state: 'SENT' });
  });

  it('a refusal that only an attempt given up on heard does not end what the next one sent', async () => {
    const mailing = await due();
    const first = Promise.withResolvers<void>();
    mailing.channel(async (_message, handOff) => {
      if (mailing.asked.length === 1) {
        await first.promise;
        return { kind: 'failed', reason: 'refused', detail: '550 no' };
      }
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    const old = mailing.activities.send(mailing.input);
    await expect.poll(() => mailing.asked.length).toBe(1);
    await mailing.activities.send(mailing.input);
    first.resolve();
    expect(await old).toMatchObject({ kind: 'started' });
    expect(await status(mailing)).toMatchObject({ status: 'Started' });
    expect((await events(mailing.store)).map((event) => event.type)).not.toContain('communicationEnded');
  });

  it.each(['451 4.0.0 later\0', '451 4.0.0 \ud800 later'])('keeps whatever words a peer finds: %j', async (detail) => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      return { kind: 'temporary', detail, channelDown: false };
    });
    await expect(mailing.activities.send(mailing.input)).rejects.toThrow('billing does not take REMINDER now');
    expect(await outbox(mailing)).toMatchObject({ state: 'RESERVED' });
    mailing.channel(async (_message, handOff) => {
      await handOff();
      return { kind: 'sent', providerId: 'a\0b' };
    });
    expect(await mailing.activities.send(mailing.input)).toMatchObject({ kind: 'started' });
  });

  it('goes on after a worker that died before the hand-off', async () => {
    const mailing = await due();
    mailing.channel(() => Promise.reject(new Error('the worker is gone')));
    await expect(mailing.activities.send(mailing.input)).rejects.toMatchObject({ nonRetryable: false });
    expect(await outbox(mailing)).toEqual({ state: 'RESERVED', attempts: 1 });
    mailing.channel(async (_message, handOff) => ((await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' }));
    expect(await mailing.activities.send(mailing.input)).toMatchObject({ kind: 'started' });
  });

  it('never sends again what a dead worker had handed over: it ends as unknown', async () => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      throw new Error('the worker is gone');
    });
    await expect(mailing.activities.send(mailing.input)).rejects.toThrow();
    expect(await outbox(mailing)).toMatchObject({ state: 'HANDED_OFF' });
    expect(await mailing.activities.send(mailing.input)).toEqual({
      kind: 'ended',
      status: 'Failed',
      reason: 'unknown',
    });
    expect(await mailing.activities.send(mailing.input)).toEqual({
      kind: 'ended',
      status: 'Failed',
      reason: 'unknown',
    });
    expect(mailing.asked).toHaveLength(1);
    expect(await outbox(mailing)).toEqual({ state: 'UNKNOWN', attempts: 1 });
  });

  it.each([
    ['the last stretch is over', 0, (mailing: Mailing) => mailing.at(mailing.opening.until)],
    ['a next stretch comes', 30 * hour, (mailing: Mailing) => mailing.at(mailing.opening.until)],
    ['the campaign is stopped', 0, ({ store, data }: Mailing) => setCampaignState(store.db, data.name, 'inactive')],
  ])('a dead hand-off ends as unknown, also when %s by then', async (_when, longer, then) => {
    const mailing = await due('OFFICE');
    mailing.channel(async (_message, handOff) => {
      await handOff();
      throw new Error('the worker is gone');
    });
    const closes = mailing.opening.closes + longer;
    const input = { ...mailing.input, opening: { ...mailing.opening, closes } };
    await expect(mailing.activities.send(input)).rejects.toThrow();
    await then(mailing);
    expect(await mailing.activities.send(input)).toEqual({ kind: 'ended', status: 'Failed', reason: 'unknown' });
    expect(await outbox(mailing)).toMatchObject({ state: 'UNKNOWN' });
  });

  it.each([
    [{ kind: 'failed', reason: 'not_found', detail: '550 ada@example.com' } as const, 'FAILED', 'not_found'],
    [{ kind: 'unknown', detail: 'closed' } as const, 'UNKNOWN', 'unknown'],
  ])('ends as the peer says: %o', async (outcome, state, reason) => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      return outcome;
    });
    expect(await mailing.activities.send(mailing.input)).toEqual({ kind: 'ended', status: 'Failed', reason });
    expect(await outbox(mailing)).toMatchObject({ state });
    expect(await written(mailing)).toMatchObject({ detail: outcome.detail, settled_at: expect.any(Date) });
    // The peer's words hold an address: they are in the outbox and nowhere in the event.
    expect(JSON.stringify(await events(mailing.store))).not.toContain('ada@');
  });

  it('tries again what the peer did not take, and holds when the channel stays out of reach', async () => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      return { kind: 'temporary', detail: '421', channelDown: true, retryAfterMs: 7000 };
    });
    for (const attempts of [1, 2]) {
      await expect(mailing.activities.send(mailing.input)).rejects.toMatchObject({
        nonRetryable: false,
        nextRetryDelay: 7000,
      });
      expect(await outbox(mailing)).toEqual({ state: 'RESERVED', attempts });
    }
    expect(await mailing.activities.send(mailing.input)).toEqual({ kind: 'held', cause: 'channel' });
    expect(await written(mailing)).toMatchObject({ detail: '421', handed_off_at: null, settled_at: null });
    expect(await status(mailing)).toMatchObject({ status: 'Planned', waits: 'channel billing cannot be reached' });
    expect(await mailing.store.db.selectFrom('hold').select(['cause', 'of']).execute()).toEqual([
      { cause: 'channel', of: 'billing' },
    ]);
  });

  it('keeps of the words of a peer what can be kept', async () => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      return { kind: 'temporary', detail: `421 \0${'x'.repeat(3000)}`, channelDown: false, retryAfterMs: 7000 };
    });
    await expect(mailing.activities.send(mailing.input)).rejects.toMatchObject({ nextRetryDelay: 7000 });
    expect(await written(mailing)).toMatchObject({ state: 'RESERVED', detail: `421 ${'x'.repeat(1996)}` });
    mailing.channel(async (_message, handOff) => {
      await handOff();
      return { kind: 'sent', providerId: 'queued\0 as 7' };
    });
    expect(await mailing.activities.send(mailing.input)).toMatchObject({ kind: 'started' });
    expect(await written(mailing)).toMatchObject({ state: 'SENT', provider_id: 'queued as 7' });
  });

  it('is held while the campaign is stopped, and goes on at the next opening after', async () => {
    const mailing = await due('OFFICE');
    await setCampaignState(mailing.store.db, mailing.data.name, 'inactive');
    expect(await mailing.activities.send(mailing.input)).toEqual({ kind: 'held', cause: 'campaign stopped' });
    expect(mailing.asked).toEqual([]);
    await setCampaignState(mailing.store.db, mailing.data.name, 'active');
    const later = mailing.opening.opens + 3 * hour;
    mailing.at(later);
    const { plans } = await mailing.activities.replan({ who, ids: [mailing.id], dates: [], taken: 1 });
    const plan = plans[mailing.id];
    expect(plan).toMatchObject({ opening: { opens: later, closes: mailing.opening.closes } });
    const opening = (plan as { opening: Opening }).opening;
    expect(await mailing.activities.send({ ...mailing.input, opening })).toMatchObject({ kind: 'started' });
  });

  it('does not hand over when the campaign is stopped in the last moment', async () => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await setCampaignState(mailing.store.db, mailing.data.name, 'inactive');
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    expect(await mailing.activities.send(mailing.input)).toEqual({ kind: 'held', cause: 'campaign stopped' });
    expect(await outbox(mailing)).toMatchObject({ state: 'RESERVED' });
  });

  it('does not hand over when the person leaves in the last moment', async () => {
    const mailing = await due();
    const leave = () => mailing.store.db.updateTable('participant').set({ exited: true }).execute();
    mailing.channel(async (_message, handOff) => {
      await leave();
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    expect(await mailing.activities.send(mailing.input)).toEqual({
      kind: 'ended',
      status: 'Canceled',
      reason: 'exited',
    });
    expect(await outbox(mailing)).toMatchObject({ state: 'CANCELED' });
  });

  it('does not hand over by a plan that was replaced or moved meanwhile: it waits for the new opening', async () => {
    const mailing = await due('OFFICE');
    const move = { opens: mailing.opening.opens + 3 * hour, closes: mailing.opening.closes + 3 * hour };
    mailing.channel(async (_message, handOff) => {
      await mailing.store.db.updateTable('communication').set(move).execute();
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    const next = { ...mailing.opening, ...move, label: 'Tue 10 Mar 12:00 Berlin' };
    const held = { kind: 'held', cause: 'window', next };
    expect(await mailing.activities.send(mailing.input)).toEqual(held);
    expect(await mailing.activities.send(mailing.input)).toEqual(held);
    expect(mailing.asked).toHaveLength(1);
    mailing.channel(async (_message, handOff) => ((await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' }));
    mailing.at(move.opens);
    expect(await mailing.activities.send({ ...mailing.input, opening: next })).toMatchObject({ kind: 'started' });
  });

  it('does not hand over when only the end of its stretch was moved meanwhile', async () => {
    const mailing = await due('OFFICE');
    const until = mailing.opening.until - hour;
    mailing.channel(async (_message, handOff) => {
      await mailing.store.db.updateTable('communication').set({ until }).execute();
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    expect(await mailing.activities.send(mailing.input)).toMatchObject({ kind: 'held', next: { until } });
    expect(await outbox(mailing)).toMatchObject({ state: 'RESERVED' });
  });

  it('waits at `closes` for the answer of what was handed over a moment ago, and for no other', async () => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      throw new Error('the worker is gone');
    });
    await expect(mailing.activities.send(mailing.input)).rejects.toThrow();
    const close = () => mailing.closing('closes', mailing.opening.closes);
    const handed = (at: number) =>
      mailing.store.db
        .updateTable('outbox')
        .set({ handed_off_at: new Date(at) })
        .where('handed_off_at', 'is not', null)
        .execute();
    await handed(Date.now() + hour);
    await expect(close()).rejects.toMatchObject({ nonRetryable: false, nextRetryDelay: 5000 });
    await handed(Date.now() - answerGraceMs);
    expect(await close()).toEqual({ kind: 'ended', status: 'Failed', reason: 'unknown' });
    expect(await outbox(mailing)).toMatchObject({ state: 'UNKNOWN' });
  });

  it('is not listed as held when it ended meanwhile', async () => {
    const mailing = await due();
    mailing.channel(async (_message, handOff) => {
      await handOff();
      await mailing.step(cancel, { run: run('2-y') });
      return { kind: 'temporary', detail: '421', channelDown: true };
    });
    await mailing.store.db.insertInto('outbox').values({ id: mailing.id, state: 'RESERVED', attempts: 5 }).execute();
    expect(await mailing.activities.send(mailing.input)).toEqual({
      kind: 'ended',
      status: 'Canceled',
      reason: 'canceled',
    });
    expect(await mailing.store.db.selectFrom('hold').selectAll().execute()).toEqual([]);
    expect(await status(mailing)).toMatchObject({ waits: null });
  });

  it('never hands over outside its window: it waits for the next stretch, or ends when there is none', async () => {
    const mailing = await due('OFFICE');
    mailing.channel(async (_message, handOff) => {
      mailing.at(mailing.opening.until);
      return (await handOff()) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    const result = await mailing.activities.send(mailing.input);
    // Duration 24 hours from Tuesday 09:00: Wednesday's window opens when the time is over.
    expect(result).toEqual({ kind: 'ended', status: 'Canceled', reason: 'closed' });
    expect(await outbox(mailing)).toMatchObject({ state: 'CANCELED' });
  });

  it('lets nothing leave when the store took so long to write the hand-over that the window is over', async () => {
    const mailing = await due('OFFICE');
    mailing.channel(async (_message, handOff) => {
      const handing = handOff();
      mailing.at(mailing.opening.until);
      return (await handing) ? { kind: 'sent' } : { kind: 'withdrawn' };
    });
    expect(await mailing.activities.send(mailing.input)).toMatchObject({ status: 'Canceled', reason: 'closed' });
    expect(await outbox(mailing)).toMatchObject({ state: 'CANCELED' });
  });

  it('lets nothing leave over a real connection it got only after the window was over', async () => {
    const peer = await startSmtpPeer();
    const read = readEmailSettings({ smtp: `smtp://127.0.0.1:${peer.port}`, pool: 1 }, 'billing', 'here', {});
    if (!read.ok) throw new Error(read.errors.join());
    const adapter = emailAdapter(read.value);
    try {
      const mailing = await due('OFFICE');
      mailing.channel((message, handOff) => adapter.send(message, handOff));
      const other = { kind: 'email', id: 'other', to: 'bob@example.com', subject: 's', text: 't' } as const;
      const gate = Promise.withResolvers<boolean>();
      const first = adapter.send(other, () => gate.promise);
      const second = mailing.activities.send(mailing.input);
      await expect.poll(() => mailing.asked.length).toBe(1);
      mailing.at(mailing.opening.until);
      gate.resolve(true);
      expect(await second).toEqual({ kind: 'ended', status: 'Canceled', reason: 'closed' });
      expect(await first).toMatchObject({ kind: 'sent' });
      expect(peer.accepted.map(({ to }) => to)).toEqual([['bob@example.com']]);
    } finally {
      await adapter.close();
      await peer.stop();
    }
  });

  it.each([
    ['its time is over', (mailing: Mailing) => mailing.at(mailing.opening.until)],
    [
      'the campaign is stopped',
      (mailing: Mailing) => setCampaignState(mailing.store.db, mailing.data.name, 'inactive'),
    ],
  ])('what a dead worker had handed over ends as unknown also when %s', async (_when, change) => {
    const mailing = await due('OFFICE');
    mailing.channel(async (_message, handOff) => {
      await handOff();
      throw new Error('the worker is gone');
    });
    await expect(mailing.activities.send(mailing.input)).rejects.toThrow();
    await change(mailing);
    expect(await mailing.activities.send(mailing.input)).toEqual({
      kind: 'ended',
      status: 'Failed',
      reason: 'unknown',
    });
    expect(await outbox(mailing)).toMatchObject({ state: 'UNKNOWN' });
  });

  it('gives the next stretch when the time to send spans two', async () => {
    const mailing = await due('OFFICE');
    const closes = mailing.opening.opens + 30 * hour;
    mailing.at(mailing.opening.until);
    expect(await mailing.activities.send({ ...mailing.input, opening: { ...mailing.opening, closes } })).toMatchObject({
      kind: 'held',
      cause: 'window',
      next: { opens: Date.UTC(2026, 2, 11, 8), until: closes, closes, label: 'Wed 11 Mar 09:00 Berlin' },
    });
    expect(mailing.asked).toEqual([]);
  });

  it('fails visibly without an address, and when the template is missing', async () => {
    const without = await due('REMINDER', { fields: { email: null } });
    expect(await without.activities.send(without.input)).toEqual({
      kind: 'ended',
      status: 'Failed',
      reason: 'no_address',
    });
    await without.close();
    const broken = await due('TEMPLATED');
    expect(await broken.activities.send(broken.input)).toEqual({ kind: 'ended', status: 'Failed', reason: 'content' });
    expect((await events(broken.store)).at(-1)).toMatchObject({ type: 'communicationEnded' });
  });

  it('leaves nothing once it was canceled, and a cancel after the hand-off keeps the later answer quiet', async () => {
    const mailing = await due();
    await mailing.leave();
    expect(await mailing.activities.send(mailing.input)).toEqual({
      kind: 'ended',
      status: 'Canceled',
      reason: 'exited',
    });
    expect(mailing.asked).toEqual([]);
    await mailing.close();

    const late = await due();
    late.channel(async (_message, handOff) => {
      await handOff();
      await late.leave();
      return { kind: 'sent' };
    });
    expect(await late.activities.send(late.input)).toEqual({ kind: 'ended', status: 'Canceled', reason: 'exited' });
    expect(await outbox(late)).toMatchObject({ state: 'SENT' });
    expect((await events(late.store)).filter((event) => event.type.startsWith('communication'))).toHaveLength(1);
  });
});

describe('an end reported from outside', () => {
  it('is written with its event, once, with checked results', async () => {
    const mailing = await due('REMINDER', {
      triggers: { remind: [], follow_up: [{ on: 'communication ended', names: ['REMINDER'] }] },
    });
    await mailing.activities.send(mailing.input);
    const end = { id: mailing.id, status: 'Completed' as const, reason: 'agent_completed' as const, at: monday + hour };
    await expect(
      endCommunication(mailing.store, { ...end, results: { outcome: 'maybe' } }, mailing.data),
    ).rejects.toThrow('The result outcome cannot be "maybe": expected one of promised, refused.');
    expect(await endCommunication(mailing.store, { ...end, results: { outcome: 'promised' } }, mailing.data)).toBe(
      true,
    );
    expect(await endCommunication(mailing.store, { ...end, status: 'Failed', reason: 'unknown' }, mailing.data)).toBe(
      false,
    );
    expect((await events(mailing.store)).at(-1)).toMatchObject({
      type: 'communicationEnded',
      starts: ['follow_up'],
      communication: { name: 'REMINDER', status: 'Completed', reason: 'agent_completed' },
      state: 'pending',
    });
    expect(await mailing.closing('silence', monday + hour)).toMatchObject({
      status: 'Completed',
    });
    await expect(endCommunication(mailing.store, { ...end, id: 'nobody' }, mailing.data)).rejects.toThrow(
      'has no communication "nobody"',
    );
  });
});
