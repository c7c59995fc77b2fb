/** The schema's history. A published migration is never edited: add the next one. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// biome-ignore lint/suspicious/noExplicitAny: a migration outlives the table types of its day
type AnyDatabase = Kysely<any>;

/** By name, applied in order of the names. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001_first': { up: (db) => statements(db, first) },
  '0002_held_runs': { up: (db) => statements(db, heldRuns) },
  '0003_decided_steps': { up: (db) => statements(db, decidedSteps) },
  '0004_relays': { up: (db) => statements(db, relays) },
  '0005_watch': { up: (db) => statements(db, watch) },
  '0010_worker_versions': { up: (db) => statements(db, workerVersions) },
};

async function statements(db: AnyDatabase, texts: readonly string[]): Promise<void> {
  for (const text of texts) await sql.raw(text).execute(db);
}

const first = [
  `create table meta (key text primary key, value text not null)`,
  `create table campaign (
    name text primary key,
    state text not null,
    changed_at timestamptz not null default now()
  )`,
  `create table profile (
    id bigint generated always as identity primary key,
    external_id text not null unique,
    fields jsonb not null,
    created_at timestamptz not null default now()
  )`,
  `create table participant (
    id bigint generated always as identity primary key,
    campaign text not null,
    external_id text not null,
    key text not null,
    profile_id bigint not null references profile,
    fields jsonb not null,
    exited boolean not null default false,
    last_event integer not null default 0,
    last_pending integer not null default 0,
    relayed integer not null default 0,
    pending_since timestamptz,
    leased_until timestamptz,
    created_at timestamptz not null default now(),
    unique (campaign, external_id),
    unique (campaign, key)
  )`,
  `create index participant_profile on participant (profile_id)`,
  `create index participant_pending on participant (campaign, pending_since) where last_pending > relayed`,
  `create table run (
    participant_id bigint not null references participant on delete cascade,
    id text not null,
    flow text not null,
    hash text not null,
    incarnation text not null,
    event text not null,
    communication text,
    state text not null,
    ended_as text,
    failure text,
    segment text,
    waits_for text,
    until bigint,
    line text,
    watches jsonb,
    last_step integer not null default 0,
    started bigint not null,
    changed bigint not null,
    primary key (participant_id, id)
  )`,
  `create index run_open on run (participant_id) where state <> 'ended'`,
  `create table communication (
    id text primary key,
    seq bigint generated always as identity,
    participant_id bigint not null references participant on delete cascade,
    run text not null,
    flow text not null,
    hash text not null,
    name text not null,
    kind text not null,
    channel text not null,
    agent text not null,
    status text not null,
    reason text,
    history jsonb not null,
    results jsonb not null default '{}',
    base jsonb,
    planning bigint not null,
    zone text not null,
    opens bigint,
    until bigint,
    closes bigint,
    label text,
    waits text,
    started bigint,
    ended bigint,
    last_message bigint,
    origin text not null
  )`,
  `create index communication_participant on communication (participant_id, seq)`,
  // A NAME planned again while it is Planned replaces the plan: two rows would be two messages.
  `create unique index communication_planned on communication (participant_id, name) where status = 'Planned'`,
  `create table outbox (
    id text primary key,
    state text not null,
    attempts integer not null default 0,
    provider_id text,
    detail text,
    handed_off_at timestamptz,
    settled_at timestamptz
  )`,
  `create table hold (
    communication text primary key references communication on delete cascade,
    participant_id bigint not null,
    cause text not null,
    of text not null,
    since timestamptz not null default now(),
    resumed_at timestamptz
  )`,
  `create index hold_cause on hold (cause, of, since) where resumed_at is null`,
  `create table event (
    participant_id bigint not null references participant on delete cascade,
    number integer not null,
    id text not null,
    type text not null,
    touched jsonb not null,
    starts jsonb not null,
    exits boolean not null,
    communication jsonb,
    cause jsonb not null,
    chain integer not null,
    at bigint not null,
    state text not null,
    written_at timestamptz not null default now(),
    primary key (participant_id, number)
  )`,
  `create table upload (
    id bigint generated always as identity primary key,
    campaign text not null,
    source text not null,
    rows integer not null default 0,
    created integer not null default 0,
    updated integer not null default 0,
    unchanged integer not null default 0,
    refused integer not null default 0,
    started_at timestamptz not null default now(),
    ended_at timestamptz
  )`,
  `create table upload_error (
    upload bigint not null references upload on delete cascade,
    row integer not null,
    field text not null,
    value text not null,
    reason text not null
  )`,
  `create index upload_error_upload on upload_error (upload, row)`,
  `create table release (
    campaign text primary key,
    flows jsonb not null,
    published_at timestamptz not null default now()
  )`,
  `create table worker (id text primary key, holds jsonb not null, seen_at timestamptz not null default now())`,
  `create table script_log (
    id bigint generated always as identity primary key,
    participant_id bigint not null references participant on delete cascade,
    run text not null,
    name text not null,
    level text not null,
    text text not null,
    line integer,
    at timestamptz not null default now()
  )`,
  `create index script_log_participant on script_log (participant_id, id)`,
];

/** Runs are held as well; who has been told is taken off the list. */
const heldRuns = [
  `create table held (
    participant_id bigint not null references participant on delete cascade,
    subject text not null,
    cause text not null,
    of text not null,
    since timestamptz not null default now(),
    primary key (participant_id, subject)
  )`,
  `insert into held select participant_id, communication, cause, of, since from hold where resumed_at is null`,
  `drop table hold`,
  `alter table held rename to hold`,
  `create index hold_cause on hold (cause, of, since)`,
];

/** What a step decided is kept beside what it wrote; the store knows which events the workflow has taken. */
const decidedSteps = [
  `alter table run add column decided jsonb`,
  `alter table participant add column taken integer not null default 0`,
  // A NAME planned again while an earlier message of that NAME is being handed over is a message of its own.
  `drop index communication_planned`,
  `create index communication_planned on communication (participant_id, name) where status = 'Planned'`,
];

/** A lease belongs to a relay and ends with it; people whom an import brought wait apart from those something happened to. */
const relays = [
  `create table relay (
    id integer generated always as identity primary key,
    beat_at timestamptz not null default now(),
    locked boolean not null default false
  )`,
  `alter table participant rename column leased_until to retry_at`,
  `alter table participant add column leased_by integer, add column pending_bulk boolean not null default false`,
  `drop index participant_pending`,
  `create index participant_pending on participant (campaign, pending_bulk, pending_since)
    where last_pending > relayed and leased_by is null`,
  `create index participant_leased on participant (leased_by) where leased_by is not null`,
];

/** Workers that differ in Node, Python or their timezone data are told so. */
const workerVersions = [`alter table worker add column versions jsonb not null default '{}'`];

/** What stands still is found by these indexes, and named in `stuck`. */
const watch = [
  // What was signalled before anybody counted counts as taken.
  `update participant set taken = relayed where taken = 0 and relayed > 0`,
  `create index participant_untaken on participant (id) where relayed > taken`,
  `create index run_at_work on run (participant_id) where state = 'running'`,
  `create index run_until on run (until) where state = 'parked' and until is not null`,
  `create index communication_due on communication ((case when waits is null then opens else closes end))
    where status = 'Planned'`,
  `create index communication_silent on communication (flow, hash, name, last_message)
    where status in ('Started', 'Delivered', 'Read', 'Replied')`,
  `create table stuck (
    participant_id bigint primary key references participant on delete cascade,
    kind text not null,
    said text,
    attempts integer not null default 0,
    since timestamptz not null default now(),
    looked_at timestamptz not null default now(),
    repaired boolean not null default false
  )`,
];
