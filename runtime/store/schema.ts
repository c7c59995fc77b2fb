/**
 * The tables, as Kysely sees them. Instants that belong to a participant are epoch milliseconds on the (virtual) clock the
 * participant lives by; `…_at` of type timestamptz are real time, for people and leases.
 */
import type { ColumnType, Generated } from 'kysely';
import type { EventType, StepResult } from '../activities/port.ts';
import type { Reason, Status } from '../model/statuses.ts';
import type { StuckKind } from '../model/stuck.ts';
import type { Fields } from '../model/values.ts';
import type { WorkerVersions } from '../worker-versions.ts';

/** Read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>;
type RealTime = ColumnType<Date, Date | string | undefined, Date | string>;
type RealTimeOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;

export interface Tables {
  meta: MetaTable;
  campaign: CampaignTable;
  profile: ProfileTable;
  participant: ParticipantTable;
  relay: RelayTable;
  run: RunTable;
  communication: CommunicationTable;
  outbox: OutboxTable;
  hold: HoldTable;
  event: EventTable;
  upload: UploadTable;
  upload_error: UploadErrorTable;
  release: ReleaseTable;
  worker: WorkerTable;
  script_log: ScriptLogTable;
  stuck: StuckTable;
}

interface MetaTable {
  readonly key: string;
  readonly value: string;
}

interface CampaignTable {
  readonly name: string;
  readonly state: 'active' | 'inactive';
  readonly changed_at: RealTime;
}

/** One person, shared by all campaigns. */
interface ProfileTable {
  readonly id: Generated<number>;
  readonly external_id: string;
  readonly fields: Json<Fields>;
  readonly created_at: RealTime;
}

/** One person in one campaign, and the mailbox of their workflow. */
interface ParticipantTable {
  readonly id: Generated<number>;
  readonly campaign: string;
  readonly external_id: string;
  /** Second half of the workflow's id. */
  readonly key: string;
  readonly profile_id: number;
  readonly fields: Json<Fields>;
  /** `exit when` holds. */
  readonly exited: Generated<boolean>;
  /** Number of the newest event. */
  readonly last_event: Generated<number>;
  /** Number of the newest event the workflow must get. The relay has work while it is above `relayed`. */
  readonly last_pending: Generated<number>;
  readonly relayed: Generated<number>;
  /** Number of the newest event that the workflow has said it took. */
  readonly taken: Generated<number>;
  readonly pending_since: RealTimeOrNull;
  /** All that is pending came by an import. */
  readonly pending_bulk: Generated<boolean>;
  /** The relay that is signalling for the participant. */
  readonly leased_by: number | null;
  /** After a signal that failed: not before then. */
  readonly retry_at: RealTimeOrNull;
  readonly created_at: RealTime;
}

/** A relay that lives, or died a moment ago. */
interface RelayTable {
  readonly id: Generated<number>;
  readonly beat_at: RealTime;
  /** It holds an advisory lock of its number, which ends with its process. */
  readonly locked: Generated<boolean>;
}

/** One participant going through one version of one flow once. */
interface RunTable {
  readonly id: string;
  readonly participant_id: number;
  readonly flow: string;
  readonly hash: string;
  /** First execution id of the workflow that began it. */
  readonly incarnation: string;
  readonly event: string;
  readonly communication: string | null;
  readonly state: 'running' | 'parked' | 'ended';
  readonly ended_as: 'stopped' | 'handed over' | 'failed' | 'replaced' | 'exited' | 'terminated' | null;
  readonly failure: string | null;
  readonly segment: string | null;
  readonly waits_for: string | null;
  readonly until: number | null;
  readonly line: string | null;
  readonly watches: JsonOrNull<readonly string[]>;
  /** Number of the last request decided. */
  readonly last_step: Generated<number>;
  /** What it and those before it decided, by their number, for their repetition. */
  readonly decided: JsonOrNull<Readonly<Record<number, StepResult>>>;
  readonly started: number;
  readonly changed: number;
}

export interface StatusEntry {
  readonly status: Status;
  readonly at: number;
  readonly reason?: Reason;
}

/** One conversation on one channel. */
interface CommunicationTable {
  /** Also the outbox key: `<campaign>/<participant>/<run>/<NAME>/<n>`. */
  readonly id: string;
  /** Order of planning. */
  readonly seq: Generated<number>;
  readonly participant_id: number;
  /** The run that planned it last. */
  readonly run: string;
  readonly flow: string;
  readonly hash: string;
  readonly name: string;
  readonly kind: string;
  readonly channel: string;
  readonly agent: string;
  readonly status: Status;
  readonly reason: Reason | null;
  readonly history: Json<readonly StatusEntry[]>;
  readonly results: Json<Fields>;
  /** What the plan counts from, and since when; a replan starts from both. */
  readonly base: JsonOrNull<unknown>;
  readonly planning: number;
  readonly zone: string;
  readonly opens: number | null;
  readonly until: number | null;
  readonly closes: number | null;
  readonly label: string | null;
  /** Why it is held. */
  readonly waits: string | null;
  readonly started: number | null;
  readonly ended: number | null;
  readonly last_message: number | null;
  /** Where it was planned: `flows.flow:26`. */
  readonly origin: string;
}

export type OutboxState = 'RESERVED' | 'HANDED_OFF' | 'SENT' | 'FAILED' | 'UNKNOWN' | 'CANCELED';

interface OutboxTable {
  readonly id: string;
  readonly state: OutboxState;
  readonly attempts: Generated<number>;
  readonly provider_id: string | null;
  /** The peer's words. They may hold personal data and stay here. */
  readonly detail: string | null;
  readonly handed_off_at: RealTimeOrNull;
  readonly settled_at: RealTimeOrNull;
}

interface HoldTable {
  readonly participant_id: number;
  /** Id of the communication or run that is held. */
  readonly subject: string;
  readonly cause: string;
  /** Campaign or channel that must change. */
  readonly of: string;
  readonly since: RealTime;
}

export interface StoredCause {
  readonly kind:
    | 'import'
    | 'api'
    | 'agent'
    | 'set'
    | 'python'
    | 'to'
    | 'cancel'
    | 'exit'
    | 'plan'
    | 'send'
    | 'time'
    | 'repair';
  /** Of the flow and the run, where it is not the event's own: a change of the profile reaches every campaign of the person. */
  readonly campaign?: string;
  readonly flow?: string;
  readonly run?: string;
  /** The event that began the run that made this one. */
  readonly event?: string;
}

export interface StoredCommunication {
  readonly id: string;
  readonly name: string;
  readonly status: Status;
  readonly reason?: Reason;
}

interface EventTable {
  readonly participant_id: number;
  readonly number: number;
  readonly id: string;
  readonly type: EventType;
  /** Fields that really changed: `paid`, `profile.timezone`. */
  readonly touched: Json<readonly string[]>;
  /** Flows it started when it was written; looked up again when it is signalled. */
  readonly starts: Json<readonly string[]>;
  /** `exit when` holds after it. */
  readonly exits: boolean;
  readonly communication: JsonOrNull<StoredCommunication>;
  readonly cause: Json<StoredCause>;
  /** Length of the chain of events that caused each other without time passing. */
  readonly chain: number;
  readonly at: number;
  readonly state: 'pending' | 'signalled' | 'handled';
  readonly written_at: RealTime;
}

interface UploadTable {
  readonly id: Generated<number>;
  readonly campaign: string;
  readonly source: string;
  readonly rows: Generated<number>;
  readonly created: Generated<number>;
  readonly updated: Generated<number>;
  readonly unchanged: Generated<number>;
  readonly refused: Generated<number>;
  readonly started_at: RealTime;
  readonly ended_at: RealTimeOrNull;
}

interface UploadErrorTable {
  readonly upload: number;
  readonly row: number;
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

/** Which version of each flow new runs of a campaign get. */
interface ReleaseTable {
  readonly campaign: string;
  readonly flows: Json<Readonly<Record<string, string>>>;
  readonly published_at: RealTime;
}

/** A worker that lives, and the versions its bundle holds: `<campaign>/<flow>@<hash>`. */
interface WorkerTable {
  readonly id: string;
  readonly holds: Json<readonly string[]>;
  /** Of Node, Python and their timezone data. */
  readonly versions: Json<WorkerVersions>;
  readonly seen_at: RealTime;
}

interface ScriptLogTable {
  readonly id: Generated<number>;
  readonly participant_id: number;
  readonly run: string;
  readonly name: string;
  readonly level: string;
  readonly text: string;
  readonly line: number | null;
  readonly at: RealTime;
}

/** A participant who stands still, as the watch found them last. */
interface StuckTable {
  readonly participant_id: number;
  readonly kind: StuckKind;
  /** Temporal's words, or those of the worker whose task failed. They hold no personal data. */
  readonly said: string | null;
  /** Attempts of the task that fails. */
  readonly attempts: Generated<number>;
  readonly since: RealTime;
  readonly looked_at: RealTime;
  /** Until a worker has looked again and says that it is over. */
  readonly repaired: Generated<boolean>;
}
