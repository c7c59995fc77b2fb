/**
 * One message, handed over at most once: RESERVED → HANDED_OFF is taken only inside the allowed stretch and only by the newest
 * attempt, and an attempt that finds HANDED_OFF never sends again.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SendOutcome } from '../channels/port.ts';
import type { CampaignData, CommunicationData } from '../data/types.ts';
import { type FinalStatus, isFinal, type Reason } from '../model/statuses.ts';
import { type CommunicationRow, findCommunication, moveCommunication } from '../store/communications.ts';
import { holdCommunication } from '../store/holds.ts';
import { earlierEvents } from '../store/messages.ts';
import {
  cancelingSend,
  handOff,
  outboxState,
  release,
  reserve,
  type Settler,
  settle,
  settling,
} from '../store/outbox.ts';
import type { StoredCause } from '../store/schema.ts';
import { resume } from '../time/plan.ts';
import { inAttempt } from './attempt.ts';
import { type ActivityDeps, answerGraceMs, campaignData, clockOf, flowData } from './deps.ts';
import { tryAgain } from './fault.ts';
import { addressOf, messageFor } from './message.ts';
import { eventOfRun, type HoldCause, type SendInput, type SendResult } from './port.ts';
import { type LoadedRecord, loadRecord } from './record.ts';
import { communicationData, openingOf, windowsOf } from './stretch.ts';

/** Attempts with the channel out of reach before the communication is held for it. */
const attemptsBeforeHold = 3;
const longestEarlyMs = 30_000;

interface Sending {
  readonly deps: ActivityDeps;
  readonly input: SendInput;
  readonly data: CampaignData;
  readonly communication: CommunicationData;
  readonly row: CommunicationRow;
  readonly record: LoadedRecord;
  readonly now: () => number;
}

export async function send(deps: ActivityDeps, input: SendInput): Promise<SendResult> {
  const { who, id } = input;
  const { db } = deps.store;
  const data = campaignData(deps, who.campaign);
  const record = await loadRecord(db, who, null);
  const row = record.communications.find((one) => one.id === id) ?? (await findCommunication(db, id));
  if (!row) throw new Error(`The store holds no communication of this plan in ${who.campaign}.`);
  const communication = communicationData(flowData(data, row.flow, row.hash), row.name);
  const now = () => clockOf(deps, who);
  const sending: Sending = { deps, input, data, communication, row, record, now };
  return inAttempt(deps, (signal) => attempt(sending, signal));
}

async function attempt(sending: Sending, signal: AbortSignal | undefined): Promise<SendResult> {
  const { deps, input, data, row, record, now } = sending;
  const before = asItStands(sending, row) ?? (await inTheWay(sending, record, row));
  if (before) return before;
  const early = input.opening.opens - now();
  // The workflow's clock may be ahead of this machine's. One that is far ahead asks again, not at once.
  if (early > 0) await sleep(Math.min(early, longestEarlyMs));
  if (early > longestEarlyMs) return { kind: 'held', cause: 'window', next: input.opening };

  const { state, attempts } = await reserve(deps.store.db, row.id);
  if (state !== 'RESERVED') return found(sending);
  const by = { attempt: attempts };
  const to = addressOf(row.kind, record);
  if (to === null) return finish(sending, by, 'FAILED', 'no_address');
  const adapter = deps.channels(row.channel);
  if (!adapter) return held(sending, 'channel', row.channel);
  let message: Awaited<ReturnType<typeof messageFor>>;
  try {
    message = await messageFor(deps, data, sending.communication, row, record, to, now());
  } catch (error) {
    return finish(sending, by, 'FAILED', 'content', error instanceof Error ? error.message : String(error));
  }
  const outcome = await adapter.send(message, () => handOffInside(sending, attempts), signal);
  return settled(sending, outcome, attempts);
}

/** A store that answers late must not let a message out after its stretch is over. */
async function handOffInside({ deps, row, input, now }: Sending, attempt: number): Promise<boolean> {
  const { db } = deps.store;
  const inside = () => now() < input.opening.until;
  if (!inside() || !(await handOff(db, row.id, attempt, { ...input.opening, taken: input.taken }))) return false;
  if (inside()) return true;
  await release(db, row.id, attempt, 'the store answered after its time to send was over');
  return false;
}

async function settled(sending: Sending, outcome: SendOutcome, attempt: number): Promise<SendResult> {
  const { deps, row } = sending;
  switch (outcome.kind) {
    case 'sent':
      return started(sending, { attempt }, outcome.providerId);
    case 'failed':
      return finish(sending, { attempt }, 'FAILED', outcome.reason, outcome.detail);
    case 'unknown':
      return finish(sending, { attempt }, 'UNKNOWN', 'unknown', outcome.detail);
    case 'withdrawn':
      return withdrawn(sending);
    case 'temporary': {
      await release(deps.store.db, row.id, attempt, outcome.detail);
      if (sending.now() >= sending.input.opening.until)
        return decidedByOutbox(sending, () => nextStretchOrEnd(sending));
      if (outcome.channelDown && attempt >= attemptsBeforeHold) return held(sending, 'channel', row.channel);
      throw tryAgain(`${row.channel} does not take ${row.name} now`, outcome.retryAfterMs);
    }
    default:
      return outcome satisfies never;
  }
}

/** Why a communication that is due may not start now; null when it may. */
async function inTheWay(sending: Sending, record: LoadedRecord, row: CommunicationRow): Promise<SendResult | null> {
  const { input, data, now } = sending;
  if (record.exited) return end(sending, { status: 'Canceled', reason: 'exited', cause: { kind: 'exit' } });
  if (!record.active) return decidedByOutbox(sending, () => held(sending, 'campaign stopped', data.name));
  const earlier = await earlierThanSend(sending, record);
  if (earlier) return decidedByOutbox(sending, async () => earlier);
  // Planned anew, or moved with a changed timezone, since this send was asked for.
  const { opens, until, closes } = row;
  if (opens !== null && until !== null && closes !== null) {
    const next = openingOf({ opens, until, closes }, row.zone, now());
    const moved = opens !== input.opening.opens || until !== input.opening.until;
    if (moved) return decidedByOutbox(sending, async () => ({ kind: 'held', cause: 'window', next }));
  }
  if (now() < input.opening.until) return null;
  return decidedByOutbox(sending, () => nextStretchOrEnd(sending));
}

/** Nothing leaves before the workflow has taken what was stored before: a payment comes before the reminder. */
async function earlierThanSend(
  { deps, data, input }: Sending,
  { id, lastPending }: LoadedRecord,
): Promise<SendResult | null> {
  if (lastPending <= input.taken) return null;
  const events = await earlierEvents(deps.store.db, data, id, { taken: input.taken, before: Number.MAX_SAFE_INTEGER });
  return events.length > 0 ? { kind: 'earlier', events } : null;
}

/** Time limits and holds count up to HANDED_OFF: after it the outbox row decides. */
async function decidedByOutbox(sending: Sending, otherwise: () => Promise<SendResult>): Promise<SendResult> {
  const handedOff = (await outboxState(sending.deps.store.db, sending.row.id)) === 'HANDED_OFF';
  return handedOff ? found(sending) : otherwise();
}

/** `handOff` said no: the stretch is over, something came in the way, or somebody else decided. */
async function withdrawn(sending: Sending): Promise<SendResult> {
  const { deps, row, input } = sending;
  const state = await outboxState(deps.store.db, row.id);
  if (state !== 'RESERVED') return found(sending);
  const record = await loadRecord(deps.store.db, input.who, null);
  const current = record.communications.find((one) => one.id === row.id) ?? row;
  const result = asItStands(sending, current) ?? (await inTheWay(sending, record, current));
  if (result) return result;
  throw tryAgain(`${row.name} was withdrawn before it was handed over`);
}

/** The outbox row says that this attempt has nothing to send. */
async function found(sending: Sending): Promise<SendResult> {
  const { deps, row } = sending;
  const deadline = Date.now() + (deps.answerGraceMs ?? answerGraceMs);
  for (;;) {
    const state = await outboxState(deps.store.db, row.id);
    const current = (await findCommunication(deps.store.db, row.id)) ?? row;
    if (state === 'RESERVED') throw tryAgain(`${row.name} is tried again`);
    const result = state === 'HANDED_OFF' ? null : asItStands(sending, current);
    if (result) return result;
    // Another attempt handed it over. It may still be alive and get its answer; a dead one never will.
    if (Date.now() >= deadline)
      return finish(sending, { silentForMs: 0 }, 'UNKNOWN', 'unknown', 'found handed over, without an answer');
    await sleep(Math.min(500, deadline - Date.now()));
  }
}

/** What earlier attempts or others made of the communication; null while it is Planned. */
function asItStands({ communication, now }: Sending, row: CommunicationRow): SendResult | null {
  if (isFinal(row.status)) return { kind: 'ended', status: row.status, reason: row.reason ?? 'canceled' };
  if (row.status === 'Planned') return null;
  return { kind: 'started', silenceAt: (row.last_message ?? now()) + communication.silenceMs };
}

async function started(sending: Sending, by: Settler, providerId: string | undefined): Promise<SendResult> {
  const { deps, row, data, communication } = sending;
  const at = sending.now();
  const cause = causeOf(sending);
  const outcome = await deps.store.db.transaction().execute(async (tx) => {
    const sent = settling(row.id, { state: 'SENT', ...(providerId ? { providerId } : {}) }, by);
    return moveCommunication(tx, { id: row.id, status: 'Started', cause, at }, data, sent);
  });
  const current = outcome?.communication;
  // A cancel, or an end reported by an agent, was faster than the peer's answer.
  if (current && isFinal(current.status)) return asItStands(sending, current)!;
  return { kind: 'started', silenceAt: at + communication.silenceMs };
}

async function finish(
  sending: Sending,
  by: Settler,
  state: 'FAILED' | 'UNKNOWN',
  reason: Reason,
  detail?: string,
): Promise<SendResult> {
  const { deps, row, data } = sending;
  const at = sending.now();
  const cause = causeOf(sending);
  const moving = deps.store.db.transaction().execute(async (tx) => {
    const moved = await moveCommunication(tx, { id: row.id, status: 'Failed', reason, cause, at }, data);
    const written = await settle(tx, row.id, { state, ...(detail ? { detail } : {}) }, by);
    if (moved?.moved && !written) throw new Overtaken();
    return moved;
  });
  try {
    const current = (await moving)?.communication;
    return { kind: 'ended', status: current?.status ?? 'Failed', reason: current?.reason ?? reason };
  } catch (error) {
    if (error instanceof Overtaken) return found(sending);
    throw error;
  }
}

/** Another attempt decides what becomes of the message: nothing of this one is kept. */
class Overtaken extends Error {}

function causeOf({ row }: Sending): StoredCause {
  return { kind: 'send', flow: row.flow, run: row.run, event: eventOfRun(row.run) };
}

async function held(sending: Sending, cause: 'campaign stopped' | 'channel', of: string): Promise<SendResult> {
  const { deps, row, record } = sending;
  const holding = { participantId: record.id, cause, of };
  const holds = await deps.store.db.transaction().execute((tx) => holdCommunication(tx, row.id, holding));
  if (holds) return { kind: 'held', cause: cause satisfies HoldCause };
  const current = (await findCommunication(deps.store.db, row.id)) ?? row;
  return asItStands(sending, current)!;
}

/** The allowed stretch is over: the next one before `closes`, else the end. */
async function nextStretchOrEnd(sending: Sending): Promise<SendResult> {
  const { deps, row, communication, input, now } = sending;
  const { closes } = input.opening;
  const next = resume({ windows: windowsOf(communication), zone: row.zone, closes, now: now() });
  if (next) {
    const opening = openingOf({ ...next, closes }, row.zone, now());
    const { opens, until, label } = opening;
    await deps.store.db.updateTable('communication').set({ opens, until, label }).where('id', '=', row.id).execute();
    return { kind: 'held', cause: 'window', next: opening };
  }
  return end(sending, { status: 'Canceled', reason: 'closed', cause: { kind: 'time' } });
}

/** Ends it before it was handed over. */
async function end(
  { deps, row, data, now }: Sending,
  step: { readonly status: FinalStatus; readonly reason: Reason; readonly cause: StoredCause },
): Promise<SendResult> {
  const outcome = await deps.store.db.transaction().execute(async (tx) => {
    return moveCommunication(tx, { id: row.id, ...step, at: now() }, data, cancelingSend(row.id));
  });
  const current = outcome?.communication;
  return { kind: 'ended', status: current?.status ?? step.status, reason: current?.reason ?? step.reason };
}
