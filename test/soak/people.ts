/** Who takes part and what happens to them, from a seed. Nothing here knows how flowc works. */
import { DateTime } from 'luxon';
import type { Random } from './random.ts';
import { begins } from './world.ts';

export type Campaign = 'dunning' | 'course' | 'survey' | 'orders';
export type Fields = Readonly<Record<string, string | number | boolean>>;

/** A change of the record, as an import or an API makes it. */
export interface Change {
  /** Virtual hours after joining. */
  readonly after: number;
  /** Whose import brings it: a field of the profile may come through any campaign of the person. */
  readonly through: Campaign;
  readonly fields: Fields;
}

/** What somebody answers to ASK, so many virtual hours after joining, or as soon as it was sent. */
export interface Reply {
  readonly after: number;
  readonly outcome: 'promised' | 'refused';
}

/** One person in one campaign. */
export interface Life {
  readonly campaign: Campaign;
  readonly person: string;
  readonly zone: string;
  /** Virtual hours after the beginning. */
  readonly joins: number;
  /** What stands in the file that brings the person in, beside `external_id`, `email` and `timezone`. */
  readonly fields: Fields;
  readonly changes: readonly Change[];
  readonly reply: Reply | null;
  /** Waits on, far beyond the end of the soak. */
  readonly sleeps: boolean;
}

const zones = ['Europe/Berlin', 'Europe/London', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata', 'Pacific/Auckland'];
const beginning = Date.parse(begins);
const hourMs = 3_600_000;
/** Beyond the end of any soak: more than a real hour, so that a long history is left behind before the wait. */
const farHours = 5000;

/** `count` lives that begin within `hours` virtual hours. */
export function peopleFrom(random: Random, count: number, hours: number): readonly Life[] {
  const lives: Life[] = [];
  for (let number = 1; lives.length < count; number++) {
    const person = `p${number}`;
    const zone = random.pick(zones);
    const joins = random.between(1, hours);
    const draw = random.next();
    if (draw < 0.34) lives.push(debtor(random, person, zone, joins));
    else if (draw < 0.58) lives.push(student(random, person, zone, joins));
    else if (draw < 0.8) lives.push(asked(random, person, zone, joins));
    else lives.push(...customer(random, person, zone, joins));
  }
  return lives;
}

function debtor(random: Random, person: string, zone: string, joins: number): Life {
  const sleeps = random.chance(0.04);
  const remind = random.between(6, 36);
  const due = sleeps ? farHours : remind + random.between(8, 50);
  const draw = random.next();
  const pays = sleeps
    ? null
    : draw < 0.2
      ? random.between(0.1, remind)
      : draw < 0.4
        ? random.between(remind - 2, remind + 2)
        : draw < 0.65
          ? due + random.between(-4, 4)
          : draw < 0.75
            ? due + random.between(4, 15)
            : null;
  const fields = { remind: wall(joins + remind, zone), due: wall(joins + due, zone) };
  const changes = pays === null ? [] : [{ after: pays, through: 'dunning', fields: { paid: true } } as const];
  return { campaign: 'dunning', person, zone, joins, fields, changes, reply: null, sleeps };
}

function student(random: Random, person: string, zone: string, joins: number): Life {
  const changes: Change[] = [];
  if (random.chance(0.3)) {
    const other = random.pick(zones.filter((one) => one !== zone));
    changes.push({ after: random.between(0.5, 70), through: 'course', fields: { timezone: other } });
  }
  if (random.chance(0.3))
    changes.push({ after: random.between(0.5, 80), through: 'course', fields: { opted_out: true } });
  return { campaign: 'course', person, zone, joins, fields: {}, changes: sorted(changes), reply: null, sleeps: false };
}

function asked(random: Random, person: string, zone: string, joins: number): Life {
  const deadline = random.between(15, 60);
  const draw = random.next();
  const outcome = random.pick(['promised', 'refused'] as const);
  const after = draw < 0.3 ? random.between(0.2, deadline) : deadline + random.between(-4, 4);
  const reply = draw < 0.65 ? { after, outcome } : null;
  const fields = { deadline: wall(joins + deadline, zone) };
  return { campaign: 'survey', person, zone, joins, fields, changes: [], reply, sleeps: false };
}

/** Some customers are students too: then their profile changes through the course and is seen by the orders. */
function customer(random: Random, person: string, zone: string, joins: number): Life[] {
  const alsoStudent = random.chance(0.4);
  const sleeps = random.chance(0.15);
  const through = (): Campaign => (alsoStudent && random.chance(0.5) ? 'course' : 'orders');
  const times = (n: number) => Array.from({ length: n }, () => random.between(0.5, 55));
  const changes: Change[] = [];
  times(random.integer(1, 5))
    .sort(ascending)
    .forEach((after, n) => {
      changes.push({ after, through: 'orders', fields: { order: n + 1 } });
    });
  times(random.integer(0, 4))
    .sort(ascending)
    .forEach((after, n) => {
      changes.push({ after, through: through(), fields: { segment: n % 2 === 0 ? 'gold' : 'silver' } });
    });
  for (const after of times(random.integer(0, 4))) {
    const due = wall(joins + after + random.between(2, 20), zone);
    changes.push({ after, through: 'orders', fields: { due } });
  }
  times(random.integer(1, 6))
    .sort(ascending)
    .forEach((after, n) => {
      changes.push({ after, through: 'orders', fields: { tick: n + 1 } });
    });
  const fields = { rest_until: wall(joins + (sleeps ? farHours : random.between(10, 45)), zone) };
  const shared = { person, zone, joins, reply: null, sleeps: false };
  const lives: Life[] = [{ ...shared, sleeps, campaign: 'orders', fields, changes: sorted(changes) }];
  if (alsoStudent) lives.push({ ...shared, campaign: 'course', fields: {}, changes: [] });
  return lives;
}

function sorted(changes: readonly Change[]): Change[] {
  return [...changes].sort((a, b) => a.after - b.after);
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** The same life, begun so many virtual hours later: every date in it moves along. */
export function later(life: Life, hours: number): Life {
  const moved = (fields: Fields): Fields =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, isWall(value) ? movedWall(value, hours, life.zone) : value]),
    );
  const changes = life.changes.map((change) => ({ ...change, fields: moved(change.fields) }));
  return { ...life, joins: life.joins + hours, fields: moved(life.fields), changes };
}

function isWall(value: string | number | boolean): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
}

function movedWall(text: string, hours: number, zone: string): string {
  return wall((instantOf(text, zone) - beginning) / hourMs + hours, zone);
}

/** `2026-03-29T10:00:00` on the person's clock, so many virtual hours after the beginning. */
function wall(hours: number, zone: string): string {
  return DateTime.fromMillis(beginning + hours * hourMs, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:00");
}

/** The instant of such a text; one that occurs twice is the first, one that does not exist is the end of the gap. */
export function instantOf(text: string, zone: string): number {
  return DateTime.fromISO(text, { zone }).toMillis();
}
